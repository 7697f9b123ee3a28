import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Acquisition, listAcquisitions, onSameOrbit, openAcquisition } from '@mtpi/sar-io/node';
import type { StackDescription } from '@mtpi/sentinel1';
import { WorkflowError } from './errors';
import { isRemote } from './fingerprint';
import { type AcquisitionInput, type IntensityScale, pathsOf, type SeriesInput } from './inputs';
import type { Warning } from './job';

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

export interface StackOptions {
  /** Most dates that are used for a target, with itself: 3 or more. Default 65. */
  dates?: number;
  /** Despeckles the acquisitions of this date alone, as `20240305` or `20240305T170815`. Default: each. */
  targetDate?: string;
  scale?: IntensityScale;
  signal?: AbortSignal;
}

/** The time of a date as outputs are named by it, such as `20240305T170815`. */
export const nameOfDate = (acquired: Date): string =>
  acquired.toISOString().slice(0, 19).replace(/[-:]/g, '');

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
  files: string[];
  acquired: Date;
  name: string;
}

/**
 * The targets of a stack, each with the dates before and after it from the same relative orbit.
 *
 * @param stack the acquisitions; or one folder with all of them, as `coregisterStack` writes or of one subfolder, file or
 *   pair of VV and VH for each date; or a netCDF series or a STAC ItemCollection.
 * @throws WorkflowError `InvalidStack` where there are fewer than three dates, a date is unknown or there twice, or the
 *   target's is not among them; `InvalidArgument` for fewer than three dates to use, or a target date that is none.
 */
export async function stackTargets(
  stack: string | readonly AcquisitionInput[],
  { dates: most = MOST_DATES, targetDate, scale, signal }: StackOptions = {},
): Promise<StackTarget[]> {
  if (!(Number.isInteger(most) && most >= 3))
    throw new WorkflowError('InvalidArgument', {
      expected: 'at least three usable dates',
      found: String(most),
    });
  const inputs = typeof stack === 'string' ? [stack] : stack.map(pathsOf);
  const acquisitions = inputs.length === 1 ? await datesIn(pathsOf(inputs[0])[0]) : inputs.map(pathsOf);
  const dates = await Promise.all(acquisitions.map((files) => stackDate(files, scale, signal)));
  dates.sort((a, b) => (a.name < b.name ? -1 : 1));
  const twice = dates.findIndex(({ name }, i) => name === dates[i + 1]?.name);
  if (twice >= 0) {
    const [path, other] = [dates[twice], dates[twice + 1]].map(({ files }) => files.join(', '));
    throw new WorkflowError(
      'InvalidStack',
      `Duplicate acquisition: ${path} has the same date as ${other}, ${dates[twice].name}`,
      { path },
    );
  }
  const path = inputs.flatMap(pathsOf).join(', ');
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
  return targets.map((target) => seriesAround(target, dates, most));
}

/** The nearest dates of a target's orbit, half of them on each side where there are as many. */
function seriesAround(target: StackDate, dates: readonly StackDate[], most: number): StackTarget {
  const others = dates.filter((date) => date !== target);
  const sameOrbit = others.filter((date) => onSameOrbit(target, date));
  const usable = sameOrbit.length >= 2 ? sameOrbit : others;
  const earlier = usable.filter(({ name }) => name < target.name).reverse();
  const later = usable.filter(({ name }) => name > target.name);
  const half = Math.floor((most - 1) / 2);
  const fromEarlier = Math.min(earlier.length, Math.max(half, most - 1 - later.length));
  const before = earlier.slice(0, fromEarlier);
  const after = later.slice(0, most - 1 - fromEarlier);
  const days = [...before, ...after].map(({ name }) => name.slice(0, 8)).sort();
  const skipped = others.length - usable.length;
  const description = [
    `${days.length + 1} dates: ${before.length} before, ${after.length} after the target, ${days[0]} to ${days.at(-1)}`,
    ...(before.length && after.length ? [] : ['all on one side, split between previous and next']),
    ...(skipped ? [`${skipped} of other orbits left out`] : []),
    ...(usable === sameOrbit ? [] : ['of several orbits']),
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
    warnings: usable === sameOrbit ? [] : [warning],
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

/** The acquisitions of a stack in one folder or file. @throws WorkflowError `NotFound`, `InvalidStack`. */
export async function datesIn(folder: string): Promise<string[][]> {
  if (isRemote(folder)) return listAcquisitions(folder);
  const entry = await stat(folder).catch((cause) => {
    throw new WorkflowError('NotFound', `${folder} does not exist`, { path: folder, cause });
  });
  if (!entry.isDirectory()) return listAcquisitions(folder);
  const description = await readFile(join(folder, 'stack.json'), 'utf8').catch(() => undefined);
  if (description === undefined) return listAcquisitions(folder);
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

async function stackDate(files: string[], scale?: IntensityScale, signal?: AbortSignal): Promise<StackDate> {
  const acquisition = await openAcquisition(files, { scale, signal });
  await acquisition.close();
  const { acquired, metadata, paths } = acquisition;
  if (!acquired)
    throw new WorkflowError(
      'InvalidStack',
      `${files.join(', ')}: no acquisition date, such as 20240305, in the metadata or file name`,
      { path: files[0] },
    );
  return { files, acquired, metadata, paths, name: nameOfDate(acquired) };
}
