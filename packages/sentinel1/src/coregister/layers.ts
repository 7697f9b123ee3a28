import {
  boxcar,
  COHERENCY_BANDS,
  COVARIANCE_BANDS,
  coherency,
  createImage,
  haAlpha,
  type Image,
  type Looks,
  multilook,
  planes,
  validCovariance,
} from '@mtpi/polsar-priors';
import type { MaskedImage } from '@mtpi/sar-io';
import { inMultiplesOf, rowsOf, type Strips } from './row-stream';

/** Least share of a channel's power that the subtraction of noise leaves. */
const FLOOR = 1e-3;

/** Something to write of an acquisition, made from its covariance. */
export interface DerivedRaster {
  /** Ends the name of its file. */
  suffix: string;
  bands: readonly string[];
  /** @param strip Rows of the covariance and those around them, of which `first` … are wanted. */
  of(strip: MaskedImage, first: number, count: number): Image;
}

/** The covariance itself. */
export function covarianceLayer(averaged: boolean): DerivedRaster {
  return {
    suffix: '',
    bands: COVARIANCE_BANDS,
    of: (strip, first, count) => ownCovariance(strip, first, count, averaged),
  };
}

/** The coherency matrix. */
export function coherencyLayer(averaged: boolean): DerivedRaster {
  return {
    suffix: '_T2',
    bands: COHERENCY_BANDS,
    of: (strip, first, count) => coherency(ownCovariance(strip, first, count, averaged)),
  };
}

/** H, A and alpha of the mean over a window; alpha in degrees. */
export function haAlphaProduct(window: number): DerivedRaster {
  return {
    suffix: '_HAalpha',
    bands: ['H', 'A', 'alpha'],
    of({ image, mask }, first, count) {
      const mean = subtractThermalNoise(boxcar(image, window, mask));
      return rowsOf({ image: haAlpha(mean, mask), mask }, first, count).image;
    },
  };
}

/** Means of blocks of pixels. */
export async function* multilooked(strips: Strips, looks: Looks): AsyncGenerator<MaskedImage> {
  for await (const { image, mask } of inMultiplesOf(strips, looks.azimuth)) {
    if (mask.shape[0] >= looks.azimuth) yield multilook(image, looks, mask);
  }
}

function ownCovariance(strip: MaskedImage, first: number, count: number, averaged: boolean): Image {
  const { image } = rowsOf(strip, first, count);
  return averaged ? subtractThermalNoise(image) : image.hi(4);
}

/**
 * A mean covariance less the noise in its channels, which two more bands tell where it is to be subtracted. Of a single
 * look it must not be: the difference would be no covariance.
 */
function subtractThermalNoise(mean: Image): Image {
  const [bands, rows, cols] = mean.shape;
  if (bands === 4) return mean;
  const all = planes(mean);
  const covariance = createImage(4, rows, cols);
  for (const [b, plane] of planes(covariance).entries()) {
    const noise = all[4 + b];
    if (noise)
      for (let i = 0; i < plane.length; i++) plane[i] = Math.max(all[b][i] - noise[i], FLOOR * all[b][i]);
    else plane.set(all[b]);
  }
  return validCovariance(covariance);
}
