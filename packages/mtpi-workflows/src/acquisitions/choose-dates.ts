import { type Acquisition, onSameOrbit } from '@mtpi/sar-io';

type Dated = Pick<Acquisition, 'metadata' | 'paths' | 'acquired'>;

/** The dates before and after a target, the nearest first. */
export interface Neighbors<T> {
  before: readonly T[];
  after: readonly T[];
}

/** The dates to despeckle a target with. */
export interface ChosenDates<T> extends Neighbors<T> {
  /** Whether too few dates are of the target's orbit, so that those of others are among them. */
  mixed: boolean;
  /** Dates of other orbits that are not. */
  leftOut: readonly T[];
}

/**
 * The dates to despeckle a target with: those of its relative orbit if there are two, else all; of more than `most`, the
 * nearest, half of them on each side where there are as many.
 *
 * @param dates from the first to the last, with the target among them.
 * @param most number of dates to use, with the target.
 */
export function chooseDates<T extends Dated>(
  target: T,
  dates: readonly T[],
  most = Number.POSITIVE_INFINITY,
): ChosenDates<T> {
  const others = dates.filter((date) => date !== target);
  const sameOrbit = others.filter((date) => onSameOrbit(target, date));
  const usable = sameOrbit.length >= 2 ? sameOrbit : others;
  const earlier = usable.filter((date) => dates.indexOf(date) < dates.indexOf(target)).reverse();
  const later = usable.filter((date) => dates.indexOf(date) > dates.indexOf(target));
  const half = Math.floor((most - 1) / 2);
  const fromEarlier = Math.min(earlier.length, Math.max(half, most - 1 - later.length));
  return {
    before: earlier.slice(0, fromEarlier),
    after: later.slice(0, most - 1 - fromEarlier),
    mixed: usable !== sameOrbit,
    leftOut: others.filter((date) => !usable.includes(date)),
  };
}

/** Where all dates lie on one side of the target, they go in turn to the two aggregates that the network takes. */
export function splitOneSide<T>({ before, after }: Neighbors<T>): Neighbors<T> {
  const inTurn = (dates: readonly T[], turn: number) => dates.filter((_, i) => i % 2 === turn);
  if (before.length === 0) return { before: inTurn(after, 0), after: inTurn(after, 1) };
  if (after.length === 0) return { before: inTurn(before, 1), after: inTurn(before, 0) };
  return { before, after };
}
