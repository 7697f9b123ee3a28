import { describeValue } from '@mtpi/errors';
import { WorkflowError } from '../errors';

/** One of `count` equal shares of a scene; `index` counts from 0. */
export interface Shard {
  index: number;
  count: number;
}

/** The rows of tiles, from `first` up to `end`, that a shard makes of `total`. */
export function rowsOfShard({ index, count }: Shard, total: number): { first: number; end: number } {
  return { first: Math.floor((index * total) / count), end: Math.floor(((index + 1) * total) / count) };
}

/** Suffix of the file of a shard: `.shard-0003-of-0010`. */
export function shardSuffix({ index, count }: Shard): string {
  return `.shard-${[index, count].map((n) => String(n).padStart(4, '0')).join('-of-')}`;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads a shard: `i/n`; `auto`, from the task index of the scheduler; or `auto/n`, where the number of shards is known but
 * the scheduler was asked for some of the tasks only.
 *
 * Known are Slurm's job arrays, AWS Batch's array jobs, and Kubernetes' indexed Jobs whose manifest passes their
 * `completions` as JOB_COMPLETIONS.
 *
 * @param environment variables of the process, where schedulers put the task index.
 * @throws WorkflowError `InvalidArgument`.
 */
export function parseShard(text: string, environment: Environment): Shard {
  const match = /^(auto|\d+)(?:\/(\d+))?$/.exec(text);
  if (!match || (match[1] !== 'auto' && match[2] === undefined))
    throw invalid('Expected a shard such as 0/10, auto or auto/10.');
  const [, first, count] = match;
  const shard =
    first === 'auto' ? taskOf(environment, count) : { index: Number(first), count: Number(count) };
  checkShard(shard);
  return shard;
}

const OUTSIDE =
  'No task index of a scheduler found: expected SLURM_ARRAY_TASK_ID, AWS_BATCH_JOB_ARRAY_INDEX or JOB_COMPLETION_INDEX.';

function taskOf(environment: Environment, total: string | undefined): Shard {
  const index = indexOf(environment);
  if (index === undefined) throw invalid(OUTSIDE);
  if (total !== undefined) return { index, count: Number(total) };
  if (environment.SLURM_ARRAY_TASK_ID !== undefined) return slurmTask(environment);
  const count = environment.AWS_BATCH_JOB_ARRAY_SIZE ?? environment.JOB_COMPLETIONS;
  if (count === undefined)
    throw invalid(`Task ${index} of an unknown number of tasks: use auto/n, or set JOB_COMPLETIONS.`);
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
    throw invalid(`A Slurm array with gaps (${count} tasks from ${min} to ${max}): use auto/n.`);
  return { index: (id - min) / step, count };
}

const invalid = (message: string) => new WorkflowError('InvalidArgument', message);

/** @throws WorkflowError `InvalidArgument` for a shard that cannot be. */
export function checkShard(shard: Shard): void {
  const { index, count } = Object(shard) as Shard;
  if (Number.isInteger(index) && Number.isInteger(count) && index >= 0 && index < count) return;
  throw new WorkflowError('InvalidArgument', {
    ...(Number.isInteger(count)
      ? { expected: 'a shard from 0/n to n−1/n, n ≥ 1', found: `${index}/${count}` }
      : { expected: 'a shard { index, count }', found: describeValue(shard) }),
  });
}
