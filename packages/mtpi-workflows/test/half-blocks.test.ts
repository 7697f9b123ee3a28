import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { halfBlocks } from '../src/inspect/half-blocks';

test('two rows of pixels are one of characters', () => {
  const image = ndarray(Uint8ClampedArray.of(1, 2, 3, 255, 255, 255), [2, 3, 1]);
  expect(halfBlocks(image)).toBe(
    '\x1b[38;2;1;1;1m\x1b[48;2;2;2;2m▀\x1b[0m\n\x1b[38;2;3;3;3m\x1b[48;2;0;0;0m▀\x1b[0m\n',
  );
});
