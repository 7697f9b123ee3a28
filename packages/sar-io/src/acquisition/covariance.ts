import { covariance, planes } from '@mtpi/polsar-priors';
import { SarIoError } from '../errors';
import type { Polarization } from '../polarization';
import { maskInvalid, type RasterSource, type ReadOptions, stack } from '../raster';
import { type Channel, type Pair, readChannels, readEach } from './channels';
import { type Contents, MAX_POWER, type Note, strengthNotes } from './contents';
import { usualFills } from './fill';
import { countValid, percent, quantiles, sampleRaster, shareOf, valuesOf } from './sample';
import { areLikeDb } from './scale';
import { clipCoherence, exceedsCoherence } from './valid-covariance';

/** C11, C22, C12_real and C12_imag. Where C12 exceeds what the powers allow, it is reduced to full coherence. */
export async function openCovariance(
  channels: readonly Channel[],
  { signal }: ReadOptions,
): Promise<Contents> {
  const readStored: Contents['read'] = async (window, options) => {
    const { image, mask } = await readChannels(channels, window, options);
    const hasPower = (c11: number, c22: number) =>
      c11 >= 0 && c22 >= 0 && c11 + c22 > 0 && c11 + c22 <= MAX_POWER;
    return maskInvalid(image, ([c11, c22], i) => mask.data[i] === 0 || !hasPower(c11[i], c22[i]));
  };
  const [{ source }] = channels;
  const parts = await sampleRaster(source, (window) => readStored(window, { signal }), countValid);
  if (parts.every((part) => countValid(part) === 0)) await refuseDecibels(channels, signal);
  const share = shareOf(parts, exceedsCoherence);
  const notes: Note[] = strengthNotes(parts, ['C11', 'C22']);
  if (share > 0) {
    notes.push([
      'InvalidCovariance',
      `|C12|² exceeds C11 · C22 in ${percent(share)} of the sampled pixels; C12 is reduced to full coherence`,
    ]);
  }
  return {
    polarimetry: 'covariance',
    channels: polarizationsOf(source),
    scale: 'linear',
    notes,
    async read(window, options) {
      const part = await readStored(window, options);
      clipCoherence(planes(part.image));
      return part;
    },
  };
}

/** @throws SarIoError `UnsupportedFormat` where the powers that are no fill look like dB. */
async function refuseDecibels(channels: readonly Channel[], signal?: AbortSignal): Promise<void> {
  const [{ source, band }] = channels;
  const usual = usualFills(source.dataType, source.bands[band]);
  const parts = await sampleRaster(
    source,
    (window) => readChannels(channels, window, { signal }),
    countValid,
  );
  const values = valuesOf(parts, 0).filter((value) => !usual.has(value));
  const [low, middle, high] = quantiles(values, [0.1, 0.5, 0.9]);
  if (!(middle < 0 && areLikeDb(low, high))) return;
  throw new SarIoError('UnsupportedFormat', {
    path: source.path,
    expected: 'C11 as linear power',
    found: `negative values, the median ${middle.toFixed(1)}`,
    hint: 'Convert the elements of C2 from dB to linear power',
  });
}

/** Complex co- and cross-polarized samples, as single-look covariances. */
export function openComplex({ channels: pair, names, notes }: Pair): Contents {
  return {
    polarimetry: 'covariance',
    channels: names,
    scale: 'complex',
    notes,
    async read(window, options) {
      const [first, second] = await readEach(pair, window, options);
      const { mask } = stack([first, second]);
      return maskInvalid(
        covariance(first.image, second.image),
        ([c11, c22], i) => mask.data[i] === 0 || c11[i] + c22[i] > MAX_POWER,
      );
    },
  };
}

/** By the PolarType of a PolSARpro folder; VV and VH where there is none. */
function polarizationsOf({ path, metadata: { PolarType } }: RasterSource): [Polarization, Polarization] {
  if (PolarType === 'pp3') {
    throw new SarIoError('UnsupportedFormat', {
      path,
      expected: 'a co- and a cross-polarized channel',
      found: 'PolarType pp3 (HH, VV)',
      hint: 'Use a folder of PolarType pp2 (VV, VH) or pp1 (HH, HV)',
    });
  }
  return PolarType === 'pp1' ? ['HH', 'HV'] : ['VV', 'VH'];
}
