import { checkAcquisitions } from '../check-input';
import type { ReadableAcquisition, TripletSource } from './acquisition-window';
import { namedDates, type Series } from './series';
import { seriesSource } from './series-source';

/**
 * Acquisitions on one grid as the source of a despeckler; as intensities unless all are covariances. Of further dates before
 * and after the target, the network gets averages.
 *
 * @throws ModelError `InvalidArgument` where one is missing or their sizes differ.
 */
export function acquisitionSource(dates: Series<ReadableAcquisition>): TripletSource {
  checkAcquisitions(dates);
  const { width, height } = dates.target;
  const bands = namedDates(dates).every(([, { polarimetry }]) => polarimetry === 'covariance') ? 4 : 2;
  return seriesSource(dates, { width, height, bands }, (acquisition) => async (window, options) => {
    const { image, mask } = await acquisition.read(window, options);
    return { image: image.hi(bands), mask };
  });
}
