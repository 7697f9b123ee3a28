import { LIGHT } from './circular-orbit';

/** What makes the phase of a TOPS burst (ESA, COPE-GSEG-EOPG-TN-14-0025), the same for every burst here. */
export const TOPS = {
  radarFrequency: 5_405_000_454.33435,
  rangeSamplingRate: 64.34523812571428e6,
  azimuthTimeInterval: 2.055556299999998e-3,
  azimuthSteeringRate: 1.590368784,
  velocity: 7592,
  slantRangeTime: 5.343e-3,
  t0: 5.35e-3,
  fmRate: [-2315, 450_000, -79_000_000],
} as const;

const polynomial = (coefficients: readonly number[], x: number) =>
  coefficients.reduceRight((total, coefficient) => total * x + coefficient, 0);

interface Beam {
  lines: number;
  samples: number;
  doppler: readonly number[];
  /** Degrees per second; 0 of StripMap. */
  steeringRate: number;
}

/**
 * The phase (rad) that deramping and demodulating multiplies a sample by exp(jφ) of: φ = −π·k_t·(η − η_ref)² −
 * 2π·f_dc·η with η counted from the middle of the burst.
 */
export function derampPhase(
  line: number,
  sample: number,
  { lines, samples, doppler, steeringRate }: Beam,
): number {
  const delay = (x: number) => TOPS.slantRangeTime + x / TOPS.rangeSamplingRate - TOPS.t0;
  const rate = (x: number) => polynomial(TOPS.fmRate, delay(x));
  const centroid = (x: number) => polynomial(doppler, delay(x));
  const steering = (2 * TOPS.velocity * TOPS.radarFrequency * ((steeringRate * Math.PI) / 180)) / LIGHT;
  const total = (rate(sample) * steering) / (rate(sample) - steering);
  const middle = samples / 2;
  const reference = -centroid(sample) / rate(sample) + centroid(middle) / rate(middle);
  const eta = (line - (lines - 1) / 2) * TOPS.azimuthTimeInterval;
  return -Math.PI * total * (eta - reference) ** 2 - 2 * Math.PI * centroid(sample) * eta;
}
