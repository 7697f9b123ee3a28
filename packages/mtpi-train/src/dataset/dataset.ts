import { stat } from 'node:fs/promises';
import type { JobOptions } from '@mtpi/jobs';
import { parseTimestamp, SarIoError } from '@mtpi/sar-io';
import { openAcquisition } from '@mtpi/sar-io/node';
import { type AcquisitionFolder, findRegions } from './layout';

/** One acquisition of a region; `openAcquisition(path)` opens it. */
export interface DatasetAcquisition {
  /** Such as `S01_Tar_S1A_20240305T214632`. */
  name: string;
  path: string;
  /** From its name, else from its files. */
  acquired?: Date;
  /** Size in pixels, and whether it is a covariance or powers only; none where it could not be opened. */
  width?: number;
  height?: number;
  polarimetry?: 'covariance' | 'intensity';
}

/** One place at several times. */
export interface Region {
  /** Such as `S01`. */
  name: string;
  path: string;
  /** The acquisition to despeckle. */
  target?: DatasetAcquisition;
  /** All others, in chronological order. */
  auxiliaries: readonly DatasetAcquisition[];
  /** The last auxiliary before the target, and the first one after it. */
  previous?: DatasetAcquisition;
  next?: DatasetAcquisition;
  /** Problems, as sentences; empty if the region is complete. */
  problems: readonly string[];
}

/** A region without problems. */
export type CompleteRegion = Region & Record<'target' | 'previous' | 'next', OpenedAcquisition>;

/** An acquisition that could be opened and has a date. */
export type OpenedAcquisition = Required<DatasetAcquisition>;

export interface Dataset {
  path: string;
  /** In order of their names. */
  regions: readonly Region[];
}

/** Progress counts the acquisitions opened. */
export type DatasetOptions = Pick<JobOptions, 'signal' | 'onProgress'>;

/**
 * Looks through a data set in the layout of the published work: a folder for each region, in it one of the target
 * (`Tar`) and two or more auxiliaries (`Ass`).
 *
 * ```
 * S01/S01_Tar_S1A_20240305T214632/   anything that openAcquisition opens
 * S01/S01_Ass_S1A_20240222T214632/
 * S01/S01_Ass_S1A_20240317T214632/
 * ```
 *
 * Case does not matter, names may hold more text, and a single region's folder is a data set as well. Every acquisition
 * is opened once; `problems` describe the defects of a region; nothing is thrown.
 *
 * @throws SarIoError `NotFound`, `UnsupportedFormat` where there is no region.
 */
export async function openDataset(
  path: string,
  { signal, onProgress }: DatasetOptions = {},
): Promise<Dataset> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory();
  if (!isFolder) throw new SarIoError('NotFound', { path, expected: 'a folder' });
  const found = await findRegions(path);
  if (found.length === 0) {
    throw new SarIoError(
      'UnsupportedFormat',
      `${path}: expected folders such as S01/S01_Tar_S1A_20240305T214632, found none`,
      { path, hint: 'mtpi dataset info --help shows the layout.' },
    );
  }
  const total = found.reduce((sum, { acquisitions }) => sum + acquisitions.length, 0);
  const regions: Region[] = [];
  let done = 0;
  for (const { name, path, acquisitions } of found) {
    const problems: string[] = [];
    const opened: [AcquisitionFolder, DatasetAcquisition][] = [];
    for (const folder of acquisitions) {
      opened.push([folder, await inspect(folder, problems, signal)]);
      onProgress?.({ stage: 'opening', done: ++done, total, unit: 'acquisitions' });
    }
    const ofRole = (wanted: AcquisitionFolder['role']) =>
      opened.filter(([{ role }]) => role === wanted).map(([, acquisition]) => acquisition);
    regions.push(regionOf(name, path, ofRole('target'), ofRole('auxiliary'), problems));
  }
  return { path, regions };
}

/** The regions without problems. */
export function completeRegions({ regions }: Dataset): CompleteRegion[] {
  return regions.filter((region): region is CompleteRegion => region.problems.length === 0);
}

/** Opens an acquisition for its size; errors become problems of the region. */
async function inspect(
  { name, path }: AcquisitionFolder,
  problems: string[],
  signal?: AbortSignal,
): Promise<DatasetAcquisition> {
  const named = parseTimestamp(name);
  try {
    const { width, height, polarimetry, acquired, close } = await openAcquisition(path, { signal });
    await close();
    const date = named ?? acquired;
    if (!date) problems.push(`${name}: expected a date in its name, such as 20240305T214632, found none`);
    return { name, path, width, height, polarimetry, ...(date && { acquired: date }) };
  } catch (error) {
    signal?.throwIfAborted();
    problems.push(`${name} cannot be read: ${error instanceof Error ? error.message : error}`);
    return { name, path, ...(named && { acquired: named }) };
  }
}

function regionOf(
  name: string,
  path: string,
  targets: readonly DatasetAcquisition[],
  auxiliaries: readonly DatasetAcquisition[],
  problems: string[],
): Region {
  const expect = (holds: boolean, expected: string, found: string) => {
    if (!holds) problems.push(`expected ${expected}, found ${found}`);
  };
  const names = (acquisitions: readonly DatasetAcquisition[]) =>
    acquisitions.map((acquisition) => acquisition.name).join(', ') || 'none';
  expect(targets.length === 1, 'one target', names(targets));
  expect(auxiliaries.length >= 2, 'two auxiliaries', names(auxiliaries));
  const all = [...targets, ...auxiliaries];
  const same = (what: string, values: readonly (string | undefined)[]) => {
    const distinct = new Set(values.filter((value) => value !== undefined));
    expect(distinct.size <= 1, `one ${what}`, [...distinct].join(' and '));
  };
  same(
    'size',
    all.map(({ width, height }) => (width ? `${width} × ${height}` : undefined)),
  );
  same(
    'kind of image',
    all.map(({ polarimetry }) => polarimetry),
  );
  const time = ({ acquired }: DatasetAcquisition) => acquired?.getTime() ?? Number.NaN;
  const inOrder = auxiliaries
    .filter(({ acquired }) => acquired)
    .sort((a, b) => time(a) - time(b))
    .concat(auxiliaries.filter(({ acquired }) => !acquired));
  const target = targets.length === 1 ? targets[0] : undefined;
  const previous = target && inOrder.findLast((auxiliary) => time(auxiliary) < time(target));
  const next = target && inOrder.find((auxiliary) => time(auxiliary) > time(target));
  if (target && auxiliaries.length >= 2 && all.every(({ acquired }) => acquired)) {
    const dates = (acquisitions: readonly DatasetAcquisition[]) =>
      acquisitions.map(({ acquired }) => acquired!.toISOString().slice(0, 19)).join(', ');
    const expected = `an auxiliary before the target of ${dates([target])} and one after it`;
    expect(Boolean(previous && next), expected, dates(inOrder));
  }
  return {
    ...{ name, path, auxiliaries: inOrder, problems },
    ...(target && { target }),
    ...(previous && { previous }),
    ...(next && { next }),
  };
}
