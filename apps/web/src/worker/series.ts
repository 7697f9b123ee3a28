/** The dates that a scene is despeckled with, and what is said about them. */
import { type Acquisition, checkTriplet, type InputWarning, onSameOrbit } from '@mtpi/sar-io';

/** Dates on one grid; those before and after the target from the nearest on. */
export interface Series {
  target: Acquisition;
  before: readonly Acquisition[];
  after: readonly Acquisition[];
}

/** Indices of dates around a target. */
export interface Neighbors {
  /** The nearest first. */
  before: readonly number[];
  after: readonly number[];
  /** Dates of other orbits. */
  leftOut: readonly number[];
}

/** A date whose paths begin with its day: names of files may be the same on all dates. */
export function ofDay(acquisition: Acquisition, acquired: Date): Acquisition {
  const day = dayOf(acquired);
  return {
    ...acquisition,
    acquired,
    paths: acquisition.paths.map((path) => `${day}/${path}`),
    warnings: acquisition.warnings.map((warning) => ({ ...warning, input: day })),
  };
}

/**
 * The dates around a target, as `mtpi despeckle --stack` chooses them: without those of other orbits where at least two others
 * are of the target's, and in turn before and after it where all lie on one side.
 *
 * @param dates from the first to the last.
 */
export function neighborsOf(dates: readonly Acquisition[], target: number): Neighbors {
  const others = [...dates.keys()].filter((i) => i !== target);
  const sameOrbit = others.filter((i) => onSameOrbit(dates[target], dates[i]));
  const used = sameOrbit.length >= 2 ? sameOrbit : others;
  const leftOut = others.filter((i) => !used.includes(i));
  const before = used.filter((i) => i < target).reverse();
  const after = used.filter((i) => i > target);
  if (before.length > 0 && after.length > 0) return { before, after, leftOut };
  const inTurn = (turn: number) => [...before, ...after].filter((_, i) => i % 2 === turn);
  return { before: inTurn(0), after: inTurn(1), leftOut };
}

/** What is suspicious about the dates of a series. */
export async function checkSeries({ target, before, after }: Series): Promise<InputWarning[]> {
  const [previous, ...earlier] = before;
  const [next, ...later] = after;
  const found = await checkTriplet({ target, previous, next, further: [...earlier, ...later] });
  // Dates are in order, but for those on one side of the target.
  return found.filter(({ code }) => code !== 'OutOfOrder');
}

/** A text with the days of dates in the place of the names of their files: the table shows those. */
export const inDays = (text: string, dates: readonly Acquisition[]): string =>
  dates.reduce((words, { paths, acquired }) => words.replaceAll(paths.join(' + '), dayOf(acquired!)), text);

const dayOf = (date: Date) => date.toISOString().slice(0, 10);
