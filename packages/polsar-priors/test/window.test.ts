import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isInside, type Window } from '../src';

const size = { width: 7, height: 5 };

it('accepts exactly the windows of pixels that exist', () => {
  const side = fc.integer({ min: -2, max: 9 });
  fc.assert(
    fc.property(fc.record({ x: side, y: side, width: side, height: side }), (window) => {
      const exists = (first: number, length: number, count: number) =>
        length > 0 && Array.from({ length }, (_, i) => first + i).every((i) => i >= 0 && i < count);
      const { x, y, width, height } = window;
      expect(isInside(window, size)).toBe(exists(x, width, size.width) && exists(y, height, size.height));
    }),
    { seed: 1 },
  );
});

it.each([
  [{ x: 0.5, y: 0, width: 1, height: 1 }],
  [{ x: 0, y: 0, width: Number.NaN, height: 1 }],
  [{ x: 0, y: 0, width: 1 }],
  [{}],
  [undefined],
  [null],
  ['0,0,1,1'],
])('does not take %j for a window', (value) => expect(isInside(value as Window, size)).toBe(false));
