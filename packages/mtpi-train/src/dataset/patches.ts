import type { Window } from '@mtpi/polsar-priors';
import { SarIoError } from '@mtpi/sar-io';

/**
 * Square windows that cover an image, row by row. Those of the last row and column are shifted back to its edge, so
 * that none needs padding; there are none in an image smaller than a patch.
 *
 * @param size Edge of a patch in pixels. Default 256.
 * @throws SarIoError `InvalidArgument` unless the size is a positive integer.
 */
export function patchWindows({ width, height }: { width: number; height: number }, size = 256): Window[] {
  if (!Number.isInteger(size) || size < 1)
    throw new SarIoError('InvalidArgument', {
      ...{ subject: 'patchWindows', expected: 'a positive integer size', found: String(size) },
    });
  return starts(height, size).flatMap((y) =>
    starts(width, size).map((x) => ({ x, y, width: size, height: size })),
  );
}

function starts(length: number, size: number): number[] {
  if (length < size) return [];
  return Array.from({ length: Math.ceil(length / size) }, (_, i) => Math.min(i * size, length - size));
}
