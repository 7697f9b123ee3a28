/**
 * Processes items concurrently and yields the results in the order of the items. While the consumer uses one result, the
 * next `depth` items are in progress, never more.
 *
 * @param process gets a signal that aborts when `signal` does, when the consumer leaves early, or when another item fails;
 *   the generator ends when all that is in progress has heeded it.
 */
export async function* pipeline<T, R>(
  items: Iterable<T>,
  process: (item: T, signal: AbortSignal) => Promise<R>,
  { depth, signal }: { depth: number; signal?: AbortSignal },
): AsyncGenerator<R> {
  const leaving = new AbortController();
  const either = signal ? AbortSignal.any([signal, leaving.signal]) : leaving.signal;
  // Every read of every item listens to this signal; Node warns of a leak above ten listeners.
  globalThis.process?.getBuiltinModule?.('node:events').setMaxListeners(0, either);
  const inProgress: Promise<R>[] = [];
  try {
    for (const item of items) {
      either.throwIfAborted();
      const result = process(item, either);
      result.catch(() => {}); // handled where the result is due
      inProgress.push(result);
      if (inProgress.length > depth) yield await inProgress.shift()!;
    }
    while (inProgress.length > 0) yield await inProgress.shift()!;
  } finally {
    leaving.abort();
    await Promise.allSettled(inProgress);
  }
}
