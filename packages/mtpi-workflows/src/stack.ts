import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listAcquisitions, openAcquisition } from '@mtpi/sar-io/node';
import type { StackDescription } from '@mtpi/sentinel1';
import { WorkflowError } from './errors';
import { type AcquisitionInput, type IntensityScale, pathsOf, type TripletInput } from './inputs';

/** One date of a stack as a target, with the two dates it is despeckled with. */
export interface StackTriplet {
  /** The time of the target, as in `20240305T170815`. */
  name: string;
  input: TripletInput;
}

/**
 * The triplets that despeckle every date of a stack: each with the one before and the one after, the first and the last
 * with the two nearest.
 *
 * @param stack the acquisitions; or one folder with all of them, as `coregisterStack` writes or of one subfolder, file or
 *   pair of VV and VH for each date.
 * @throws WorkflowError `InvalidStack` where there are fewer than three dates, or a date is unknown or there twice.
 */
export async function stackTriplets(
  stack: string | readonly AcquisitionInput[],
  { scale, signal }: { scale?: IntensityScale; signal?: AbortSignal } = {},
): Promise<StackTriplet[]> {
  const inputs = typeof stack === 'string' ? [stack] : stack.map(pathsOf);
  const acquisitions = inputs.length === 1 ? await datesIn(pathsOf(inputs[0])[0]) : inputs.map(pathsOf);
  const dates = await Promise.all(
    acquisitions.map(async (paths) => ({ paths, name: await nameOf(paths, scale, signal) })),
  );
  dates.sort((a, b) => (a.name < b.name ? -1 : 1));
  const twice = dates.findIndex(({ name }, i) => name === dates[i + 1]?.name);
  if (twice >= 0) {
    const [path, other] = [dates[twice], dates[twice + 1]].map(({ paths }) => paths.join(', '));
    throw new WorkflowError(
      'InvalidStack',
      `Duplicate acquisition: ${path} has the same date as ${other}, ${dates[twice].name}`,
      { path },
    );
  }
  if (dates.length < 3)
    throw new WorkflowError('InvalidStack', {
      path: inputs.flatMap(pathsOf).join(', '),
      expected: 'three dates or more',
      found: String(dates.length),
    });
  const last = dates.length - 1;
  return dates.map(({ name, paths: target }, i) => {
    const [previous, next] = i === 0 ? [1, 2] : i === last ? [last - 2, last - 1] : [i - 1, i + 1];
    return { name, input: { target, previous: dates[previous].paths, next: dates[next].paths } };
  });
}

async function datesIn(folder: string): Promise<string[][]> {
  const entry = await stat(folder).catch((cause) => {
    throw new WorkflowError('NotFound', `${folder} does not exist`, { path: folder, cause });
  });
  if (!entry.isDirectory()) return [[folder]];
  const description = await readFile(join(folder, 'stack.json'), 'utf8').catch(() => undefined);
  if (description === undefined) return listAcquisitions(folder);
  // The covariance comes first among the files of a date.
  return (JSON.parse(description) as StackDescription).dates.map(({ files: [c2] }) => [join(folder, c2)]);
}

async function nameOf(paths: string[], scale?: IntensityScale, signal?: AbortSignal): Promise<string> {
  const acquisition = await openAcquisition(paths, { scale, signal });
  await acquisition.close();
  const { acquired } = acquisition;
  if (!acquired)
    throw new WorkflowError(
      'InvalidStack',
      `${paths.join(', ')}: no acquisition date in the metadata or file name`,
      { path: paths[0] },
    );
  return acquired.toISOString().slice(0, 19).replace(/[-:]/g, '');
}
