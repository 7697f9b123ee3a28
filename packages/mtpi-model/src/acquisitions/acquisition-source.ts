import type { Window } from '@mtpi/polsar-priors';
import { ModelError } from '../errors';
import type { AcquisitionWindow, TripletSource } from './acquisition-window';
import { tripletOfSeries, type WindowReader } from './series';

/** An acquisition that is read by windows, such as those of `openAcquisition` in `@mtpi/sar-io/node`. */
export interface ReadableAcquisition {
  readonly width: number;
  readonly height: number;
  /** Whether images hold C11, C22, C12_real and C12_imag, or only powers. */
  readonly polarimetry: 'covariance' | 'intensity';
  /** Linear powers [4 or 2, rows, cols] and which pixels are valid. */
  read(window: Window, options?: { signal?: AbortSignal }): Promise<AcquisitionWindow>;
}

/**
 * Three acquisitions on one grid as the source of a despeckler; as intensities unless all are covariances.
 *
 * @throws ModelError `InvalidArgument` where one is missing or their sizes differ.
 */
export function acquisitionSource(
  dates: Record<'target' | 'previous' | 'next', ReadableAcquisition>,
): TripletSource {
  const { target, previous, next } = dates ?? {};
  for (const name of ['target', 'previous', 'next'] as const) {
    const date = dates?.[name];
    const found = date ? `${date.width} × ${date.height}` : 'none';
    const expected = target ? `${target.width} × ${target.height}` : 'an acquisition';
    if (typeof date?.read !== 'function' || found !== expected)
      throw new ModelError(
        'InvalidArgument',
        `acquisitionSource: expected ${name} to be ${expected}, found ${found}`,
        { expected, found },
      );
  }
  const bands = [target, previous, next].every(({ polarimetry }) => polarimetry === 'covariance') ? 4 : 2;
  const [readTarget, readPrevious, readNext] = [target, previous, next].map(
    (acquisition): WindowReader =>
      async (window, options) => {
        const { image, mask } = await acquisition.read(window, options);
        return { image: image.hi(bands), mask };
      },
  );
  return tripletOfSeries({
    ...{ width: target.width, height: target.height, bands },
    target: readTarget,
    before: [readPrevious],
    after: [readNext],
  });
}
