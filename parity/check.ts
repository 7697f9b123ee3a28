/** A difference from the reference and its limit; without a limit it is only reported. */
export interface Difference {
  name: string;
  error: number;
  limit: number | undefined;
}

/** ‖out − ref‖ / ‖ref‖ allowed in evaluation mode. */
export const EVALUATION_LIMIT = 1e-5;
/** ‖out − ref‖ / ‖ref‖ allowed for gradients and training steps. */
export const TRAINING_LIMIT = 1e-3;

/** ‖out − ref‖ / ‖ref‖; ‖out − ref‖ where the reference is 0. */
export function relativeError(out: ArrayLike<number>, reference: ArrayLike<number>): number {
  if (out.length !== reference.length) return Number.NaN;
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < reference.length; i++) {
    difference += (out[i] - reference[i]) ** 2;
    norm += reference[i] ** 2;
  }
  return Math.sqrt(norm > 0 ? difference / norm : difference);
}

/** Whether a difference is too large, or not a number. */
export const exceeds = ({ error, limit }: Difference): boolean =>
  limit === undefined ? Number.isNaN(error) : !(error <= limit);
