import { SarIoError } from '../errors';
import type { MaskedImage } from '../raster/raster';
import type { AcquisitionOptions } from './acquisition';
import { namesOf, type Pair, readChannels } from './channels';
import type { Contents } from './contents';
import { checkDb, detectScale, type Scale, type ScaleChoice } from './scale';
import { dataValues, powersOf, samplePowers } from './stored-powers';

/** Power, dB or amplitude of the co- and the cross-polarized channel, as power. */
export async function openIntensity(
  pair: Pair,
  { scale: wanted = 'auto', signal }: AcquisitionOptions,
): Promise<Contents> {
  const { channels, names } = pair;
  const readStored: Contents['read'] = (window, options) => readChannels(channels, window, options);
  const parts = await samplePowers(channels, readStored, signal);
  const { scale, assumed } = scaleOf(pair, parts, wanted);
  const { notes, read } = powersOf({ channels, names, scale, parts }, readStored);
  return {
    polarimetry: 'intensity',
    channels: names,
    scale,
    notes: [...pair.notes, ...(assumed ? [['ScaleAssumed', assumed] as const] : []), ...notes],
    read,
  };
}

/** @throws SarIoError `UnsupportedFormat` where the two channels differ in scale, or cannot have it. */
function scaleOf(
  { channels, names }: Pair,
  parts: readonly MaskedImage[],
  wanted: Scale | 'auto',
): ScaleChoice {
  const choices = channels.flatMap((channel, c) => {
    const values = dataValues(parts, channel, c);
    const { path, dataType, bands } = channel.source;
    const info = bands[channel.band];
    const scaled = { path, dataType, info, names: namesOf(channel), values };
    const choice = wanted === 'auto' ? detectScale(scaled) : { scale: wanted };
    if (choice.scale === 'db') checkDb(scaled);
    // A channel without data says nothing.
    return values.length > 0 ? [choice] : [];
  });
  const [first = { scale: wanted === 'auto' ? 'linear' : wanted }, second = first] = choices;
  if (first.scale === second.scale) return first;
  throw new SarIoError('UnsupportedFormat', {
    path: channels[1].source.path,
    expected: `one scale of ${names.join(' and ')}`,
    found: `${first.scale} and ${second.scale}`,
    hint: 'Convert one of the channels, or specify the scale of both',
  });
}
