import ndarray from 'ndarray';
import { check } from './errors';
import { createImage, type Image, type Mask, planes, validity } from './image';

/** Pixels that become one, along each axis. */
export interface Looks {
  rows: number;
  cols: number;
}

/**
 * Mean of blocks of pixels, over their valid ones. What is left over at the bottom and right is dropped.
 *
 * @returns image [bands, ⌊rows/looks.rows⌋, ⌊cols/looks.cols⌋] and its mask; a block without valid pixels is 0 and invalid.
 */
export function multilook(image: Image, looks: Looks, mask?: Mask): { image: Image; mask: Mask } {
  for (const count of [looks.rows, looks.cols])
    check(Number.isInteger(count) && count > 0, 'multilook', 'positive integer looks', count);
  const [bands, rows, cols] = image.shape;
  const valid = validity(image, mask);
  const [outRows, outCols] = [Math.floor(rows / looks.rows), Math.floor(cols / looks.cols)];
  const result = createImage(bands, outRows, outCols);
  const resultMask = ndarray(new Uint8Array(outRows * outCols), [outRows, outCols]);
  const [inputs, outputs] = [planes(image), planes(result)];
  const sums = new Float64Array(bands);
  for (let block = 0; block < outRows * outCols; block++) {
    const [top, left] = [Math.floor(block / outCols) * looks.rows, (block % outCols) * looks.cols];
    sums.fill(0);
    let count = 0;
    for (let r = top; r < top + looks.rows; r++) {
      for (let i = r * cols + left; i < r * cols + left + looks.cols; i++) {
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
