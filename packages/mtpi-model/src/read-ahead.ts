/**
 * What `read` makes of each item, in order. The next one is begun before one is handed out, so that files or servers
 * answer while it is worked on; never more than one is waiting.
 */
export async function* readAhead<T, R>(
  items: Iterable<T>,
  read: (item: T) => Promise<R>,
): AsyncGenerator<[item: T, result: R]> {
  let pending: { item: T; result: Promise<R> } | undefined;
  try {
    for (const item of items) {
      const ready = pending;
      pending = { item, result: read(item) };
      pending.result.catch(() => {}); // told when it is awaited
      if (ready) yield [ready.item, await ready.result];
    }
    if (pending) yield [pending.item, await pending.result];
  } finally {
    await pending?.result.catch(() => {});
  }
}
