import type { JobOptions } from '@mtpi/jobs';
import { createImage, type Image, type Mask, planes, type Window } from '@mtpi/polsar-priors';
import {
  isCoPolarized,
  type Polarization,
  type RasterSource,
  type ReadOptions,
  SarIoError,
} from '@mtpi/sar-io';
import ndarray from 'ndarray';
import type { RadarImage } from '../geocoding/terrain-correction';
import type { BackscatterConvention, Calibration } from './calibration';
import { findGrdBorder, type GrdBorder } from './grd-border';
import type { GrdNoise } from './grd-noise';
import type { GrdProduct } from './grd-product';

export interface GrdBackscatterOptions extends JobOptions {
  /** Default `sigma0`. */
  calibration?: BackscatterConvention;
  /** Thermal noise correction. Values are negative where there is little but noise. Default false. */
  denoise?: boolean;
  /** Default: all of the product. */
  polarizations?: readonly Polarization[];
}

interface Channel {
  measurement: RasterSource;
  calibration: Calibration;
  /** Where thermal noise is to be subtracted. */
  noise?: GrdNoise;
}

/**
 * The calibrated backscatter of a GRD product in linear power, one band per polarization, read window by window: valid within
 * the border of the image but for gaps in it, which are found first, in one pass over the product's co-polarized channel, whatever is asked for.
 *
 * @returns An image in radar geometry, as `terrainCorrect` takes; valid until the product is closed.
 * @throws SarIoError `InvalidArgument` for no polarization, and where thermal noise was subtracted already; else as the readers of the product.
 */
export async function grdBackscatter(
  product: GrdProduct,
  options: GrdBackscatterOptions = {},
): Promise<RadarImage & { readonly border: GrdBorder }> {
  const { calibration = 'sigma0', denoise = false, polarizations = product.polarizations, signal } = options;
  if (polarizations.length === 0)
    throw new SarIoError('InvalidArgument', {
      path: product.path,
      expected: `polarizations among ${product.polarizations.join(', ')}`,
      found: 'none',
    });
  const channels: Channel[] = [];
  for (const polarization of polarizations) {
    const { thermalNoiseCorrected, path } = await product.annotation(polarization);
    if (denoise && thermalNoiseCorrected) {
      throw new SarIoError('InvalidArgument', {
        path,
        expected: 'thermal noise',
        found: 'thermalNoiseCorrectionPerformed',
        hint: 'process it without thermal noise correction',
      });
    }
    channels.push({
      measurement: await product.measurement(polarization, signal),
      calibration: await product.calibration(polarization),
      ...(denoise && { noise: await product.noise(polarization) }),
    });
  }
  const coPolarized = product.polarizations.find(isCoPolarized) ?? polarizations[0];
  const measurement = await product.measurement(coPolarized, signal);
  const border = await findGrdBorder(measurement, product.processorVersion, options);
  return {
    bands: channels.length,
    width: measurement.width,
    height: measurement.height,
    border,
    async read(window, readOptions) {
      const image = await calibrate(channels, calibration, window, readOptions);
      const mask = borderMask(border, window);
      for (const plane of planes(image)) {
        for (let i = 0; i < plane.length; i++) if (!mask.data[i]) plane[i] = 0;
      }
      return { image, mask };
    },
  };
}

/** Reads a window of the channels: calibrated power, less thermal noise. */
async function calibrate(
  channels: readonly Channel[],
  convention: BackscatterConvention,
  window: Window,
  options?: ReadOptions,
): Promise<Image> {
  const { x, y, width, height } = window;
  const image = createImage(channels.length, height, width);
  for (const [c, plane] of planes(image).entries()) {
    const { measurement, calibration, noise } = channels[c];
    const [amplitudes] = planes((await measurement.read(window, options)).image);
    const lut = calibration.lut(convention, x, width);
    for (let r = 0; r < height; r++) {
      const scale = lut.interpolate(y + r);
      const power = noise?.row(y + r, x, width);
      for (let i = 0; i < width; i++) {
        const dn = amplitudes[r * width + i];
        plane[r * width + i] = (dn * dn - (power ? power[i] : 0)) / scale[i] ** 2;
      }
    }
  }
  return image;
}

/** The pixels of a window within the border of the image, but for gaps. */
function borderMask(border: GrdBorder, { x, y, width, height }: Window): Mask {
  const mask = ndarray(new Uint8Array(height * width), [height, width]);
  for (let r = 0; r < height; r++) {
    const line = y + r;
    const from = Math.max(x, border.firstSample[line]);
    const to = Math.min(x + width - 1, border.lastSample[line]);
    for (let sample = from; sample <= to; sample++) {
      if (line >= border.firstLine[sample] && line <= border.lastLine[sample])
        mask.data[r * width + sample - x] = 1;
    }
    for (const [first, last] of border.gaps.get(line) ?? []) {
      if (first >= x + width || last < x) continue;
      mask.data.fill(0, r * width + Math.max(first - x, 0), r * width + Math.min(last + 1 - x, width));
    }
  }
  return mask;
}
