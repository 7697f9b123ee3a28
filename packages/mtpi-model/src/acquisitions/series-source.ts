import { ownTurn } from '@mtpi/jobs';
import { TemporalAggregates, type Window } from '@mtpi/polsar-priors';
import { checkWindow } from '../check-input';
import type { AcquisitionWindow, TripletSource } from './acquisition-window';
import { physicalPixels } from './physical-pixels';
import type { Series } from './series';

/** Reads a window of one acquisition. */
export type WindowReader = (window: Window, options: { signal?: AbortSignal }) => Promise<AcquisitionWindow>;

type Scene = Pick<TripletSource, 'width' | 'height' | 'bands'>;

/**
 * A series as the triplet that the network takes: the dates before and those after the target are averaged into its previous
 * and next acquisition by their likeness to the target (`TemporalAggregates`), and the mean of all of them is added to the
 * result where it agrees (`combineWithTemporalMean`). With one date on each side it is the plain triplet.
 *
 * Each date is read once for each window, one after the other: memory does not depend on their number.
 *
 * @throws ModelError `InvalidArgument` when a window outside the scene is read.
 */
export function seriesSource<T>(
  series: Series<T>,
  scene: Scene,
  readerOf: (date: T) => WindowReader,
): TripletSource {
  const { target, previous, next, earlier = [], later = [] } = series;
  const read = readerOf(target);
  const before = [previous, ...earlier].map(readerOf);
  const after = [next, ...later].map(readerOf);
  if (before.length === 1 && after.length === 1) return plainTriplet([read, before[0], after[0]], scene);
  return {
    ...scene,
    read: async (window, options = {}) => {
      checkWindow(window, scene);
      const pixels = physicalPixels(await read(window, options));
      const aggregates = new TemporalAggregates(pixels.image, pixels.mask);
      for (const [side, dates] of Object.entries({ before, after }) as ['before' | 'after', WindowReader[]][])
        for (const date of dates) {
          options.signal?.throwIfAborted();
          await ownTurn();
          const { image, mask } = physicalPixels(await date(window, options));
          aggregates.add(side, image, mask);
        }
      return {
        target: pixels,
        previous: aggregates.aggregate('before') as AcquisitionWindow,
        next: aggregates.aggregate('after') as AcquisitionWindow,
        temporalMean: aggregates.mean(),
      };
    },
  };
}

const plainTriplet = (readers: readonly WindowReader[], scene: Scene): TripletSource => ({
  ...scene,
  read: async (window, options = {}) => {
    checkWindow(window, scene);
    const dates = readers.map(async (date) => {
      await ownTurn();
      return date(window, options);
    });
    const [target, previous, next] = await Promise.all(dates);
    return { target, previous, next };
  },
});
