import { covariance, exceedsCoherence, limitCoherence, planes } from '@mtpi/polsar-priors';
import { SarIoError } from '../errors';
import { type MaskedImage, type ReadOptions, stack } from '../raster/raster';
import type { AcquisitionOptions } from './acquisition';
import { type Channel, namesOf, type Pair, readChannels, readEach } from './channels';
import type { Contents } from './contents';
import { covariancePolarizations } from './covariance-polarizations';
import { percent, quantiles, shareOf } from './sample';
import { detectScale } from './scale';
import { dataValues, powersOf, samplePowers } from './stored-powers';

const POWERS = ['C11', 'C22'] as const;

/** C11, C22, C12_real and C12_imag. Where C12 exceeds what the powers allow, it is reduced to full coherence. */
export async function openCovariance(
  channels: readonly Channel[],
  { scale = 'auto', signal }: AcquisitionOptions,
): Promise<Contents> {
  const readStored: Contents['read'] = (window, options) => readChannels(channels, window, options);
  const powers = channels.slice(0, POWERS.length);
  const parts = await samplePowers(powers, readStored, signal);
  if (scale !== 'linear') refuseDecibels(powers, parts);
  const stored = { channels: powers, names: POWERS, scale: 'linear', parts } as const;
  const { notes, read, parts: valid } = powersOf(stored, readStored);
  const polarizations = covariancePolarizations(channels[0].source);
  const share = shareOf(valid, (bands, pixel) => exceedsCoherence(bands, pixel));
  const excess = `|C12|² exceeds C11 · C22 in ${percent(share)} of the sampled pixels; C12 is reduced to full coherence`;
  return {
    polarimetry: 'covariance',
    channels: polarizations.names,
    scale: 'linear',
    notes: [...polarizations.notes, ...notes, ...(share > 0 ? [['InvalidCovariance', excess] as const] : [])],
    async read(window, options) {
      const part = await read(window, options);
      limitCoherence(planes(part.image));
      return part;
    },
  };
}

/** @throws SarIoError `UnsupportedFormat` where a power is in dB, by its unit, its name or its values. */
function refuseDecibels(powers: readonly Channel[], parts: readonly MaskedImage[]): void {
  for (const [c, channel] of powers.entries()) {
    const { path, dataType, bands } = channel.source;
    const info = bands[channel.band];
    const values = dataValues(parts, channel, c);
    if (detectScale({ path, dataType, info, names: namesOf(channel), values }).scale !== 'db') continue;
    const [middle] = quantiles(values, [0.5]);
    throw new SarIoError('UnsupportedFormat', {
      path,
      expected: `${POWERS[c]} as linear power`,
      found: `${channel.name} in ${info.unit ?? 'dB'}, the median ${middle.toFixed(1)}`,
      hint: 'Convert C11 and C22 from dB to linear power',
    });
  }
}

/** Complex co- and cross-polarized samples, as single-look covariances. */
export async function openComplex(
  { channels, names, notes: assumptions }: Pair,
  { signal }: ReadOptions,
): Promise<Contents> {
  const readStored: Contents['read'] = async (window, options) => {
    const [first, second] = await readEach(channels, window, options);
    const { mask } = stack([first, second]);
    return { image: covariance(first.image, second.image), mask };
  };
  const parts = await samplePowers(channels, readStored, signal);
  const { notes, read } = powersOf({ channels, names, scale: 'linear', parts }, readStored);
  return {
    polarimetry: 'covariance',
    channels: names,
    scale: 'complex',
    notes: [...assumptions, ...notes],
    read,
  };
}
