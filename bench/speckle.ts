import { Random } from '@mtpi/polsar-priors';

/** Fills values with intensities of one look, of mean 0.1. */
export function fillSpeckle(values: Float32Array, seed = 1): void {
  const random = new Random(seed);
  for (let i = 0; i < values.length; i++) values[i] = -0.1 * Math.log(1 - random.uniform());
}
