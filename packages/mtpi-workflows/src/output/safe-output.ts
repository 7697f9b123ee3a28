import { type BigIntStats, constants } from 'node:fs';
import { access, lstat, readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasScheme, isRemote } from '@mtpi/sar-io';
import { listInputFiles } from '@mtpi/sar-io/node';
import { WorkflowError } from '../errors';
import { removeLeftovers } from './leftovers';
import type { OutputKind } from './output-kind';
import { lockOutput } from './output-lock';

/** Deepest folder whose files count as those of an input. */
const DEPTH = 4;

/**
 * Runs a job that writes one output: nothing that is an input or not ours is replaced, no second run writes to it at the
 * same time, and leftovers of killed runs are removed. Checked before any work.
 *
 * @throws WorkflowError `UnsafeOutput`, `OutputBusy`, `InvalidArgument`; `NotFound` where there is no folder to write to.
 */
export async function withOutput<T>(
  path: string,
  inputs: readonly string[],
  output: OutputKind,
  run: () => Promise<T>,
): Promise<T> {
  await assertSafeOutput(path, inputs, output);
  const release = await claimOutput(path);
  try {
    return await run();
  } finally {
    await release();
  }
}

/**
 * Keeps other runs from writing an output, and removes what killed runs have left of it.
 *
 * @returns a function that releases the output.
 * @throws WorkflowError `OutputBusy`.
 */
export async function claimOutput(path: string): Promise<() => Promise<void>> {
  const release = await lockOutput(path);
  try {
    await removeLeftovers(path);
  } catch (error) {
    await release();
    throw error;
  }
  return release;
}

/** The checks of `withOutput` alone. */
export async function assertSafeOutput(
  path: string,
  inputs: readonly string[],
  output: OutputKind,
): Promise<void> {
  if (path.trim() === '' || path === '-')
    throw new WorkflowError('InvalidArgument', {
      expected: 'the path of an output',
      found: path === '-' ? 'standard output' : 'an empty one',
    });
  if (hasScheme(path))
    throw new WorkflowError('InvalidArgument', {
      path,
      expected: 'an output on this machine',
      found: 'an address',
      hint: 'Write to a file and upload it.',
    });
  const folder = dirname(resolve(path));
  const parent = await stat(folder).catch(() => undefined);
  if (!parent?.isDirectory())
    throw new WorkflowError('NotFound', `${path}: no folder ${folder} to write to`, {
      path,
      hint: 'Create the folder first.',
    });
  await access(folder, constants.W_OK).catch((cause) => {
    throw new WorkflowError('UnsafeOutput', `${folder} is not writable`, {
      path,
      hint: 'Check the permissions, or choose another output.',
      cause,
    });
  });
  const entry = await lstat(path, { bigint: true }).catch(() => undefined);
  if (!entry) return;
  if ((await filesOf(inputs)).has(identity(await stat(path, { bigint: true }).catch(() => entry))))
    throw new WorkflowError('UnsafeOutput', `${path} is one of the inputs`, {
      path,
      hint: 'Choose another output.',
    });
  await assertReplaceable(path, entry, output);
}

async function assertReplaceable(path: string, entry: BigIntStats, output: OutputKind): Promise<void> {
  const refuse = (expected: string, found: string): never => {
    throw new WorkflowError('UnsafeOutput', { path, expected, found, hint: 'Choose another output.' });
  };
  if (output.kind === 'file') {
    if (!entry.isFile()) refuse('a file to replace, or nothing', kindOf(entry));
    return;
  }
  if (!entry.isDirectory()) refuse('a folder, or nothing', kindOf(entry));
  const names = await readdir(path);
  if (output.mark && names.length > 0 && !names.includes(output.mark))
    refuse(`an empty folder, or one with ${output.mark} from an earlier run`, 'a folder with other files');
}

function kindOf(entry: BigIntStats): string {
  if (entry.isFile()) return 'a file';
  if (entry.isDirectory()) return 'a folder';
  if (entry.isSymbolicLink()) return 'a symbolic link';
  if (entry.isSocket()) return 'a socket';
  if (entry.isFIFO()) return 'a pipe';
  return 'a device';
}

const identity = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`;

/** The identities of all files and folders that inputs consist of, whatever name or link leads to them. */
async function filesOf(inputs: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  const add = async (path: string, depth: number): Promise<void> => {
    const entry = await stat(path, { bigint: true }).catch(() => undefined);
    if (!entry) return;
    found.add(identity(entry));
    if (!entry.isDirectory() || depth === 0) return;
    for (const name of await readdir(path)) await add(join(path, name), depth - 1);
  };
  for (const input of inputs) {
    const path = /^file:/i.test(input) ? fileURLToPath(input) : input;
    if (isRemote(path)) continue;
    for (const file of await listInputFiles(path).catch(() => [path])) await add(file, DEPTH);
    if (/\.dim$/i.test(path)) await add(path.replace(/dim$/i, 'data'), DEPTH); // samples of BEAM-DIMAP
  }
  return found;
}
