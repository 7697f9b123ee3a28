import { changeResponse, type Image } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import { isInside } from '../scenes/change';
import type { Spot } from '../scenes/scene';
import { BANDS, type Scores } from './score';

/** Response of a method to a spot that changed. */
export interface SpotResponse {
  scene: string;
  place: string;
  imageType: string;
  method: string;
  band: (typeof BANDS)[number];
  radius: number;
  decibel: number;
  /** Share of a change at an auxiliary date only that leaks into the result, in %; ideally 0. */
  leakage: number;
  /** Share of a change at the target date only that is retained, in %; ideally 100. */
  retention: number;
}

/**
 * Responses of VV and VH to each spot, see `changeResponse`.
 *
 * @param unchanged result without any spot. @param auxiliary with the spots at an auxiliary date alone.
 * @param target with the spots at the target date alone.
 */
export function spotResponses(
  of: Pick<SpotResponse, 'scene' | 'place' | 'imageType' | 'method'>,
  spots: readonly Spot[],
  unchanged: Image,
  auxiliary: Image,
  target: Image,
): SpotResponse[] {
  const [, rows, cols] = unchanged.shape;
  return spots.flatMap((spot) => {
    const changed = ndarray(new Uint8Array(rows * cols), [rows, cols]);
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < cols; c++) if (isInside(spot, r, c)) changed.set(r, c, 1);
    const [leakage, retention] = [auxiliary, target].map((result) =>
      changeResponse(result, unchanged, { decibel: spot.decibel, changed }),
    );
    return BANDS.map((band, b) => ({
      ...of,
      band,
      radius: spot.radius,
      decibel: spot.decibel,
      leakage: leakage[b],
      retention: retention[b],
    }));
  });
}

/** Means over the spots of a scene: of |leakage|, and of retention. */
export function changeScores(responses: readonly SpotResponse[]): Scores {
  const scores: Scores = {};
  for (const band of BANDS) {
    const own = responses.filter((response) => response.band === band);
    scores[`leakage ${band}`] = own.reduce((sum, { leakage }) => sum + Math.abs(leakage), 0) / own.length;
    scores[`retention ${band}`] = own.reduce((sum, { retention }) => sum + retention, 0) / own.length;
  }
  return scores;
}
