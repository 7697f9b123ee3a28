import type { Shard } from '@mtpi/workflows';
import { InvalidArgumentError } from 'commander';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Parser of `--shard`: `i/n`; `auto`, from the task index of the scheduler; or `auto/n`,
 * where the number of shares is known but the scheduler was asked for some of the tasks only.
 *
 * Known are Slurm's job arrays, AWS Batch's array jobs, and Kubernetes' indexed Jobs whose manifest passes their
 * `completions` as JOB_COMPLETIONS.
 */
export function parseShard(text: string, environment: Environment = process.env): Shard {
  const match = /^(auto|\d+)(?:\/(\d+))?$/.exec(text);
  if (!match || (match[1] !== 'auto' && match[2] === undefined))
    throw new InvalidArgumentError('Expected a shard such as 0/10, auto or auto/10.');
  const [, first, count] = match;
  if (first !== 'auto') return checked({ index: Number(first), count: Number(count) });
  if (count === undefined) return checked(taskOf(environment));
  const index = indexOf(environment);
  if (index === undefined) throw new InvalidArgumentError(OUTSIDE);
  return checked({ index, count: Number(count) });
}

const OUTSIDE =
  'No scheduler tells which shard this is: expected SLURM_ARRAY_TASK_ID, AWS_BATCH_JOB_ARRAY_INDEX or JOB_COMPLETION_INDEX.';

function taskOf(environment: Environment): Shard {
  if (environment.SLURM_ARRAY_TASK_ID !== undefined) return slurmTask(environment);
  const index = indexOf(environment);
  if (index === undefined) throw new InvalidArgumentError(OUTSIDE);
  const count = environment.AWS_BATCH_JOB_ARRAY_SIZE ?? environment.JOB_COMPLETIONS;
  if (count === undefined)
    throw new InvalidArgumentError(
      `The scheduler tells task ${index} but not of how many: use auto/n, or set JOB_COMPLETIONS.`,
    );
  return { index, count: Number(count) };
}

function indexOf(environment: Environment): number | undefined {
  const index =
    environment.SLURM_ARRAY_TASK_ID ??
    environment.AWS_BATCH_JOB_ARRAY_INDEX ??
    environment.JOB_COMPLETION_INDEX;
  return index === undefined ? undefined : Number(index);
}

/** Tasks of a Slurm array are numbered from any number in any step: `--array=5-23:2`. */
function slurmTask(environment: Environment): Shard {
  const [id, count, min, max] = ['ID', 'COUNT', 'MIN', 'MAX'].map((name) =>
    Number(environment[`SLURM_ARRAY_TASK_${name}`]),
  );
  const step = Number(environment.SLURM_ARRAY_TASK_STEP ?? 1);
  if (max !== min + (count - 1) * step)
    throw new InvalidArgumentError(
      `Of a Slurm array with gaps (${count} tasks from ${min} to ${max}), use auto/n.`,
    );
  return { index: (id - min) / step, count };
}

function checked(shard: Shard): Shard {
  const { index, count } = shard;
  if (!Number.isInteger(index) || !Number.isInteger(count) || index < 0 || index >= count)
    throw new InvalidArgumentError(
      `Expected a shard from 0/${count} to ${count - 1}/${count}, got ${index}/${count}.`,
    );
  return shard;
}
