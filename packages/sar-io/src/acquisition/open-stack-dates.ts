import { groupWarnings, type JobOptions, type Warning } from '@mtpi/jobs';
import { SarIoError } from '../errors';
import { assertSameGrid } from '../georeference/same-grid';
import type { Acquisition, AcquisitionOptions } from './acquisition';
import { checkStack } from './check-triplet';
import { openAcquisition } from './open-acquisition';

export interface StackDatesOptions
  extends Omit<AcquisitionOptions, 'date'>,
    Pick<JobOptions, 'signal' | 'onWarning'> {}

/**
 * Opens the dates of a stack: acquisitions on one grid, of one kind and the same polarizations, all of them different images.
 *
 * @param acquisitions each as the paths that `openAcquisition` takes; `listAcquisitions` gives them.
 * @returns in chronological order where each has a date, otherwise in the order given; to be closed.
 * @throws SarIoError of `openAcquisition`; `GridMismatch`; `InvalidStack` for kinds or polarizations that differ, one image
 *   twice, and files of one acquisition that are of different days.
 */
export async function openStackDates(
  acquisitions: readonly (readonly string[])[],
  { onWarning, ...options }: StackDatesOptions = {},
): Promise<Acquisition[]> {
  const dates: Acquisition[] = [];
  try {
    for (const paths of acquisitions) dates.push(await openAcquisition(paths, options));
    assertSameGrid(dates);
    const other = dates.find(({ polarimetry }) => polarimetry !== dates[0].polarimetry);
    if (other)
      throw new SarIoError('InvalidStack', {
        path: other.paths[0],
        expected: `${dates[0].polarimetry} as in ${dates[0].paths[0]}`,
        found: other.polarimetry,
      });
    const warnings: Warning[] = [];
    for (const { severity, code, input, message } of await checkStack(dates, options)) {
      // Speckle that two dates share is taken for the scene, in training and in a comparison.
      if (severity === 'error' || code === 'SameImage')
        throw new SarIoError('InvalidStack', `${input}: ${message}`, { path: input });
      warnings.push({ code, message, input });
    }
    for (const warning of groupWarnings(warnings)) onWarning?.(warning);
    if (dates.every(({ acquired }) => acquired))
      dates.sort((a, b) => Number(a.acquired) - Number(b.acquired));
    return dates;
  } catch (error) {
    await Promise.all(dates.map((date) => date.close()));
    throw error;
  }
}
