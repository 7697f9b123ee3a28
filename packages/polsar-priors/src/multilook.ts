import ndarray from 'ndarray';
import { check } from './errors';
import { createImage, type Image, type Mask, planes, validity } from './image';

/** Pixels averaged along each axis: `range` counts columns (samples), `azimuth` rows (lines). */
export interface Looks {
  range: number;
  azimuth: number;
}

/**
 * Multilooking: mean of blocks of range × azimuth pixels, over their valid ones. An incomplete block at the right or the
 * bottom is dropped.
 *
 * @returns image [bands, ⌊rows / azimuth⌋, ⌊cols / range⌋] and its mask; a block without valid pixels is 0 and invalid.
 */
export function multilook(
  image: Image,
  { range, azimuth }: Looks,
  mask?: Mask,
): { image: Image; mask: Mask } {
  for (const count of [range, azimuth])
    check(Number.isInteger(count) && count > 0, 'multilook', 'positive integer looks', count);
  const inputs = planes(image);
  const valid = validity(image, mask);
  const [bands, rows, cols] = image.shape;
  const [outRows, outCols] = [Math.floor(rows / azimuth), Math.floor(cols / range)];
  const result = createImage(bands, outRows, outCols);
  const outputs = planes(result);
  const resultMask = ndarray(new Uint8Array(outRows * outCols), [outRows, outCols]);
  const sums = new Float64Array(bands);
  for (let block = 0; block < outRows * outCols; block++) {
    const [top, left] = [Math.floor(block / outCols) * azimuth, (block % outCols) * range];
    sums.fill(0);
    let count = 0;
    for (let r = top; r < top + azimuth; r++) {
      for (let i = r * cols + left; i < r * cols + left + range; i++) {
        if (!valid[i]) continue;
        count++;
        for (let b = 0; b < bands; b++) sums[b] += inputs[b][i];
      }
    }
    if (count === 0) continue;
    resultMask.data[block] = 1;
    for (let b = 0; b < bands; b++) outputs[b][block] = sums[b] / count;
  }
  return { image: result, mask: resultMask };
}
