import { expect, test } from 'vitest';
import { readAhead } from '../src/read-ahead';

test('results come in order, and one is on its way while another is used', async () => {
  const begun: number[] = [];
  const seen: [number, number, number][] = [];
  const square = async (item: number) => {
    begun.push(item);
    return item ** 2;
  };
  for await (const [item, result] of readAhead([1, 2, 3, 4], square)) seen.push([item, result, begun.length]);
  expect(seen).toEqual([
    [1, 1, 2],
    [2, 4, 3],
    [3, 9, 4],
    [4, 16, 4],
  ]);
});

test('nothing comes of nothing, and a failure is told where its result is due', async () => {
  const fail = async (item: number) => {
    if (item === 2) throw new Error('second');
    return item;
  };
  expect(await readAhead([], fail).next()).toEqual({ done: true, value: undefined });
  const results = readAhead([1, 2, 3], fail);
  expect((await results.next()).value).toEqual([1, 1]);
  await expect(results.next()).rejects.toThrow('second');
});

test('leaving early waits for what was begun', async () => {
  let open = 0;
  const slow = async (item: number) => {
    open++;
    await new Promise((resolve) => setTimeout(resolve, 5));
    open--;
    return item;
  };
  for await (const _ of readAhead([1, 2, 3], slow)) break;
  expect(open).toBe(0);
});
