import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isMtpiError, redactUrls } from '@mtpi/errors';
import { type LonLat, withNearestLongitude } from '@mtpi/sar-io';
import { isRemote, onSameOrbit } from '@mtpi/sar-io/node';
import { checkPaths } from '../check-arguments';
import { inputName, type JobOptions } from '../job';
import { type Candidate, describeCandidate, type ListedAcquisition } from './describe-candidate';
import { findAcquisitions, isSeriesFile } from './find-acquisitions';
import { sharedDate } from './folder-dates';
import { joinSlices } from './join-slices';
import type { TripletOptions } from './options';
import { otherMatrixIn } from './other-matrix';

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
  /** Files and folders that are part of none, and why. */
  unused: readonly { path: string; reason: string }[];
}

export type ListSeriesOptions = Pick<TripletOptions, 'scale'> & Pick<JobOptions, 'signal' | 'onProgress'>;

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
    else unused.push({ path: inputName(paths), reason: described });
  }
  candidates.sort((a, b) => Number(a.acquired) - Number(b.acquired));
  const dated = candidates.filter((candidate) => {
    const { paths, folder } = candidate;
    if (!folder || !isDateOfAll(candidate, candidates)) return true;
    unused.push({ path: inputName(paths), reason: `no acquisition date: ${sharedDate(folder)}` });
    return false;
  });
  const groups: Candidate[][] = [];
  for (const candidate of joinSlices(dated)) {
    const group = groups.find(([first]) => belongTogether(first, candidate));
    const twin = group?.find(({ acquired }) => Number(acquired) === Number(candidate.acquired));
    if (twin)
      unused.push({ path: inputName(candidate.paths), reason: `same date as ${inputName(twin.paths)}` });
    else if (group) group.push(candidate);
    else groups.push([candidate]);
  }
  const names = groups.map(seriesName);
  return {
    series: groups.map((group, i) => toSeries(group, uniqueName(names, i))),
    unused,
  };
}

/** Folders of matrices other than C2 once each, in place of their files. */
async function withoutOtherMatrices(all: readonly string[][], inputs: readonly string[]) {
  const folders = new Set([...inputs, ...all.flatMap(([path]) => [path, dirname(path)])]);
  const reasons = await Promise.all(
    [...folders].map(async (path) => ({ path, reason: await otherMatrixIn(path) })),
  );
  const unused = reasons.filter((one): one is { path: string; reason: string } => one.reason !== undefined);
  const refused = new Set(unused.map(({ path }) => path));
  return { found: all.filter(([path]) => !refused.has(path) && !refused.has(dirname(path))), unused };
}

/** An error in words, without the path that they begin with; and what to do, once for all files. */
function reasonOf(error: Error, paths: readonly string[], hints: Set<string>): string {
  const path = paths.map((path) => `${redactUrls(path)}: `).find((start) => error.message.startsWith(start));
  const message = error.message.slice(path?.length ?? 0);
  const hint = isMtpiError(error) ? error.hint : undefined;
  if (!hint || hints.has(hint)) return message;
  hints.add(hint);
  return `${message}. ${hint}`;
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
  const sizes = new Set(group.map(({ width, height }) => `${width} × ${height}`));
  const acquisitions = group.map(
    ({ paths, kind, acquired, width, height, orbit, remarks }, i): ListedAcquisition => {
      const before = group[i - 1];
      const gap = before && Math.round((Number(acquired) - Number(before.acquired)) / DAY);
      return {
        ...{ paths, kind, acquired, width, height, orbit },
        ...(gap !== undefined && { gap }),
        remarks: [
          ...(gap > LONG_GAP_DAYS ? [`${gap} days after the previous date`] : []),
          ...(sizes.size > 1 && i > 0 && sizeOf(group[i]) !== sizeOf(before) ? ['size differs'] : []),
          ...remarks,
        ],
      };
    },
  );
  const problem = group.length < 3 ? `${group.length} of at least 3 dates` : undefined;
  return { name, acquisitions, ...(problem && { problem }) };
}

const sizeOf = ({ width, height }: Candidate) => `${width} × ${height}`;

/** Whether a path is a folder or file of several acquisitions, rather than one. */
export async function isCollection(path: string): Promise<boolean> {
  if (isRemote(path)) return false;
  if (!isSeriesFile(path) && !(await stat(path).catch(() => undefined))?.isDirectory()) return false;
  const found = await findAcquisitions([path]);
  return !(found.length === 1 && found[0].length === 1 && found[0][0] === path);
}
