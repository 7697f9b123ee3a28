import { expect, test } from 'vitest';
import { pipeline } from '../src/tiles/pipeline';

test('results come in order, and the next items are in progress while one is used', async () => {
  const begun: number[] = [];
  const seen: [number, number][] = [];
  const square = async (item: number) => {
    begun.push(item);
    await new Promise((resolve) => setTimeout(resolve, item === 1 ? 9 : 1)); // the first is the last to be ready
    return item ** 2;
  };
  for await (const result of pipeline([1, 2, 3, 4, 5], square, { depth: 2 }))
    seen.push([result, begun.length]);
  expect(seen).toEqual([
    [1, 3],
    [4, 4],
    [9, 5],
    [16, 5],
    [25, 5],
  ]);
});

test('no items give no results, and a failure arrives where its result is due', async () => {
  const fail = async (item: number) => {
    if (item === 2) throw new Error('second');
    return item;
  };
  expect(await pipeline([], fail, { depth: 1 }).next()).toEqual({ done: true, value: undefined });
  const results = pipeline([1, 2, 3], fail, { depth: 1 });
  expect((await results.next()).value).toBe(1);
  await expect(results.next()).rejects.toThrow('second');
});

test.each(['leaves', 'aborts'])(
  'where the consumer %s, all that was begun is aborted and awaited',
  async (how) => {
    const abort = new AbortController();
    let open = 0;
    let aborted = 0;
    const slow = async (item: number, signal: AbortSignal) => {
      open++;
      if (item > 1) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        aborted++;
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
      open--;
      signal.throwIfAborted();
      return item;
    };
    const use = async () => {
      for await (const _ of pipeline([1, 2, 3, 4], slow, { depth: 2, signal: abort.signal })) {
        if (how === 'leaves') break;
        abort.abort(new Error('enough'));
      }
    };
    if (how === 'leaves') await use();
    else await expect(use()).rejects.toThrow('enough');
    expect([open, aborted]).toEqual([0, 2]);
  },
);
