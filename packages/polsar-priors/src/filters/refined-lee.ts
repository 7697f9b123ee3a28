import ndarray from 'ndarray';
import { boxcar } from '../boxcar';
import { checkLooks } from '../errors';
import { checkBands, createImage, type Image, type Mask, planes, span, validity } from '../image';
import { type LeeOptions, leeWeight } from './lee';

const RADIUS = 3;

/** Directions across an edge, as steps (row, column). */
const directions: [number, number][] = [
  [0, 1],
  [1, 1],
  [1, 0],
  [1, -1],
];

/**
 * Refined Lee filter (Lee 1981): the 3 × 3 means of nine overlapping parts of a 7 × 7 window give the direction of the
 * edge and the side on which the pixel lies; mean and variance come from that half of the window. All bands share the
 * half and the weight, from the total power C11 + C22 (Lee, Grunes & De Grandi 1999), so a covariance stays positive
 * semidefinite. Pixels beyond the border and invalid ones are left out of the averages; invalid pixels become 0.
 *
 * @param image covariance [4, rows, cols], intensities [2, rows, cols] or one intensity [1, rows, cols].
 */
export function refinedLee(image: Image, { looks = 1, mask }: Omit<LeeOptions, 'window'> = {}): Image {
  checkBands(image, 'refinedLee', 1, 2, 4);
  checkLooks(looks, 'refinedLee');
  const [bands, rows, cols] = image.shape;
  const padded = pad(image, validity(image, mask));
  const [, paddedRows, width] = padded.image.shape;
  const inputs = planes(padded.image);
  const valid = padded.mask.data;
  const power = span(inputs);
  const choose = halfChooser(power, padded.mask, paddedRows, width);
  const result = createImage(bands, rows, cols);
  const outputs = planes(result);
  const means = new Float64Array(bands);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) {
      const i = (r + RADIUS) * width + c + RADIUS;
      if (!valid[i]) continue;
      const half = choose(i);
      means.fill(0);
      let [count, first, second] = [0, 0, 0];
      for (let k = 0; k < half.length; k++) {
        const j = i + half[k];
        if (!valid[j]) continue;
        count++;
        first += power[j];
        second += power[j] * power[j];
        for (let b = 0; b < bands; b++) means[b] += inputs[b][j];
      }
      const mean = first / count;
      const weight = leeWeight(mean, second / count - mean * mean, looks);
      for (let b = 0; b < bands; b++) {
        means[b] /= count;
        outputs[b][r * cols + c] = means[b] + weight * (inputs[b][i] - means[b]);
      }
    }
  }
  return result;
}

/** For a pixel, the half of its window on its own side of the strongest edge, as offsets into the flat image. */
function halfChooser(
  power: Float32Array,
  mask: Mask,
  rows: number,
  width: number,
): (pixel: number) => Int32Array {
  const shape = [1, rows, width];
  const means = boxcar(ndarray(power, shape), 3, mask).data;
  const coverage = boxcar(ndarray(Float32Array.from(mask.data), shape), 3).data;
  const edges = directions.map(([r, c]) => ({
    // The part ahead, and its two neighbors along the window's rim.
    ahead: 2 * (r * width + c),
    left: 2 * (Math.sign(r - c) * width + Math.sign(r + c)),
    right: 2 * (Math.sign(r + c) * width + Math.sign(c - r)),
    halves: [halfWindow(r, c, width), halfWindow(-r, -c, width)],
  }));
  /** Mean of a part, or of the central part where it has no valid pixel. */
  const part = (pixel: number, offset: number) =>
    means[coverage[pixel + offset] > 0 ? pixel + offset : pixel];

  return (pixel) => {
    let steepest = -1;
    let half = edges[0].halves[0];
    for (const { ahead, left, right, halves } of edges) {
      const [front, back] = [part(pixel, ahead), part(pixel, -ahead)];
      const gradient = Math.abs(
        front + part(pixel, left) + part(pixel, right) - back - part(pixel, -left) - part(pixel, -right),
      );
      if (gradient <= steepest) continue;
      steepest = gradient;
      half = halves[Math.abs(front - means[pixel]) <= Math.abs(back - means[pixel]) ? 0 : 1];
    }
    return half;
  };
}

/** The 28 pixels of the window on the side of (r, c), the line through the center included, as offsets into the flat image. */
function halfWindow(r: number, c: number, width: number): Int32Array {
  const offsets: number[] = [];
  for (let y = -RADIUS; y <= RADIUS; y++) {
    for (let x = -RADIUS; x <= RADIUS; x++) if (r * y + c * x >= 0) offsets.push(y * width + x);
  }
  return Int32Array.from(offsets);
}

/** The image and its mask with an invalid margin of the window's radius. */
function pad(image: Image, valid: Uint8Array): { image: Image; mask: Mask } {
  const [bands, rows, cols] = image.shape;
  const padded = createImage(bands, rows + 2 * RADIUS, cols + 2 * RADIUS);
  const mask = ndarray(new Uint8Array((rows + 2 * RADIUS) * (cols + 2 * RADIUS)), padded.shape.slice(1));
  const inputs = planes(image);
  const outputs = planes(padded);
  for (let r = 0; r < rows; r++) {
    const to = (r + RADIUS) * (cols + 2 * RADIUS) + RADIUS;
    const row = [r * cols, (r + 1) * cols] as const;
    mask.data.set(valid.subarray(...row), to);
    outputs.forEach((output, b) => output.set(inputs[b].subarray(...row), to));
  }
  return { image: padded, mask };
}
