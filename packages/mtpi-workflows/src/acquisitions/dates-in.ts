import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isRemote, listAcquisitions } from '@mtpi/sar-io/node';
import { STACK_FILE, type StackDescription } from '@mtpi/sentinel1';
import { WorkflowError } from '../errors';
import { isResult } from '../output/is-result';
import { pathsOf, type StackInput } from './inputs';

/** The acquisitions of a stack as their paths. @throws as `datesIn`. */
export async function acquisitionsOf(stack: StackInput): Promise<string[][]> {
  const inputs = typeof stack === 'string' ? [stack] : stack;
  return inputs.length === 1 ? datesIn(pathsOf(inputs[0])[0]) : inputs.map(pathsOf);
}

/** The acquisitions of a stack in one folder or file, without results. @throws WorkflowError `NotFound`, `InvalidStack`. */
export async function datesIn(folder: string): Promise<string[][]> {
  if (isRemote(folder)) return listAcquisitions(folder);
  const entry = await stat(folder).catch((cause) => {
    throw new WorkflowError('NotFound', `${folder} does not exist`, { path: folder, cause });
  });
  if (!entry.isDirectory()) return listAcquisitions(folder);
  const description = await readFile(join(folder, STACK_FILE), 'utf8').catch(() => undefined);
  if (description === undefined) {
    const found = await listAcquisitions(folder);
    const results = await Promise.all(found.map(([path]) => isResult(path)));
    return found.filter((_, i) => !results[i]);
  }
  return filesOfStack(join(folder, STACK_FILE), description).map((file) => [join(folder, file)]);
}

/** The covariance, or the intensities, of each date: the first among its files. @throws WorkflowError `InvalidStack` */
function filesOfStack(path: string, description: string): string[] {
  try {
    const files = (JSON.parse(description) as StackDescription).dates.map(({ files: [first] }) => first);
    if (files.every((file) => typeof file === 'string')) return files;
  } catch {
    // refused below
  }
  throw new WorkflowError('InvalidStack', {
    ...{ path, expected: 'the description of a stack, as mtpi prepare writes it', found: 'something else' },
    hint: 'Prepare the stack again, or delete the file if it is from another program.',
  });
}
