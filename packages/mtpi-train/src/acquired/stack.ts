import { basename, resolve } from 'node:path';
import { assertSameGrid } from '@mtpi/sar-io';
import { type Acquisition, listAcquisitions, openAcquisition } from '@mtpi/sar-io/node';
import { completeRegions, openDataset } from '../dataset/dataset';
import { TrainError } from '../errors';
import { type Combination, combinations } from './combinations';
import { estimateLooks } from './looks';

/** One place at several dates, all on one grid. */
export interface Stack {
  name: string;
  /** In order of time. */
  dates: readonly Acquisition[];
  combinations: readonly Combination[];
  /** Equivalent number of looks of a pixel. */
  looks: number;
}

export interface PlaceOptions {
  /** Equivalent number of looks of a pixel; estimated by default (see `estimateLooks`). */
  looks?: number;
  signal?: AbortSignal;
}

/**
 * Opens a stack: a folder of three or more co-registered dates, each a subfolder or file that `openAcquisition` opens,
 * or two single-band files whose names differ in the polarization (`…_VV.tif`, `…_VH.tif`).
 *
 * @throws TrainError `UnusableData`; SarIoError where a date can't be opened or lies on another grid.
 */
export async function openStack(folder: string, options: PlaceOptions = {}): Promise<Stack> {
  return openPlace(basename(resolve(folder)), folder, await listAcquisitions(folder), options);
}

/**
 * Opens the complete regions of a data set in the published layout (see `openDataset`). With two auxiliaries, each in
 * turn is held out as the reference and the other stands for both adjacent dates.
 *
 * @throws TrainError `UnusableData`, SarIoError.
 */
export async function openRegions(folder: string, options: PlaceOptions = {}): Promise<Stack[]> {
  const dataset = await openDataset(folder, options);
  const regions = completeRegions(dataset);
  if (regions.length === 0) {
    const problems = dataset.regions.flatMap(({ name, problems }) =>
      problems.map((one) => `${name}: ${one}`),
    );
    throw new TrainError(
      'UnusableData',
      `${folder}: expected a complete region, found none; ${problems.join('; ')}`,
    );
  }
  const places: Stack[] = [];
  try {
    for (const { name, path, target, auxiliaries } of regions) {
      const paths = [target, ...auxiliaries].map((acquisition) => [acquisition.path]);
      places.push(await openPlace(name, path, paths, options));
    }
    return places;
  } catch (error) {
    await closePlaces(places);
    throw error;
  }
}

/** Closes all files. */
export async function closePlaces(places: readonly Stack[]): Promise<void> {
  await Promise.all(places.flatMap(({ dates }) => dates.map((date) => date.close())));
}

async function openPlace(
  name: string,
  path: string,
  acquisitions: readonly string[][],
  { looks, signal }: PlaceOptions,
): Promise<Stack> {
  if (acquisitions.length < 3) {
    throw new TrainError(
      'UnusableData',
      `${path}: expected three dates or more, found ${acquisitions.length}`,
    );
  }
  const dates: Acquisition[] = [];
  try {
    for (const paths of acquisitions) dates.push(await openAcquisition(paths, { signal }));
    assertSameGrid(dates);
    const kinds = new Set(dates.map(({ polarimetry }) => polarimetry));
    if (kinds.size > 1) {
      throw new TrainError(
        'UnusableData',
        `${path}: expected dates of one kind, found ${[...kinds].join(' and ')}`,
      );
    }
    if (dates.every(({ acquired }) => acquired)) {
      dates.sort((a, b) => Number(a.acquired) - Number(b.acquired));
    }
    return {
      name,
      dates,
      combinations: combinations(dates.length),
      looks: looks ?? (await estimateLooks(path, dates, signal)),
    };
  } catch (error) {
    await Promise.all(dates.map((date) => date.close()));
    throw error;
  }
}
