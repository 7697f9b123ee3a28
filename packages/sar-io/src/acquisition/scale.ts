import { median } from '@mtpi/polsar-priors';
import type { DataType } from '../raster';

/** What an intensity file's numbers are: powers, powers in dB, or amplitudes (such as the DN of GRD products). */
export type Scale = 'linear' | 'decibel' | 'amplitude';

/** Backscatter in dB lies within these bounds, with room for noise and bright targets. */
const DECIBEL_BOUNDS = [-100, 80];

/** From a file's number to linear power. */
export const toPower: Record<Scale, (value: number) => number> = {
  linear: (value) => value,
  decibel: (value) => 10 ** (value / 10),
  amplitude: (value) => value * value,
};

/**
 * The scale that fits the data: integers are amplitudes; floats whose median is negative, all within what dB can be, are
 * dB (noise subtraction leaves single negative powers, but not a negative median); other floats are linear.
 */
export function detectScale(dataType: DataType, samples: readonly number[]): Scale {
  if (!dataType.startsWith('float')) return 'amplitude';
  const [least, most] = DECIBEL_BOUNDS;
  const decibel = median(samples) < 0 && samples.every((value) => value >= least && value <= most);
  return decibel ? 'decibel' : 'linear';
}
