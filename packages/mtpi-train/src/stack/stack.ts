import { basename, resolve } from 'node:path';
import type { JobOptions } from '@mtpi/jobs';
import { type Acquisition, listAcquisitions, openStackDates } from '@mtpi/sar-io/node';
import { completeRegions, openDataset } from '../dataset/dataset';
import { TrainError } from '../errors';
import { estimateLooks } from './looks';
import { type Noise2NoiseSample, noise2NoiseSamples } from './noise2noise-references';

/** A time series of one site, all dates on one grid. */
export interface Stack {
  name: string;
  /** In temporal order. */
  dates: readonly Acquisition[];
  samples: readonly Noise2NoiseSample[];
  /** Equivalent number of looks of a pixel. */
  looks: number;
}

/** Warnings are assumptions about the files and anomalies; one that several files share is told once. */
export interface StackOptions extends Pick<JobOptions, 'signal' | 'onWarning'> {
  /** Equivalent number of looks of a pixel; estimated by default (see `estimateLooks`). */
  looks?: number;
}

/**
 * Opens a stack: a folder of three or more co-registered dates, each a subfolder or file that `openAcquisition` opens,
 * or two single-band files whose names differ in the polarization (`…_VV.tif`, `…_VH.tif`).
 *
 * @throws TrainError `UnusableData`; SarIoError as `openStackDates`.
 */
export async function openStack(folder: string, options: StackOptions = {}): Promise<Stack> {
  return openDates(basename(resolve(folder)), folder, await listAcquisitions(folder), options);
}

/**
 * Opens the complete regions of a dataset in the published layout (see `openDataset`). With two auxiliaries, each in
 * turn is held out as the reference and the other stands for both adjacent dates.
 *
 * @throws TrainError `UnusableData`, SarIoError.
 */
export async function openRegions(folder: string, options: StackOptions = {}): Promise<Stack[]> {
  const dataset = await openDataset(folder, options);
  const regions = completeRegions(dataset);
  if (regions.length === 0) {
    const problems = dataset.regions.flatMap(({ name, problems }) =>
      problems.map((one) => `${name}: ${one}`),
    );
    throw new TrainError('UnusableData', {
      path: folder,
      expected: 'a complete region',
      found: `none; ${problems.join('; ')}`,
    });
  }
  const stacks: Stack[] = [];
  try {
    for (const { name, path, target, auxiliaries } of regions) {
      const paths = [target, ...auxiliaries].map((acquisition) => [acquisition.path]);
      stacks.push(await openDates(name, path, paths, options));
    }
    return stacks;
  } catch (error) {
    await closeStacks(stacks);
    throw error;
  }
}

/** Closes all files. */
export async function closeStacks(stacks: readonly Stack[]): Promise<void> {
  await Promise.all(stacks.flatMap(({ dates }) => dates.map((date) => date.close())));
}

async function openDates(
  name: string,
  path: string,
  acquisitions: readonly string[][],
  { looks, ...options }: StackOptions,
): Promise<Stack> {
  if (acquisitions.length < 3) {
    throw new TrainError('UnusableData', {
      path,
      expected: 'at least three dates',
      found: `${acquisitions.length}`,
    });
  }
  const dates = await openStackDates(acquisitions, options);
  try {
    return {
      name,
      dates,
      samples: noise2NoiseSamples(dates.length),
      looks: looks ?? (await estimateLooks(path, dates, options.signal)),
    };
  } catch (error) {
    await Promise.all(dates.map((date) => date.close()));
    throw error;
  }
}
