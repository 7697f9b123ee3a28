import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isMtpiError, redactUrls } from '@mtpi/errors';
import { footprint, formatUtc, type LonLat } from '@mtpi/sar-io';
import {
  type Acquisition,
  burstIdOf,
  fromNames,
  onSameOrbit,
  openAcquisition,
  relativeOrbitOf,
} from '@mtpi/sar-io/node';
import { type Annotation, type GrdAnnotation, isSafe, openSafe, type SafeProduct } from '@mtpi/sentinel1';
import { checkPaths } from '../check-arguments';
import { isRemote } from '../despeckle/fingerprint';
import type { JobOptions } from '../job';
import { isInResultFolder, isOfResult, isOwnFile } from '../result/is-result';
import { unwrap } from './area';
import { findAcquisitions, isSeriesFile } from './find-acquisitions';
import { folderOfDate, sharedDate } from './folder-dates';
import type { IntensityScale } from './inputs';
import { otherMatrixIn } from './other-matrix';

/** An acquisition that was found. */
export interface ListedAcquisition {
  paths: readonly string[];
  /** Such as `VV+VH intensity`, `C2` or `IW SLC product`. */
  kind: string;
  acquired: Date;
  /** For a dry run: where its result would be written. */
  output?: string;
  /** Days since the one before it in its series. */
  gap?: number;
  /** Columns and rows; of products unknown before they are co-registered. */
  width?: number;
  height?: number;
  /** Relative orbit, where names or metadata state it. */
  orbit?: number;
  /** Assumptions and anomalies. */
  remarks: readonly string[];
}

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

export interface ListSeriesOptions extends Pick<JobOptions, 'signal' | 'onProgress'> {
  scale?: IntensityScale;
}

/** An acquisition with the properties that distinguish series. */
interface Candidate extends ListedAcquisition, Pick<Acquisition, 'metadata'> {
  name?: string;
  corners?: LonLat[];
  /** That alone gives its date. */
  folder?: string;
  /** Of products that may be slices: their pass, and when they end. */
  slice?: { pass: string; stop: Date };
}

/** Slices of a pass follow each other within this time, ms. */
const NEXT_SLICE = 1000;

/** Two images are of one place where they share this part of the smaller one. */
const OVERLAP = 0.5;
const LONG_GAP_DAYS = 60;
const RESULT = 'a result of mtpi despeckle';
const DAY = 86_400_000;

/**
 * Lists the acquisitions in files and folders as series by relative orbit, kind, polarizations and place.
 *
 * @param inputs as of `despeckleSeries`.
 * @throws WorkflowError `NotFound`.
 */
export async function listSeries(
  inputs: readonly string[],
  { scale, signal, onProgress }: ListSeriesOptions = {},
): Promise<SeriesList> {
  checkPaths(inputs);
  const { found, unused } = await withoutOtherMatrices(await findAcquisitions(inputs), inputs);
  const candidates: Candidate[] = [];
  const hints = new Set<string>();
  for (const [i, paths] of found.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ stage: 'reading metadata', done: i + 1, total: found.length, unit: 'acquisitions' });
    const described = await describe(paths, scale, signal).catch((error) => reasonOf(error, paths, hints));
    if (typeof described === 'object') candidates.push(described);
    else unused.push({ path: paths.map(redactUrls).join(' + '), reason: described });
  }
  candidates.sort((a, b) => Number(a.acquired) - Number(b.acquired));
  const dated = candidates.filter((candidate) => {
    const { paths, folder } = candidate;
    if (!folder || !isDateOfAll(candidate, candidates)) return true;
    unused.push({ path: paths.join(' + '), reason: `no acquisition date: ${sharedDate(folder)}` });
    return false;
  });
  const groups: Candidate[][] = [];
  for (const candidate of joinSlices(dated)) {
    const group = groups.find(([first]) => belongTogether(first, candidate));
    const twin = group?.find(({ acquired }) => Number(acquired) === Number(candidate.acquired));
    if (twin)
      unused.push({ path: candidate.paths.join(' + '), reason: `same date as ${twin.paths.join(' + ')}` });
    else if (group) group.push(candidate);
    else groups.push([candidate]);
  }
  const names = groups.map(nameOf);
  return {
    series: groups.map((group, i) => seriesOf(group, uniqueName(names, i))),
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

/** @returns the reason where it can't be used. */
async function describe(
  paths: readonly string[],
  scale: IntensityScale | undefined,
  signal: AbortSignal | undefined,
): Promise<Candidate | string> {
  if (paths.length === 1 && (await isSafe(paths[0]))) return describeProduct(paths[0]);
  if (await isInResultFolder(paths[0])) return RESULT;
  const acquisition = await openAcquisition(paths, { scale, signal }).catch(async (error) => {
    // One band of a result, or its quicklook.
    if (/\.tiff?$/i.test(paths[0]) && (await isOwnFile(paths[0]))) return undefined;
    throw error;
  });
  if (!acquisition) return RESULT;
  await acquisition.close();
  const { acquired, metadata, width, height, channels, polarimetry, warnings } = acquisition;
  if (isOfResult(metadata)) return RESULT;
  if (!acquired) return 'no acquisition date, such as 20240305, in the metadata or file name';
  const complex = acquisition.scale === 'complex' ? 'complex' : 'intensity';
  return {
    ...{ paths, acquired, width, height, metadata },
    kind: polarimetry === 'covariance' && complex !== 'complex' ? 'C2' : `${channels.join('+')} ${complex}`,
    orbit: fromNames(acquisition, relativeOrbitOf),
    name: fromNames(acquisition, burstIdOf),
    corners: cornersOf(acquisition),
    folder: folderOfDate(acquisition),
    remarks: warnings.map(({ message }) => message),
  };
}

async function describeProduct(path: string): Promise<Candidate> {
  const product = await openSafe(path);
  try {
    const { mode, productType, polarizations, epoch, start, stop, relativeOrbit, name } = product;
    const { grid, mission, absoluteOrbit, dataTake } = await annotationOf(product);
    const time = (seconds: number) => new Date(`${formatUtc(seconds, epoch)}Z`);
    const mayBeSlice = !(mode === 'SM' && productType === 'SLC'); // prepared one by one
    return {
      paths: [path],
      acquired: time(start),
      kind: `${polarizations.join('+')} ${mode} ${productType} product`,
      orbit: relativeOrbit,
      metadata: { PRODUCT: name },
      corners: grid.map(({ longitude, latitude }) => [longitude, latitude]),
      ...(mayBeSlice && { slice: { pass: `${mission} ${absoluteOrbit} ${dataTake}`, stop: time(stop) } }),
      remarks: [],
    };
  } finally {
    await product.close();
  }
}

/** The annotation of the first swath and polarization. */
export function annotationOf(product: SafeProduct): Promise<Annotation | GrdAnnotation> {
  const [polarization] = product.polarizations;
  return product.productType === 'SLC'
    ? product.annotation(product.swaths[0], polarization)
    : product.annotation(polarization);
}

/** Consecutive slices of a pass as one acquisition. @param candidates By time. */
function joinSlices(candidates: readonly Candidate[]): Candidate[] {
  const joined: Candidate[] = [];
  for (const next of candidates) {
    const before = joined.findLastIndex(
      ({ kind, slice, acquired }) =>
        kind === next.kind &&
        slice !== undefined &&
        slice.pass === next.slice?.pass &&
        acquired < next.acquired &&
        Number(next.acquired) - Number(slice.stop) <= NEXT_SLICE,
    );
    if (before < 0) {
      joined.push(next);
      continue;
    }
    const { paths, corners = [], ...first } = joined[before];
    const all = [...paths, ...next.paths];
    joined[before] = {
      ...first,
      paths: all,
      remarks: [`${all.length} slices`],
      corners: [...corners, ...(next.corners ?? [])],
      slice: next.slice,
    };
  }
  return joined;
}

/** Undefined where nothing places the image, or no longitude and latitude are known for its reference system. */
function cornersOf(acquisition: Acquisition): LonLat[] | undefined {
  try {
    return footprint(acquisition);
  } catch {
    return undefined;
  }
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
      const values = corners.map((corner) => unwrap(corner, west)[axis]);
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

function nameOf([{ name, orbit }]: readonly Candidate[]): string {
  return name ?? (orbit === undefined ? 'series' : `orbit-${orbit}`);
}

function uniqueName(names: readonly string[], index: number): string {
  const same = names.flatMap((name, i) => (name === names[index] ? [i] : []));
  return same.length > 1 ? `${names[index]}-${same.indexOf(index) + 1}` : names[index];
}

function seriesOf(group: readonly Candidate[], name: string): AcquisitionSeries {
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
