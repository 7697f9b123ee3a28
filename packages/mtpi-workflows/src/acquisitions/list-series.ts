import { readdir, stat } from 'node:fs/promises';
import { dirname, parse } from 'node:path';
import { isMtpiError, redactUrls } from '@mtpi/errors';
import { type LonLat, sameCrs, withNearestLongitude } from '@mtpi/sar-io';
import { isRemote, onSameOrbit, otherMatrix, timeStamp } from '@mtpi/sar-io/node';
import { checkPaths } from '../check-arguments';
import { inputName, type JobOptions } from '../job';
import { acquisitionsOf } from './dates-in';
import { type Candidate, describeCandidate, type ListedAcquisition } from './describe-candidate';
import { findAcquisitions, isSeriesFile } from './find-acquisitions';
import { sharedDate } from './folder-dates';
import type { StackInput } from './inputs';
import { joinSlices } from './join-slices';
import type { TripletOptions } from './options';
import { isOffRepeat, ORBITS_UNKNOWN } from './orbit-repeat';

/** Acquisitions of one place from one relative orbit, in chronological order: those that despeckle each other. */
export interface AcquisitionSeries {
  /** Such as `orbit-137` or the ESA burst ID; unique. */
  name: string;
  acquisitions: readonly ListedAcquisition[];
  /** Why it cannot be despeckled. */
  problem?: string;
}

export interface SeriesList {
  series: readonly AcquisitionSeries[];
  /** What is part of none, and why. */
  unused: readonly UnusedInput[];
}

/** A file or folder, or the files of an acquisition, that are part of no series. */
export interface UnusedInput {
  /** Its name in messages: all paths, without credentials. */
  path: string;
  paths: readonly string[];
  reason: string;
}

const unusedInput = (paths: readonly string[], reason: string): UnusedInput => ({
  path: inputName(paths),
  paths,
  reason,
});

export type ListSeriesOptions = Pick<TripletOptions, 'scale'> & Pick<JobOptions, 'signal' | 'onProgress'>;

/** The problem of a series of one or two dates. */
export const TOO_FEW = 'at least 3 dates are needed';

/** Two images are of one place where they share this part of the smaller one. */
const OVERLAP = 0.5;
const LONG_GAP_DAYS = 60;
const DAY = 86_400_000;

/**
 * Lists the acquisitions in files and folders as series by relative orbit, kind, polarizations and place.
 *
 * @param inputs as of `despeckleSeries`.
 * @throws WorkflowError `NotFound`.
 */
export async function listSeries(
  inputs: readonly string[],
  options: ListSeriesOptions = {},
): Promise<SeriesList> {
  const { signal, onProgress } = options;
  checkPaths(inputs);
  const { found, unused } = await withoutOtherMatrices(await findAcquisitions(inputs), inputs);
  const candidates: Candidate[] = [];
  const hints = new Set<string>();
  for (const [i, paths] of found.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ stage: 'reading metadata', done: i + 1, total: found.length, unit: 'acquisitions' });
    const described = await describeCandidate(paths, options).catch((error) => reasonOf(error, paths, hints));
    if (typeof described === 'object') candidates.push(described);
    else unused.push(unusedInput(paths, described));
  }
  candidates.sort((a, b) => Number(a.acquired) - Number(b.acquired));
  const dated = candidates.filter((candidate) => {
    const { paths, folder } = candidate;
    if (!folder || !isDateOfAll(candidate, candidates)) return true;
    unused.push(unusedInput(paths, `no acquisition date: ${sharedDate(folder)}`));
    return false;
  });
  const groups: Candidate[][] = [];
  for (const candidate of joinSlices(dated)) {
    const group = groups.find(([first]) => belongTogether(first, candidate));
    const twin = group?.find(({ acquired }) => timeStamp(acquired) === timeStamp(candidate.acquired));
    if (twin) unused.push(unusedInput(candidate.paths, `same date as ${inputName(twin.paths)}`));
    else if (group) group.push(candidate);
    else groups.push([candidate]);
  }
  const names = groups.map(seriesName);
  return {
    series: groups.map((group, i) => toSeries(group, uniqueName(names, i))),
    unused,
  };
}

/**
 * Lists the acquisitions of a stack as one series.
 *
 * @param products as of `productsInStack`.
 * @throws as `openAcquisition` and `openSafe`.
 */
export async function listStack(
  stack: StackInput,
  products: readonly string[],
  options: ListSeriesOptions = {},
): Promise<SeriesList> {
  const dates = products.length > 0 ? products.map((path) => [path]) : await acquisitionsOf(stack);
  const candidates: Candidate[] = [];
  const unused: UnusedInput[] = [];
  for (const paths of dates) {
    const described = await describeCandidate(paths, options);
    if (typeof described === 'object') candidates.push(described);
    else unused.push(unusedInput(paths, described));
  }
  candidates.sort((a, b) => Number(a.acquired) - Number(b.acquired));
  return { series: candidates.length > 0 ? [toSeries(joinSlices(candidates), 'stack')] : [], unused };
}

/** Folders of matrices other than C2 once each, in place of their files. */
async function withoutOtherMatrices(all: readonly string[][], inputs: readonly string[]) {
  const folders = new Set([...inputs, ...all.flatMap(([path]) => [path, dirname(path)])]);
  const unused: UnusedInput[] = [];
  for (const path of folders) {
    const files = await readdir(path).catch(() => []);
    const matrix = otherMatrix(files.map((file) => parse(file).name));
    if (matrix) unused.push(unusedInput([path], `Contains ${matrix.found}. ${matrix.hint}`));
  }
  const refused = new Set(unused.flatMap(({ paths }) => paths));
  return { found: all.filter(([path]) => !refused.has(path) && !refused.has(dirname(path))), unused };
}

/** An error in words, without the paths beside which they stand; and what to do, once for all files. */
function reasonOf(error: Error, paths: readonly string[], hints: Set<string>): string {
  const message = withoutPaths(error.message, paths);
  const hint = isMtpiError(error) ? error.hint : undefined;
  if (!hint || hints.has(hint)) return message;
  hints.add(hint);
  return `${message}. ${hint}`;
}

/** A message without the paths beside which it stands; those of one polarization say so in short. */
export function withoutPaths(message: string, paths: readonly string[]): string {
  const short = paths
    .map(redactUrls)
    .reduce(
      (text, path) =>
        text
          .replaceAll(` of ${path}`, '')
          .replace(`${path}: `, '')
          .replace(`${path} is `, '')
          .replace(`${path} `, ''),
      message,
    );
  return short.replace(/^expected a VV and a VH channel, found (?=[VH]{2}$)/, 'single polarization ');
}

/** A reason without what to do. */
export const inShort = (reason: string): string => reason.split('. ')[0];

/** The files that are not used by reason, which has what to do where one of them has it. */
export function unusedByReason(unused: SeriesList['unused']): { reason: string; paths: string[] }[] {
  const groups = new Map<string, { reason: string; paths: string[] }>();
  for (const { path, reason } of unused) {
    const group = groups.get(inShort(reason)) ?? { reason, paths: [] };
    group.paths.push(path);
    groups.set(inShort(reason), group);
  }
  return [...groups.values()];
}

function belongTogether(a: Candidate, b: Candidate): boolean {
  if (a.kind !== b.kind || !onSameOrbit(a, b)) return false;
  if (a.orbit !== undefined && b.orbit !== undefined && a.orbit !== b.orbit) return false;
  if (a.name !== b.name) return false;
  if (!a.corners || !b.corners) return a.width === b.width && a.height === b.height;
  return overlap(a.corners, b.corners) >= OVERLAP;
}

/** Whether all acquisitions of a candidate's place, more than itself, have their date from one folder. */
function isDateOfAll(candidate: Candidate, candidates: readonly Candidate[]): boolean {
  const isOther = (other: Candidate) => other !== candidate && belongTogether(candidate, other);
  const [inside, outside] = [true, false].map((same) =>
    candidates.some((other) => (other.folder === candidate.folder) === same && isOther(other)),
  );
  return inside && !outside;
}

/** The area that the bounds of two footprints share, as part of the smaller one; also across the antimeridian. */
function overlap(a: readonly LonLat[], b: readonly LonLat[]): number {
  const [[west]] = a;
  const bounds = [a, b].map((corners) =>
    [0, 1].map((axis) => {
      const values = corners.map((corner) => withNearestLongitude(corner, west)[axis]);
      return [Math.min(...values), Math.max(...values)];
    }),
  );
  const area = (sides: number[][]) =>
    sides.reduce((product, [from, to]) => product * Math.max(0, to - from), 1);
  const shared = [0, 1].map((axis) => [
    Math.max(bounds[0][axis][0], bounds[1][axis][0]),
    Math.min(bounds[0][axis][1], bounds[1][axis][1]),
  ]);
  return area(shared) / Math.min(area(bounds[0]), area(bounds[1]));
}

function seriesName([{ name, orbit }]: readonly Candidate[]): string {
  return name ?? (orbit === undefined ? 'series' : `orbit-${orbit}`);
}

function uniqueName(names: readonly string[], index: number): string {
  const same = names.flatMap((name, i) => (name === names[index] ? [i] : []));
  return same.length > 1 ? `${names[index]}-${same.indexOf(index) + 1}` : names[index];
}

function toSeries(group: readonly Candidate[], name: string): AcquisitionSeries {
  const acquisitions = group.map(
    ({ paths, kind, acquired, width, height, orbit, remarks }, i): ListedAcquisition => {
      const before = group[i - 1];
      const gap = before && Math.round((Number(acquired) - Number(before.acquired)) / DAY);
      return {
        ...{ paths, kind, acquired, width, height, orbit },
        ...(gap !== undefined && { gap }),
        remarks: [
          ...(gap > LONG_GAP_DAYS ? [`${gap} days after the previous date`] : []),
          ...(before ? gridRemarks(group[i], before) : []),
          ...(before && orbit === undefined && isOffRepeat(group[i], before) ? [ORBITS_UNKNOWN] : []),
          ...remarks,
        ],
      };
    },
  );
  const [single] = /^[VH]{2}(?= )/.exec(group[0].kind) ?? [];
  const few = group.length < 3 ? TOO_FEW : undefined;
  const problem = single ? `single polarization ${single}` : few;
  return { name, acquisitions, ...(problem && { problem }) };
}

/** Whether a date is on another grid than the one before it, as far as is known of a description. */
function gridRemarks(date: Candidate, before: Candidate): string[] {
  const systems = [date, before].map(({ georeference }) => georeference ?? {});
  if (!sameCrs(systems[0], systems[1])) return ['reference system differs'];
  return date.width === before.width && date.height === before.height ? [] : ['size differs'];
}

/** Whether a path is a folder or file of several acquisitions, rather than one. */
export async function isCollection(path: string): Promise<boolean> {
  if (isRemote(path)) return false;
  if (!isSeriesFile(path) && !(await stat(path).catch(() => undefined))?.isDirectory()) return false;
  const found = await findAcquisitions([path]);
  return !(found.length === 1 && found[0].length === 1 && found[0][0] === path);
}
