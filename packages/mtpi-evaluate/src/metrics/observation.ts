import {
  boxcar,
  createImage,
  fillInvalid,
  homogeneousWindows,
  type Image,
  type Mask,
  planes,
  type Window,
} from '@mtpi/polsar-priors';
import { median } from 'd3-array';
import ndarray from 'ndarray';
import type { TestScene } from '../scenes/scene';

/** Rows and columns of the windows searched for homogeneous areas. */
const WINDOW = 16;

/** One band of a test scene, its invalid pixels filled as those of results are, with the areas that metrics use. */
export interface BandObservation {
  rows: number;
  cols: number;
  looks: number;
  mask?: Mask;
  /** The speckled target. */
  input: Float32Array;
  truth?: Float32Array;
  reference?: Float32Array;
  /** Most homogeneous windows of the truth or the reference. */
  windows: Window[];
  /** Indices of the more homogeneous half of its pixels. */
  homogeneous: Uint32Array;
}

/** VV and VH of a test scene: the part of the metrics that doesn't depend on the result. */
export function observe(scene: TestScene): [BandObservation, BandObservation] {
  const { target, truth, reference, mask, looks } = scene;
  const [, rows, cols] = target.shape;
  const known = truth ?? reference ?? target;
  const [inputs, truths, references] = [target, truth, reference].map(
    (image) => image && planes(mask ? fillInvalid({ image, mask }) : image),
  );
  const band = (b: number): BandObservation => ({
    ...{ rows, cols, looks, mask },
    input: (inputs as Float32Array[])[b],
    truth: truths?.[b],
    reference: references?.[b],
    windows: homogeneousWindows(known, { size: WINDOW, band: b, mask, constant: true }).map(
      ({ window }) => window,
    ),
    homogeneous: homogeneousHalf(asImage(planes(known)[b], { rows, cols }), mask),
  });
  return [band(0), band(1)];
}

/** One band as an image [1, rows, cols]. */
export const asImage = (plane: Float32Array, { rows, cols }: Pick<BandObservation, 'rows' | 'cols'>): Image =>
  ndarray(plane, [1, rows, cols]);

/** Pixels whose coefficient of variation over 7 × 7 pixels is below the median. */
function homogeneousHalf(image: Image, mask?: Mask): Uint32Array {
  const [, rows, cols] = image.shape;
  const powers = createImage(2, rows, cols);
  const [plane] = planes(image);
  powers.data.set(plane);
  powers.data.set(
    plane.map((value) => value * value),
    plane.length,
  );
  const [first, second] = planes(boxcar(powers, 7, mask));
  const variation = first.map((mean, i) => second[i] / (mean * mean));
  const valid = Uint32Array.from(plane.keys()).filter((i) => mask?.data[i] !== 0 && plane[i] > 0);
  const limit = median(valid, (i) => variation[i]) as number;
  return valid.filter((i) => variation[i] <= limit);
}

/** Values of a plane in a window, row by row. */
export function valuesIn(
  plane: Float32Array | Mask['data'],
  { x, y, width, height }: Window,
  cols: number,
): number[] {
  const values: number[] = [];
  for (let r = y; r < y + height; r++) values.push(...plane.subarray(r * cols + x, r * cols + x + width));
  return values;
}
