import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { SarIoError } from '@mtpi/sar-io';
import { Tinypool } from 'tinypool';

/** More threads hardly help: a single one reads and writes. */
const MOST_THREADS = 4;

/**
 * Number of worker threads: that asked for, or the number of cores, at most 4.
 *
 * @throws SarIoError `InvalidArgument` unless it is a whole number.
 */
export function threadsOf({
  threads = Math.min(availableParallelism(), MOST_THREADS),
}: {
  threads?: number;
}): number {
  if (Number.isInteger(threads) && threads >= 0) return threads;
  throw new SarIoError('InvalidArgument', { expected: 'a whole number of threads', found: `${threads}` });
}

/**
 * Worker threads that run a function of a module. They start with the first task. Undefined for 0 threads.
 *
 * @param module Name without extension: a source file beside the caller, or the ESM or CJS build of it beside the bundle.
 * @param caller `import.meta.url` of the caller.
 */
export function workerPool(
  { module, name, caller }: { module: string; name: string; caller: string },
  threads: number,
): Tinypool | undefined {
  if (threads === 0) return undefined;
  const filename = new URL(`./${module}${extname(caller)}`, caller).href;
  return new Tinypool({ filename, name, minThreads: 0, maxThreads: threads, idleTimeout: 60_000 });
}
