/** The dates that a scene is despeckled with, and what is said about them. */
import { type Acquisition, checkTriplet, type InputWarning } from '@mtpi/sar-io';
import type { Neighbors } from '@mtpi/workflows/browser';

/** Dates on one grid. */
export interface Series extends Neighbors<Acquisition> {
  target: Acquisition;
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
