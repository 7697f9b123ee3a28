import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { JobOptions } from '@mtpi/jobs';
import { isSarIoError, type MaskedImage } from '@mtpi/sar-io';
import { listAcquisitions, openAcquisition, openStackDates, statedLooks } from '@mtpi/sar-io/node';
import { EvaluationError } from '../errors';

/** Time series of one site: acquisitions in chronological order, on one grid, as intensities [2, rows, cols]. */
export interface Stack {
  name: string;
  dates: MaskedImage[];
  /** Equivalent number of looks. */
  looks: number;
}

/** The images of a stack, as scenes describe them. */
export const imagesOf = ({ looks }: Stack) => ({
  name: `intensity, ${Number(looks.toPrecision(2))} looks`,
  looks,
  phase: false,
});

/** Marks the names of stacks that a network was trained on. */
export const TRAINED_ON = ' (trained on)';

/** The name of a stack, marked if it is one of those that were seen in training. */
export const placeOf = ({ name }: Stack, seen: readonly string[]): string =>
  seen.includes(name) ? name + TRAINED_ON : name;

/** Warnings are assumptions about the files and anomalies; one that several files share is told once. */
export type ReadStacksOptions = Pick<JobOptions, 'signal' | 'onWarning'>;

/** Fewest dates of a stack: one of them is compared with those that are not its neighbors. */
const FEWEST_DATES = 4;
/** Rows and columns of the central part of the images that is used. */
const LARGEST = 512;
/** Equivalent number of looks where the files do not state it. */
const LOOKS = 5;

/**
 * Reads the stacks in a folder: itself and its subfolders, as far as they hold at least four acquisitions of VV and VH, in any
 * form that `listAcquisitions` finds. Of images larger than 512×512 pixels, the central part.
 *
 * @throws EvaluationError `NoStack` if there is none; `InvalidStack` for other polarizations; SarIoError of
 *   `openStackDates`.
 */
export async function readStacks(folder: string, options: ReadStacksOptions = {}): Promise<Stack[]> {
  const stacks = new Map<string, string[][]>();
  const own: string[][] = [];
  for (const paths of await listAcquisitions(folder)) {
    const isOne = paths.length > 1 || (await isAcquisition(paths[0]));
    if (isOne) own.push(paths);
    else stacks.set(paths[0], await listAcquisitions(paths[0]));
  }
  const result: Stack[] = [];
  for (const [path, acquisitions] of [[folder, own] as const, ...stacks])
    if (acquisitions.length >= FEWEST_DATES) result.push(await readStack(path, acquisitions, options));
  if (result.length === 0) {
    throw new EvaluationError('NoStack', {
      path: folder,
      expected: 'folders of at least four acquisitions each',
      found: 'none',
    });
  }
  return result;
}

/** Whether a path is an acquisition, rather than a folder of several or of other files. */
async function isAcquisition(path: string): Promise<boolean> {
  const entry = await stat(path).catch(() => undefined); // none for a date of a file
  if (!entry?.isDirectory()) return true;
  try {
    await (await openAcquisition(path)).close();
    return true;
  } catch (error) {
    if (isSarIoError(error, 'UnsupportedFormat')) return false;
    throw error;
  }
}

async function readStack(
  path: string,
  acquisitions: readonly string[][],
  options: ReadStacksOptions,
): Promise<Stack> {
  const opened = await openStackDates(acquisitions, options);
  try {
    const [first] = opened;
    const { width, height, channels, paths } = first;
    if (channels.join() !== 'VV,VH')
      throw new EvaluationError('InvalidStack', {
        ...{ path: paths[0], expected: 'VV and VH' },
        found: channels.join(' and '),
      });
    const size = { width: Math.min(width, LARGEST), height: Math.min(height, LARGEST) };
    const window = { x: (width - size.width) >> 1, y: (height - size.height) >> 1, ...size };
    const dates: MaskedImage[] = [];
    for (const date of opened) {
      const { image, mask } = await date.read(window, options);
      dates.push({ image: image.hi(2), mask });
    }
    return { name: basename(path), dates, looks: statedLooks(first) ?? LOOKS };
  } finally {
    await Promise.all(opened.map((date) => date.close()));
  }
}
