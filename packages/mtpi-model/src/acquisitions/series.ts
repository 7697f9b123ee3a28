import { ownTurn } from '@mtpi/jobs';
import { TemporalAggregates, type Window } from '@mtpi/polsar-priors';
import { checkSeries, checkWindow } from '../check-input';
import type { AcquisitionWindow, TripletSource } from './acquisition-window';
import { physicalPixels } from './physical-pixels';

/** Reads a window of one acquisition. */
export type WindowReader = (window: Window, options: { signal?: AbortSignal }) => Promise<AcquisitionWindow>;

/** A target and other dates of its place on one grid, read by windows. */
export interface SeriesSource {
  width: number;
  height: number;
  /** 4 for covariance, 2 for intensities without phase. */
  bands: 2 | 4;
  target: WindowReader;
  /** Dates before the target, the nearest first; one or more. */
  before: readonly WindowReader[];
  /** Dates after the target, the nearest first; one or more. */
  after: readonly WindowReader[];
}

/**
 * A series as the triplet that the network takes: the dates before and those after the target are averaged into its previous
 * and next acquisition by their likeness to the target (`TemporalAggregates`), and the mean of all of them is added to the
 * result where it agrees (`combineWithTemporalMean`). With one date on each side it is the plain triplet.
 *
 * Each date is read once for each window, one after the other: memory does not depend on their number.
 *
 * @throws ModelError `InvalidArgument` without a target, or without dates on a side; reading, for a window outside the scene.
 */
export function tripletOfSeries(series: SeriesSource): TripletSource {
  checkSeries(series);
  const { target, before, after, ...size } = series;
  if (before.length === 1 && after.length === 1) return plainTriplet(target, before[0], after[0], size);
  return {
    ...size,
    read: async (window, options = {}) => {
      checkWindow(window, size);
      const pixels = physicalPixels(await target(window, options));
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

function plainTriplet(
  target: WindowReader,
  previous: WindowReader,
  next: WindowReader,
  size: Pick<TripletSource, 'width' | 'height' | 'bands'>,
): TripletSource {
  return {
    ...size,
    read: async (window, options = {}) => {
      checkWindow(window, size);
      const dates = [target, previous, next].map(async (date) => {
        await ownTurn();
        return date(window, options);
      });
      const [t, p, n] = await Promise.all(dates);
      return { target: t, previous: p, next: n };
    },
  };
}
