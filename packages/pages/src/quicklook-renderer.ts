import { createImage, type Image, type Mask, planes } from '@mtpi/polsar-priors';
import {
  type CompositeRanges,
  compositeRanges,
  type DecibelRange,
  encodePng,
  toCompositeImage,
  toDecibelImage,
} from '@mtpi/sar-io';
import type { NdArray } from 'ndarray';
import { formatNumber } from './format-number';

/** Steps of brightness; finer ones would only make the noise of pictures large files. */
const STEP = 5;

/** An image of one to four channels [channels, rows, cols] as a PNG in a data URL. */
export function quicklookUrl(image: NdArray<Uint8ClampedArray>): string {
  const { data } = image;
  for (let i = 0; i < data.length; i++) data[i] = STEP * Math.round(data[i] / STEP);
  return `data:image/png;base64,${Buffer.from(encodePng(image)).toString('base64')}`;
}

/** Least spans of a stretch in dB, of C11, C22 and C11 / C22: a narrower one would saturate speckle and faint contrasts. */
const LEAST_SPANS = [15, 15, 10];

/** Renders images of one scene as data URLs, all with the same stretch. */
export class QuicklookRenderer {
  private readonly ranges: CompositeRanges;

  /** `image`: the one whose percentiles set the stretch. */
  constructor(image: Image, mask?: Mask) {
    const [c11, c22, ratio] = compositeRanges(image, mask).map((range, i) => widened(range, LEAST_SPANS[i]));
    this.ranges = [c11, c22, ratio];
  }

  /** The stretch of C11 (0), C22 (1) or C11/C22 (2), such as `−22.1 to −3.0 dB`. */
  range(band: 0 | 1 | 2): string {
    const { min, max } = this.ranges[band];
    return `${formatNumber(min, 1)} to ${formatNumber(max, 1)} dB`;
  }

  /** C11 red, C22 green, C11/C22 blue, each in dB. */
  composite(image: Image, mask?: Mask): string {
    return quicklookUrl(toCompositeImage(image, mask, this.ranges));
  }

  /** C11 (0) or C22 (1) in dB, gray. */
  band(image: Image, band: 0 | 1, mask?: Mask): string {
    return quicklookUrl(toDecibelImage(image.pick(band) as Image, mask, this.ranges[band]));
  }

  /**
   * Before / after of a band, black at −`limit` dB, white at `limit` dB: without structure where only speckle was removed.
   */
  static ratio(before: Image, after: Image, band: 0 | 1, mask?: Mask, limit = 6): string {
    const [, rows, cols] = before.shape;
    const ratio = createImage(1, rows, cols);
    const result = planes(after)[band];
    ratio.data.set(planes(before)[band].map((power, i) => power / result[i]));
    return quicklookUrl(toDecibelImage(ratio.pick(0) as Image, mask, { min: -limit, max: limit }));
  }
}

/** A stretch of at least `span` dB around the same middle. */
function widened({ min, max }: DecibelRange, span: number): DecibelRange {
  const margin = Math.max(0, (span - (max - min)) / 2);
  return { min: min - margin, max: max + margin };
}
