import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { redactUrls } from '@mtpi/errors';
import {
  type Acquisition,
  checkDifferentDates,
  listAcquisitions,
  onSameOrbit,
  openAcquisition,
  timeStamp,
} from '@mtpi/sar-io/node';
import type { StackDescription } from '@mtpi/sentinel1';
import { isRemote } from '../despeckle/fingerprint';
import { WorkflowError } from '../errors';
import type { Warning } from '../job';
import { isResult } from '../result/is-result';
import { findArea, windowOfArea } from './area';
import { emptyDates, emptyHint, inSelection, type Selection } from './empty-dates';
import { folderOfDate, sharedDate } from './folder-dates';
import { type AcquisitionInput, type IntensityScale, pathsOf, type SeriesInput } from './inputs';

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

export interface StackOptions extends Selection {
  scale?: IntensityScale;
  /** Most dates that are used for a target, with itself: 3 or more. Default 65. */
  dates?: number;
  /** Despeckles the acquisitions of this date alone, as `20240305` or `20240305T170815`. Default: each. */
  targetDate?: string;
  /** Called once for each date that is left out; of more than three dates also for assumptions about files, and copies. */
  onWarning?: (warning: Warning) => void;
}

/** Whether a date is the one asked for. @throws WorkflowError `InvalidArgument` unless that is a date. */
export function isTargetDate(name: string, targetDate: string | undefined): boolean {
  const wanted = targetDate?.replace(' ', 'T').replace(/[-:Z]|\.\d*/g, '') ?? '';
  if (targetDate !== undefined && !/^\d{4,8}(?:T\d{0,6})?$/.test(wanted))
    throw new WorkflowError('InvalidArgument', {
      ...{ expected: 'a target date such as 20240305 or 2024-03-05T17:08:15Z', found: targetDate },
    });
  return name.startsWith(wanted);
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
 *   use, a target date that is none, or an area outside all targets.
 */
export async function stackTargets(
  stack: string | readonly AcquisitionInput[],
  options: StackOptions = {},
): Promise<StackTarget[]> {
  const { dates: most = MOST_DATES } = options;
  if (!(Number.isInteger(most) && most >= 3))
    throw new WorkflowError('InvalidArgument', {
      expected: 'at least three usable dates',
      found: String(most),
    });
  const path = [stack].flat(2).join(', ');
  const acquisitions = await acquisitionsOf(stack);
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
  const { targetDate, area } = options;
  const twice = dates.findIndex(({ name }, i) => name === dates[i + 1]?.name);
  if (twice >= 0) {
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
  if (dates.length < 3)
    throw new WorkflowError('InvalidStack', {
      path,
      expected: 'at least three dates',
      found: String(dates.length),
    });
  const targets = dates.filter(({ name }) => isTargetDate(name, targetDate));
  if (targets.length === 0)
    throw new WorkflowError('InvalidStack', {
      ...{ path, expected: `an acquisition of ${targetDate}` },
      found: `${dates[0].name} to ${dates[dates.length - 1].name}`,
    });
  if (dates.length === 3)
    return targets.map((target) => seriesAround(target, neighborsOf(target, dates, most)));
  if (area && !targets.some(({ acquisition }) => findArea(acquisition, area)))
    windowOfArea(targets[0].acquisition, area); // refuses it
  const leftOut = new Set<StackDate>();
  const isEmpty = emptyDates(options);
  /** Those without valid pixels in the area of a target, which are left out. */
  const emptyOf = async (some: readonly StackDate[], target: StackDate): Promise<StackDate[]> => {
    const empty: StackDate[] = [];
    for (const date of some) if (await isEmpty(date.acquisition, target.acquisition)) empty.push(date);
    for (const date of empty.filter((date) => !leftOut.has(date))) {
      leftOut.add(date);
      const message = `Has no valid pixels${inSelection(options)}; left out`;
      options.onWarning?.({ code: 'DateLeftOut', message, input: date.files.map(redactUrls).join(' + ') });
    }
    return empty;
  };
  const withData: StackTarget[] = [];
  const used = new Set<StackDate>();
  for (const target of targets) {
    if ((await emptyOf([target], target)).length > 0) continue;
    let usable = dates;
    let neighbors = neighborsOf(target, usable, most);
    for (;;) {
      const empty = await emptyOf([...neighbors.before, ...neighbors.after], target);
      if (empty.length === 0) break;
      usable = usable.filter((date) => !empty.includes(date));
      if (usable.length < 3)
        throw new WorkflowError('InvalidStack', {
          ...{ path, expected: `at least three dates with valid pixels${inSelection(options)}` },
          ...{ found: String(usable.length), hint: emptyHint(options) },
        });
      neighbors = neighborsOf(target, usable, most);
    }
    withData.push(seriesAround(target, neighbors));
    for (const date of [target, ...neighbors.before, ...neighbors.after]) used.add(date);
  }
  if (withData.length === 0)
    throw new WorkflowError('NoValidPixels', {
      ...{ path, expected: `a target with valid pixels${inSelection(options)}`, found: 'none' },
      hint: emptyHint(options),
    });
  const inUse = dates.filter((date) => used.has(date)).map(({ acquisition }) => acquisition);
  const found = [
    ...inUse.flatMap(({ warnings }) => warnings),
    ...(await checkDifferentDates(inUse, options)),
  ];
  for (const { severity, code, message, input } of found)
    if (severity === 'note') options.onWarning?.({ code, message, input: redactUrls(input) });
  return withData;
}

/** The dates that a target is despeckled with. */
interface Neighbors {
  /** The nearest first. */
  before: StackDate[];
  after: StackDate[];
  /** Whether too few dates are of the target's orbit, so that those of others are among them. */
  mixed: boolean;
  /** Dates of other orbits that are not. */
  skipped: number;
}

/** The nearest dates of a target's orbit, half of them on each side where there are as many. */
function neighborsOf(target: StackDate, dates: readonly StackDate[], most: number): Neighbors {
  const others = dates.filter((date) => date !== target);
  const sameOrbit = others.filter((date) => onSameOrbit(target, date));
  const usable = sameOrbit.length >= 2 ? sameOrbit : others;
  const earlier = usable.filter(({ name }) => name < target.name).reverse();
  const later = usable.filter(({ name }) => name > target.name);
  const half = Math.floor((most - 1) / 2);
  const fromEarlier = Math.min(earlier.length, Math.max(half, most - 1 - later.length));
  return {
    before: earlier.slice(0, fromEarlier),
    after: later.slice(0, most - 1 - fromEarlier),
    mixed: usable !== sameOrbit,
    skipped: others.length - usable.length,
  };
}

function seriesAround(target: StackDate, { before, after, mixed, skipped }: Neighbors): StackTarget {
  const days = [...before, ...after].map(({ name }) => name.slice(0, 8)).sort();
  const description = [
    `${days.length + 1} dates: ${before.length} before, ${after.length} after the target, ${days[0]} to ${days.at(-1)}`,
    ...(before.length && after.length ? [] : ['all on one side, split between previous and next']),
    ...(skipped ? [`${skipped} of other orbits left out`] : []),
    ...(mixed ? ['of several orbits'] : []),
  ].join('; ');
  const warning: Warning = {
    code: 'OrbitsMixed',
    message: `Fewer than two other dates are from the relative orbit of ${target.name}; dates of other orbits are used`,
    input: target.files.join(' + '),
  };
  return {
    name: target.name,
    input: { target: target.files, ...sides(before, after) },
    ...(days.length > 2 && { description }),
    warnings: mixed ? [warning] : [],
  };
}

/** Where all dates lie on one side, they go in turn to the two aggregates that the network takes. */
function sides(before: readonly StackDate[], after: readonly StackDate[]): Omit<SeriesInput, 'target'> {
  const files = (dates: readonly StackDate[]) => dates.map((date) => date.files);
  const inTurn = (dates: readonly StackDate[], turn: number) => files(dates.filter((_, i) => i % 2 === turn));
  if (before.length === 0) return { before: inTurn(after, 0), after: inTurn(after, 1) };
  if (after.length === 0) return { before: inTurn(before, 1), after: inTurn(before, 0) };
  return { before: files(before), after: files(after) };
}

/** The acquisitions of a stack as their paths. @throws as `datesIn`. */
export async function acquisitionsOf(stack: string | readonly AcquisitionInput[]): Promise<string[][]> {
  const inputs = typeof stack === 'string' ? [stack] : stack;
  return inputs.length === 1 ? datesIn(pathsOf(inputs[0])[0]) : inputs.map(pathsOf);
}

/** The acquisitions of a stack in one folder or file, without results. @throws WorkflowError `NotFound`, `InvalidStack`. */
export async function datesIn(folder: string): Promise<string[][]> {
  if (isRemote(folder)) return listAcquisitions(folder);
  const entry = await stat(folder).catch((cause) => {
    throw new WorkflowError('NotFound', `${folder} does not exist`, { path: folder, cause });
  });
  if (!entry.isDirectory()) return listAcquisitions(folder);
  const description = await readFile(join(folder, 'stack.json'), 'utf8').catch(() => undefined);
  if (description === undefined) {
    const found = await listAcquisitions(folder);
    const results = await Promise.all(found.map(([path]) => isResult(path)));
    return found.filter((_, i) => !results[i]);
  }
  return filesOfStack(join(folder, 'stack.json'), description).map((file) => [join(folder, file)]);
}

/** The covariance, or the intensities, of each date: the first among its files. @throws WorkflowError `InvalidStack` */
function filesOfStack(path: string, description: string): string[] {
  try {
    const files = (JSON.parse(description) as StackDescription).dates.map(({ files: [first] }) => first);
    if (files.every((file) => typeof file === 'string')) return files;
  } catch {
    // refused below
  }
  throw new WorkflowError('InvalidStack', {
    ...{ path, expected: 'the description of a stack, as mtpi prepare writes it', found: 'something else' },
    hint: 'Prepare the stack again, or delete the file if it is from another program.',
  });
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
