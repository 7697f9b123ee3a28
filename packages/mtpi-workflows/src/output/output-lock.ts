import { rmSync, writeFileSync } from 'node:fs';
import { readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { pid } from 'node:process';
import { isRunning } from '@mtpi/sar-io/node';
import { WorkflowError } from '../errors';
import { besideOutput } from './output-paths';

/** A lock that has not been touched for this long, in milliseconds, belongs to a run on another machine that was killed. */
const STALE = 120_000;
/** The same for a lock without an owner: its run was killed while it wrote it. */
const UNOWNED = 1000;
const HEARTBEAT = 20_000;

/** Locks an output until the returned function is called. @throws WorkflowError `OutputBusy`. */
export async function lockOutput(path: string): Promise<() => Promise<void>> {
  const file = besideOutput(path, 'lock');
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
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (syscall === 'open') throw error;
    rmSync(file, { force: true }); // as on a full disk, where it stays empty
    throw Object.assign(error as Error, { path: file, message: `${message} '${file}'` });
  }
}

/** Whether the run that made a lock goes on; undefined for the lock of another program. */
export async function isLockHeld(file: string): Promise<boolean | undefined> {
  const held = await readFile(file, 'utf8').catch(() => undefined);
  return held === '' || (held && 'pid' in parseOwner(held)) ? isHeld(file, held) : undefined;
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
    return Object(JSON.parse(text)) as { pid?: unknown; host?: unknown };
  } catch {
    return {};
  }
}
