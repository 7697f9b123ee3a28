import { type Image, planes } from '@mtpi/polsar-priors';
import { isInside } from './scenes/change';
import type { Spot } from './scenes/scene';
import type { Scores } from './score';

/** What a result shows of a spot that changed. */
export interface SpotResponse {
  scene: string;
  place: string;
  product: string;
  method: string;
  band: 'VV' | 'VH';
  radius: number;
  decibel: number;
  /** Share of a change of an auxiliary date alone that the target shows, in %: 0 is right. */
  leakage: number;
  /** Share of a change of the target alone that stays, in %: 100 is right. */
  retention: number;
}

/**
 * Responses of VV and VH in each spot: the mean over its pixels of 10·log₁₀(changed / unchanged), in % of the gain that
 * was put in.
 *
 * @param unchanged result without any spot. @param auxiliary with the spots at an auxiliary date alone.
 * @param target with the spots at the target date alone.
 */
export function spotResponses(
  of: Pick<SpotResponse, 'scene' | 'place' | 'product' | 'method'>,
  spots: readonly Spot[],
  unchanged: Image,
  auxiliary: Image,
  target: Image,
): SpotResponse[] {
  const [, rows, cols] = unchanged.shape;
  const [before, leaked, kept] = [unchanged, auxiliary, target].map(planes);
  return spots.flatMap((spot) => {
    const pixels: number[] = [];
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < cols; c++) if (isInside(spot, r, c)) pixels.push(r * cols + c);
    const response = (after: Float32Array, reference: Float32Array) => {
      const decibels = pixels.map((i) => 10 * Math.log10(after[i] / reference[i]));
      return (100 * decibels.reduce((a, b) => a + b, 0)) / (pixels.length * spot.decibel);
    };
    return (['VV', 'VH'] as const).map((band, b) => ({
      ...of,
      band,
      radius: spot.radius,
      decibel: spot.decibel,
      leakage: response(leaked[b], before[b]),
      retention: response(kept[b], before[b]),
    }));
  });
}

/** Means over the spots of a scene: of |leakage|, and of retention. */
export function changeScores(responses: readonly SpotResponse[]): Scores {
  const scores: Scores = {};
  for (const band of ['VV', 'VH'] as const) {
    const own = responses.filter((response) => response.band === band);
    scores[`leakage ${band}`] = own.reduce((sum, { leakage }) => sum + Math.abs(leakage), 0) / own.length;
    scores[`retention ${band}`] = own.reduce((sum, { retention }) => sum + retention, 0) / own.length;
  }
  return scores;
}
