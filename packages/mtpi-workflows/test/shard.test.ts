import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowsOfShard, shardSuffix } from '../src/despeckle/shard';

test('shards divide all rows among themselves, none twice, evenly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 60 }), (total, count) => {
      let next = 0;
      for (let index = 0; index < count; index++) {
        const { first, end } = rowsOfShard({ index, count }, total);
        expect(first).toBe(next);
        expect([Math.floor(total / count), Math.ceil(total / count)]).toContain(end - first);
        next = end;
      }
      expect(next).toBe(total);
    }),
  );
});

test('the name of a shard ends in its index and their number', () => {
  expect(shardSuffix({ index: 3, count: 10 })).toBe('.shard-0003-of-0010');
});
