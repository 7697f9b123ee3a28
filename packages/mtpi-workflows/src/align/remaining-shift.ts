import { ownTurn } from '@mtpi/jobs';
import type { Acquisition } from '@mtpi/sar-io/node';
import { isSignificant, OffsetEstimator, type ResidualOffset } from '@mtpi/sentinel1';

/** Edge of the windows that are read, and of the patches in them that are correlated. */
const WINDOW = 128;
const PATCH = 64;
/** Windows along each edge of a scene at most. */
const STEPS = 4;

/**
 * The shift of acquisitions against the first one of the same grid, from amplitude cross-correlation of patches in up to
 * 4 × 4 windows that are spread over the scene.
 *
 * @returns for each of the others its shift, where it exceeds a tenth of a pixel and three times its standard error;
 *   undefined else, and of scenes with too few patches to say.
 */
export async function remainingShifts(
  [first, ...others]: readonly Acquisition[],
  signal?: AbortSignal,
): Promise<(ResidualOffset | undefined)[]> {
  const { width, height } = first;
  const estimators = others.map(() => new OffsetEstimator(PATCH));
  for (const y of starts(height)) {
    for (const x of starts(width)) {
      const window = { x, y, width: Math.min(WINDOW, width), height: Math.min(WINDOW, height) };
      const reference = await first.read(window, { signal });
      for (const [i, other] of others.entries()) {
        const shifted = await other.read(window, { signal });
        await ownTurn(); // each correlation is a piece of work
        estimators[i].add(reference, shifted);
      }
    }
  }
  return estimators.map((estimator) => {
    const offset = estimator.result();
    return offset && isSignificant(offset) ? offset : undefined;
  });
}

/** Where windows begin that do not overlap. */
function starts(size: number): number[] {
  const count = Math.max(1, Math.min(STEPS, Math.floor(size / WINDOW)));
  return Array.from({ length: count }, (_, i) =>
    count === 1 ? 0 : Math.floor((i * (size - WINDOW)) / (count - 1)),
  );
}
