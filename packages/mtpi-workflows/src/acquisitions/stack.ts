import { dirname } from 'node:path';
import { redactUrls } from '@mtpi/errors';
import { parseTimestamp } from '@mtpi/sar-io';
import {
  type Acquisition,
  checkDifferentDates,
  matchesDate,
  onSameOrbit,
  openAcquisition,
  timeStamp,
} from '@mtpi/sar-io/node';
import { WorkflowError } from '../errors';
import { inputName, type Warning } from '../job';
import { findArea, outsideError } from './area';
import { type ChosenDates, chooseDates, splitOneSide } from './choose-dates';
import { acquisitionsOf } from './dates-in';
import { emptyDates, emptyHint, inSelection } from './empty-dates';
import { folderOfDate, sharedDate } from './folder-dates';
import type { SeriesInput, StackInput } from './inputs';
import type { StackOptions } from './options';
import { isOffRepeat, ORBITS_UNKNOWN } from './orbit-repeat';

/** One date of a stack as a target, with the dates it is despeckled with. */
export interface StackTarget {
  /** The time of the target, as in `20240305T170815`. */
  name: string;
  input: SeriesInput;
  /** How more than two other dates were chosen, for the provenance. */
  description?: string;
  /** Empty, unless dates of other orbits had to be used. */
  warnings: Warning[];
}

/** 32 on each side: more add little, and each is an open file. */
const MOST_DATES = 65;

/** An acquisition of a stack, as far as dates are chosen by it. */
interface StackDate extends Pick<Acquisition, 'metadata' | 'paths'> {
  acquisition: Acquisition;
  files: string[];
  acquired: Date;
  name: string;
}

/**
 * The targets of a stack, each with the dates before and after it from the same relative orbit. Of more than three dates,
 * those without valid pixels in the area to despeckle are left out.
 *
 * @param stack the acquisitions; or one folder with all of them, as `coregisterStack` writes or of one subfolder, file or
 *   pair of VV and VH for each date; or a netCDF series or a STAC ItemCollection.
 * @throws WorkflowError `InvalidStack` where there are fewer than three dates, a date is unknown or there twice, or the
 *   target's is not among them; `NoValidPixels` where no target has any; `InvalidArgument` for fewer than three dates to
 *   use, or an area outside all targets.
 */
export async function stackTargets(stack: StackInput, options: StackOptions = {}): Promise<StackTarget[]> {
  const { dates: most = MOST_DATES } = options;
  if (!(Number.isInteger(most) && most >= 3))
    throw new WorkflowError('InvalidArgument', {
      expected: 'at least three usable dates',
      found: String(most),
    });
  const acquisitions = await acquisitionsOf(stack);
  const path = typeof stack === 'string' ? stack : stackName(acquisitions);
  const opened = await Promise.allSettled(acquisitions.map((files) => stackDate(files, options)));
  try {
    const dates = opened.map((date) => {
      if (date.status === 'rejected') throw date.reason;
      return date.value;
    });
    dates.sort((a, b) => (a.name < b.name ? -1 : 1));
    return await targetsAmong(dates, most, path, options);
  } finally {
    for (const date of opened) if (date.status === 'fulfilled') await date.value.acquisition.close();
  }
}

async function targetsAmong(
  dates: readonly StackDate[],
  most: number,
  path: string,
  options: StackOptions,
): Promise<StackTarget[]> {
  checkDistinctDates(dates);
  checkCount(dates, path);
  const targets = wantedTargets(dates, path, options);
  const isUnknown = dates.some((date, i) => {
    const before = dates.slice(0, i).findLast((other) => onSameOrbit(other, date));
    return before && isOffRepeat(date, before);
  });
  if (isUnknown)
    options.onWarning?.({ code: 'OrbitsUnknown', message: ORBITS_UNKNOWN, input: redactUrls(path) });
  if (dates.length === 3)
    return targets.map((target) => seriesAround(target, chooseDates(target, dates, most)));
  const chosen = await withUsableNeighbors(targets, dates, most, path, options);
  const used = new Set(chosen.flatMap(([target, { before, after }]) => [target, ...before, ...after]));
  await passNotes(
    dates.filter((date) => used.has(date)),
    options,
  );
  return chosen.map(([target, neighbors]) => seriesAround(target, neighbors));
}

/** @throws WorkflowError `InvalidStack` for two acquisitions of one time. */
function checkDistinctDates(dates: readonly StackDate[]): void {
  const twice = dates.findIndex(({ name }, i) => name === dates[i + 1]?.name);
  if (twice < 0) return;
  const folder = folderOfDate(dates[twice].acquisition);
  const [file, other] = [dates[twice], dates[twice + 1]].map(({ files }) => files.join(', '));
  throw new WorkflowError(
    'InvalidStack',
    `Duplicate acquisition: ${file} has the same date as ${other}, ${dates[twice].name}`,
    {
      path: file,
      ...(folder && { hint: `Put dates into the names of the files: ${sharedDate(folder)}.` }),
    },
  );
}

/** @throws WorkflowError `InvalidStack` for fewer than three dates. @param which of them, as in " with valid pixels". */
function checkCount(dates: readonly StackDate[], path: string, which = '', hint?: string): void {
  if (dates.length >= 3) return;
  throw new WorkflowError('InvalidStack', {
    ...{ path, expected: `at least three dates${which}`, found: String(dates.length), hint },
  });
}

/** @throws WorkflowError `InvalidStack` where none is of the date asked for. */
function wantedTargets(
  dates: readonly StackDate[],
  path: string,
  { targetDate }: StackOptions,
): readonly StackDate[] {
  if (targetDate === undefined) return dates;
  const targets = dates.filter(({ acquired }) => matchesDate(acquired, targetDate));
  if (targets.length > 0) return targets;
  throw noDateError(
    path,
    dates.map(({ acquired }) => acquired),
    targetDate,
  );
}

/** The error of a target date that no acquisition of a stack has, with the nearest ones that there are. */
export function noDateError(path: string, acquired: readonly Date[], targetDate: string): WorkflowError {
  const dates = [...acquired].sort((a, b) => Number(a) - Number(b));
  const wanted = Number(parseTimestamp(targetDate));
  const distance = (date: Date) => Math.abs(Number(date) - wanted);
  const nearest = [...dates].sort((a, b) => distance(a) - distance(b)).slice(0, 2);
  const names = dates.filter((date) => nearest.includes(date)).map(timeStamp);
  return new WorkflowError('InvalidStack', {
    ...{ path, expected: `an acquisition of ${targetDate}` },
    found: `${timeStamp(dates[0])} to ${timeStamp(dates[dates.length - 1])}`,
    ...(wanted && { hint: `The nearest dates are ${names.join(' and ')}.` }),
  });
}

/** Dates in messages: their folder, or the first of their files and how many more there are. */
export function stackName(dates: readonly (readonly string[])[]): string {
  const folders = new Set(dates.flat().map((path) => dirname(path)));
  const [folder] = folders;
  if (dates.length === 1) return inputName(dates[0]);
  return folders.size === 1 && folder !== '.' ? folder : `${dates[0][0]} and ${dates.length - 1} more dates`;
}

/**
 * The targets with valid pixels in the area to despeckle, each with its nearest dates that have some there.
 *
 * @throws WorkflowError `NoValidPixels` where there is no such target, `InvalidStack` where one has too few such dates,
 *   `InvalidArgument` for an area outside all targets.
 */
async function withUsableNeighbors(
  targets: readonly StackDate[],
  dates: readonly StackDate[],
  most: number,
  path: string,
  options: StackOptions,
): Promise<[StackDate, ChosenDates<StackDate>][]> {
  const { area } = options;
  if (area && !targets.some(({ acquisition }) => findArea(acquisition, area)))
    throw outsideError(targets[0].acquisition);
  const [where, hint] = [` with valid pixels${inSelection(options)}`, emptyHint(options)];
  const emptyAmong = emptyFinder(options);
  const chosen: [StackDate, ChosenDates<StackDate>][] = [];
  for (const target of targets) {
    let empty = await emptyAmong([target], target);
    if (empty.length > 0) continue;
    let usable = dates;
    let neighbors: ChosenDates<StackDate>;
    do {
      usable = usable.filter((date) => !empty.includes(date));
      checkCount(usable, path, where, hint);
      neighbors = chooseDates(target, usable, most);
      empty = await emptyAmong([...neighbors.before, ...neighbors.after], target);
    } while (empty.length > 0);
    chosen.push([target, neighbors]);
  }
  if (chosen.length > 0) return chosen;
  throw new WorkflowError('NoValidPixels', { path, expected: `a target${where}`, found: 'none', hint });
}

/** A function that finds the dates without valid pixels in the area of a target; each is reported once. */
function emptyFinder(options: StackOptions) {
  const isEmpty = emptyDates(options);
  const leftOut = new Set<StackDate>();
  return async (dates: readonly StackDate[], target: StackDate): Promise<StackDate[]> => {
    const empty: StackDate[] = [];
    for (const date of dates) if (await isEmpty(date.acquisition, target.acquisition)) empty.push(date);
    for (const date of empty.filter((date) => !leftOut.has(date))) {
      leftOut.add(date);
      const message = `Has no valid pixels${inSelection(options)}; left out`;
      options.onWarning?.({ code: 'DateLeftOut', message, input: inputName(date.files) });
    }
    return empty;
  };
}

/** Passes on assumptions about the files of dates, and copies among them. */
async function passNotes(dates: readonly StackDate[], options: StackOptions): Promise<void> {
  const acquisitions = dates.map(({ acquisition }) => acquisition);
  const found = [
    ...acquisitions.flatMap(({ warnings }) => warnings),
    ...(await checkDifferentDates(acquisitions, options)),
  ];
  for (const { severity, code, message, input } of found)
    if (severity === 'note') options.onWarning?.({ code, message, input: redactUrls(input) });
}

function seriesAround(target: StackDate, chosen: ChosenDates<StackDate>): StackTarget {
  const { before, after, mixed, leftOut } = chosen;
  const days = [...before, ...after].map(({ name }) => name.slice(0, 8)).sort();
  const description = [
    `${days.length + 1} dates: ${before.length} before, ${after.length} after the target, ${days[0]} to ${days.at(-1)}`,
    ...(before.length && after.length ? [] : ['all on one side, split between previous and next']),
    ...(leftOut.length > 0 ? [`${leftOut.length} of other orbits left out`] : []),
    ...(mixed ? ['of several orbits'] : []),
  ].join('; ');
  const warning: Warning = {
    code: 'OrbitsMixed',
    message: `Fewer than two other dates are from the relative orbit of ${target.name}; dates of other orbits are used`,
    input: inputName(target.files),
  };
  const neighbors = splitOneSide(chosen);
  const files = (dates: readonly StackDate[]) => dates.map((date) => date.files);
  return {
    name: target.name,
    input: { target: target.files, before: files(neighbors.before), after: files(neighbors.after) },
    ...(days.length > 2 && { description }),
    warnings: mixed ? [warning] : [],
  };
}

/** @returns the date, to be closed. */
async function stackDate(files: string[], { scale, signal }: StackOptions): Promise<StackDate> {
  const acquisition = await openAcquisition(files, { scale, signal });
  const { acquired, metadata, paths } = acquisition;
  if (!acquired) {
    await acquisition.close();
    throw new WorkflowError(
      'InvalidStack',
      `${files.join(', ')}: no acquisition date, such as 20240305, in the metadata or file name`,
      { path: files[0] },
    );
  }
  return { acquisition, files, acquired, metadata, paths, name: timeStamp(acquired) };
}
