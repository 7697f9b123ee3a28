import { enl, logCumulantEnl } from '../enl';
import { type HomogeneousWindowsOptions, homogeneousWindows } from '../homogeneous-windows';
import { type Image, planes } from '../image';

/** Equivalent number of looks, by moments and by log-cumulants. */
export interface HomogeneousEnl {
  moments: number;
  logCumulants: number;
}

/**
 * Equivalent number of looks of a result: median over the most homogeneous windows of a reference image, the same for
 * every result that is compared.
 *
 * @param result the image that is judged, in `options.band`. @param reference where windows are looked for.
 * @returns NaN where there is no window without invalid pixels.
 */
export function homogeneousEnl(
  result: Image,
  reference: Image,
  options: HomogeneousWindowsOptions = {},
): HomogeneousEnl {
  const plane = planes(result)[options.band ?? 0];
  const cols = result.shape[2];
  const samples = homogeneousWindows(reference, options).map(({ window: { x, y, width, height } }) =>
    Array.from({ length: height }, (_, r) => [
      ...plane.subarray((y + r) * cols + x, (y + r) * cols + x + width),
    ]).flat(),
  );
  return { moments: median(samples.map(enl)), logCumulants: median(samples.map(logCumulantEnl)) };
}

function median(values: number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}
