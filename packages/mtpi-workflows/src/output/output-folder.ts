import { mkdir, rmdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { WorkflowError } from '../errors';

/** Runs a job that needs a folder. Where the job fails, the folders made for it are removed as far as they are empty. */
export async function withFolder<T>(path: string, run: () => Promise<T>): Promise<T> {
  const discard = await makeFolder(path);
  try {
    return await run();
  } catch (error) {
    await discard();
    throw error;
  }
}

/** Creates a folder. @returns a function that removes the created folders if they are empty. */
export async function makeFolder(path: string): Promise<() => Promise<void>> {
  const first = await mkdir(path, { recursive: true }).catch((cause) => {
    if (cause.code !== 'EEXIST' && cause.code !== 'ENOTDIR') throw cause;
    throw new WorkflowError('UnsafeOutput', {
      path,
      expected: 'a folder, or nothing',
      found: 'a file',
      hint: 'Choose another output.',
      cause,
    });
  });
  return async () => {
    const top = first && resolve(first);
    for (let folder = resolve(path); top && folder.startsWith(top); folder = dirname(folder))
      await rmdir(folder).catch(() => undefined);
  };
}
