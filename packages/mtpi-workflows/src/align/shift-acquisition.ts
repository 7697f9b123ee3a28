import { createImage, planes } from '@mtpi/polsar-priors';
import type { Acquisition } from '@mtpi/sar-io/node';
import ndarray from 'ndarray';
import type { Grid } from './grid-mapping';

/**
 * An acquisition on a grid of the same lattice, without resampling; invalid where it does not reach.
 *
 * @param offset column and row of its first pixel in the grid.
 */
export function shiftAcquisition(
  source: Acquisition,
  grid: Grid,
  offset: { x: number; y: number },
): Acquisition {
  const { width, height, georeference } = grid;
  return {
    ...source,
    ...{ width, height, georeference },
    async read(window, options) {
      const [x, y] = [window.x - offset.x, window.y - offset.y];
      const [left, top] = [Math.max(0, x), Math.max(0, y)];
      const inside = {
        ...{ x: left, y: top },
        width: Math.min(source.width, x + window.width) - left,
        height: Math.min(source.height, y + window.height) - top,
      };
      if (inside.width === window.width && inside.height === window.height)
        return source.read(inside, options);
      const bands = source.bands.length;
      const image = createImage(bands, window.height, window.width);
      const mask = ndarray(new Uint8Array(window.width * window.height), [window.height, window.width]);
      if (inside.width < 1 || inside.height < 1) return { image, mask };
      const part = await source.read(inside, options);
      const [from, to] = [planes(part.image), planes(image)];
      for (let row = 0; row < inside.height; row++) {
        const [start, target] = [row * inside.width, (top - y + row) * window.width + left - x];
        for (const [b, plane] of from.entries())
          to[b].set(plane.subarray(start, start + inside.width), target);
        mask.data.set(part.mask.data.subarray(start, start + inside.width), target);
      }
      return { image, mask };
    },
    close: () => source.close(),
  };
}
