import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listAcquisitions, openAcquisition } from '@mtpi/sar-io/node';
import type { StackDescription } from '@mtpi/sentinel1';
import { WorkflowError } from './errors';
import type { PowerScale, TripletPaths } from './triplet';

/** One date of a stack as a target, with the two dates that help. */
export interface StackTriplet {
  /** The time of the target, as in `20240305T170815`. */
  name: string;
  paths: TripletPaths;
}

/**
 * The triplets that despeckle every date of a stack: each with the one before and the one after, the first and the last
 * with the two nearest.
 *
 * @param paths the dates, each a path that `openAcquisition` takes; or one folder with all of them, as `mtpi prepare`
 *   writes or of one subfolder, file or pair of VV and VH for each date.
 * @throws where there are fewer than three dates, or a date can't be told or is there twice.
 */
export async function tripletsOf(paths: readonly string[], scale: PowerScale): Promise<StackTriplet[]> {
  const acquisitions = paths.length === 1 ? await datesIn(paths[0]) : paths.map((path) => [path]);
  const dates = await Promise.all(
    acquisitions.map(async (date) => ({ paths: date, name: await nameOf(date, scale) })),
  );
  dates.sort((a, b) => (a.name < b.name ? -1 : 1));
  const twice = dates.find(({ name }, i) => name === dates[i + 1]?.name);
  if (twice)
    throw new WorkflowError(
      'InvalidStack',
      `Duplicate acquisition: ${twice.paths.join(', ')} has the same date as another, ${twice.name}`,
    );
  if (dates.length < 3)
    throw new WorkflowError(
      'InvalidStack',
      `${paths.join(', ')}: expected three dates or more, got ${dates.length}`,
    );
  const last = dates.length - 1;
  return dates.map(({ name, paths: target }, i) => {
    const [previous, next] = i === 0 ? [1, 2] : i === last ? [last - 2, last - 1] : [i - 1, i + 1];
    return { name, paths: { target, previous: dates[previous].paths, next: dates[next].paths } };
  });
}

async function datesIn(folder: string): Promise<string[][]> {
  if (!(await stat(folder)).isDirectory()) return [[folder]];
  const description = await readFile(join(folder, 'stack.json'), 'utf8').catch(() => undefined);
  if (description === undefined) return listAcquisitions(folder);
  // The covariance comes first among the files of a date.
  return (JSON.parse(description) as StackDescription).dates.map(({ files: [c2] }) => [join(folder, c2)]);
}

async function nameOf(paths: string[], scale: PowerScale): Promise<string> {
  const acquisition = await openAcquisition(paths, { scale });
  await acquisition.close();
  const { acquired } = acquisition;
  if (!acquired)
    throw new WorkflowError(
      'InvalidStack',
      `${paths.join(', ')}: no acquisition date in the metadata or file name`,
    );
  return acquired.toISOString().slice(0, 19).replace(/[-:]/g, '');
}
