import { type BigIntStats, constants, writeFileSync } from 'node:fs';
import { access, lstat, mkdir, readdir, readFile, rename, rm, rmdir, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { kill, pid } from 'node:process';
import { fileURLToPath } from 'node:url';
import { listInputFiles } from '@mtpi/sar-io/node';
import { WorkflowError } from './errors';
import type { OutputKind } from './output-kind';
import { outputOfShard, removeMergedShards } from './shard-files';

/** A lock that has not been touched for this long, in milliseconds, belongs to a run on another machine that was killed. */
const STALE = 120_000;
/** The same for a lock without an owner: its run was killed while it wrote it. */
const UNOWNED = 1000;
const HEARTBEAT = 20_000;

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
  const release = await lock(path);
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
  if (/^[a-z][a-z\d+.-]+:\/\//i.test(path))
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
    if (/^[a-z][a-z\d+.-]+:\/\//i.test(path)) continue; // on a server
    for (const file of await listInputFiles(path).catch(() => [path])) await add(file, DEPTH);
    if (/\.dim$/i.test(path)) await add(path.replace(/dim$/i, 'data'), DEPTH); // samples of BEAM-DIMAP
  }
  return found;
}

const besides = (path: string, ending: string): string =>
  join(dirname(resolve(path)), `.${basename(resolve(path))}.${ending}`);

/** Where Sentinel-1 products are co-registered on the way to an output. */
export const coregisteredFolder = (path: string): string => besides(path, 'coregistered');

/** Holds the lock of an output until the returned function is called. */
async function lock(path: string): Promise<() => Promise<void>> {
  const file = besides(path, 'lock');
  const owner = JSON.stringify({ pid, host: hostname() });
  if (!(await create(file, owner))) {
    const held = await readFile(file, 'utf8').catch(() => '');
    if (await isHeld(file, held)) refuse(path, file, held);
    await takeOver(file, held);
    if (!(await create(file, owner))) refuse(path, file, await readFile(file, 'utf8').catch(() => ''));
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, HEARTBEAT).unref();
  return async () => {
    clearInterval(heartbeat);
    await rm(file, { force: true });
  };
}

function refuse(path: string, file: string, held: string): never {
  const { pid: other, host } = parseOwner(held);
  const owner = host === undefined ? '' : ` (process ${other} on ${host})`;
  throw new WorkflowError('OutputBusy', `${path}: another run is writing it${owner}`, {
    path,
    hint: `Wait for it or choose another output; if it is gone, delete ${file}.`,
  });
}

async function create(file: string, text: string): Promise<boolean> {
  try {
    writeFileSync(file, text, { flag: 'wx' }); // in one go: without its owner a lock says little
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isHeld(file: string, held: string): Promise<boolean> {
  const { pid: other, host } = parseOwner(held);
  if (host === hostname() && Number.isInteger(other)) return isRunning(Number(other));
  const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: 0 }));
  return Date.now() - mtimeMs < (host === undefined ? UNOWNED : STALE);
}

/** Removes the lock of a killed run, unless another run was faster. */
async function takeOver(file: string, held: string): Promise<void> {
  const aside = `${file}.${pid}`;
  await rename(file, aside).catch(() => undefined);
  if ((await readFile(aside, 'utf8').catch(() => held)) !== held) await rename(aside, file);
  else await rm(aside, { force: true });
}

function parseOwner(text: string): { pid?: unknown; host?: unknown } {
  try {
    return JSON.parse(text) as { pid?: unknown; host?: unknown };
  } catch {
    return {};
  }
}

function isRunning(id: number): boolean {
  try {
    kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Leftovers of a killed run next to an output: staged files, co-registered inputs. */
const LEFTOVER = /^\.(.+)\.(?:[\da-f]{8}|coregistered)$/;

async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(resolve(path));
  for (const name of await readdir(folder))
    if (LEFTOVER.exec(name)?.[1] === basename(resolve(path)))
      await rm(join(folder, name), { recursive: true, force: true });
  await removeMergedShards(path);
}

/**
 * Removes what killed runs have left in a folder: staged files, co-registered inputs, shards that have been merged,
 * and locks. Outputs of runs that are going on stay, and so do partial results unless asked for, for `--resume`.
 *
 * @returns the paths removed.
 * @throws WorkflowError `NotFound` where there is no such folder.
 */
export async function removeAllLeftovers(
  folder: string,
  { partialResults = false }: { partialResults?: boolean } = {},
): Promise<string[]> {
  const names = await readdir(folder).catch((cause) => {
    throw new WorkflowError('NotFound', `${folder} is not a folder that can be read`, {
      path: folder,
      cause,
    });
  });
  const busy = new Set<string>();
  const removed: string[] = [];
  const remove = async (name: string) => {
    await rm(join(folder, name), { recursive: true, force: true });
    removed.push(join(folder, name));
  };
  for (const name of names) {
    const output = /^\.(.+)\.lock$/.exec(name)?.[1];
    if (output === undefined) continue;
    const file = join(folder, name);
    const held = await readFile(file, 'utf8').catch(() => '');
    if (!('pid' in parseOwner(held))) continue; // the lock of another program
    if (await isHeld(file, held)) busy.add(output);
    else await remove(name);
  }
  for (const name of names) {
    const output = LEFTOVER.exec(name)?.[1] ?? (partialResults && /^(.+)\.partial$/.exec(name)?.[1]);
    if (output && !busy.has(output) && (await isOurLeftover(join(folder, name)))) await remove(name);
  }
  for (const output of new Set(names.flatMap((name) => outputOfShard(name) ?? [])))
    if (!busy.has(output)) removed.push(...(await removeMergedShards(join(folder, output))));
  return removed;
}

async function isOurLeftover(path: string): Promise<boolean> {
  const entry = await lstat(path).catch(() => undefined);
  if (!entry?.isDirectory()) return false;
  return !path.endsWith('.partial') || (await readdir(path)).includes('part.json');
}

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
