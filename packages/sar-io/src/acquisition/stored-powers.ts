import { createImage, planes } from '@mtpi/polsar-priors';
import { type MaskedImage, maskInvalid } from '../raster/raster';
import type { Channel } from './channels';
import { type Contents, MAX_POWER, type Note, strengthNotes } from './contents';
import {
  areaValues,
  filledPixels,
  frequentValue,
  POSITIVE_FILLS,
  readWithoutFill,
  usualFills,
  withoutFill,
} from './fill';
import { percent, sampleRaster, shareOf, valuesOf } from './sample';
import { isPlausibleDb, type Scale, toPower } from './scale';

/** The co- and the cross-polarized powers of an acquisition as its files hold them. */
export interface StoredPowers {
  channels: readonly Channel[];
  /** The channels in messages. */
  names: readonly [string, string];
  scale: Scale;
  /** Of a sample: values of the two channels, which other bands may follow. */
  parts: readonly MaskedImage[];
}

/** Values with which the file of a channel may fill pixels without data. */
const usualFillsOf = ({ source, band }: Channel) => usualFills(source.dataType, source.bands[band]);

/** Parts of a raster from which the values of two channels, the first bands that are read, can be judged. */
export function samplePowers(
  channels: readonly Channel[],
  read: Contents['read'],
  signal?: AbortSignal,
): Promise<MaskedImage[]> {
  const usual = channels.map(usualFillsOf);
  return sampleRaster(
    channels[0].source,
    (window) => read(window, { signal }),
    ({ image, mask }) => {
      const bands = planes(image);
      return mask.data.reduce(
        (sum, valid, i) => sum + Number(valid && usual.every((fills, c) => !fills.has(bands[c][i]))),
        0,
      );
    },
  );
}

/** The sampled values of one channel that are no usual fill. */
export const dataValues = (parts: readonly MaskedImage[], channel: Channel, index: number): number[] => {
  const usual = usualFillsOf(channel);
  return valuesOf(parts, index).filter((value) => !usual.has(value));
};

/** Powers that are valid where both channels have some and neither is fill, and what of the sample is suspicious. */
export interface Powers extends Pick<Contents, 'notes' | 'read'> {
  /** The sample as powers. */
  parts: readonly MaskedImage[];
}

export function powersOf(stored: StoredPowers, readStored: Contents['read']): Powers {
  const { channels, names, scale, parts } = stored;
  const candidates = channels.map(({ source, band }) => areaFills(scale, source.bands[band].offset));
  const found = areaValues(parts, candidates);
  // Of power, neighbors are read only where the sample has such areas.
  const fills = scale === 'db' || found.size > 0 ? candidates : [];
  // Floats do not come to exactly one of these in both channels by chance; rounded numbers may.
  const known = channels.some(isRounded) ? new Set<number>() : found;
  const powers = parts.map((part) => toPowers(withoutFill(part, candidates, known), scale));
  return {
    parts: powers,
    notes: [
      ...(scale === 'db' ? positiveNotes(stored) : []),
      ...fillNotes(stored, candidates, known),
      ...missingNotes(stored),
      ...strengthNotes(powers, names),
      ...frequentNotes(stored),
    ],
    read: async (window, options) =>
      toPowers(
        await readWithoutFill(window, channels[0].source, fills, known, (part) => readStored(part, options)),
        scale,
      ),
  };
}

/** The two channels as power, masked unless both have some; bands that follow them stay as they are. */
function toPowers({ image, mask }: MaskedImage, scale: Scale): MaskedImage {
  const powers = createImage(image.shape[0], image.shape[1], image.shape[2]);
  powers.data.set(image.data);
  for (const band of planes(powers).slice(0, 2)) band.set(band.map(toPower[scale]));
  return maskInvalid(powers, ([c11, c22], i) => mask.data[i] === 0 || !isPower(c11[i]) || !isPower(c22[i]));
}

const isPower = (value: number) => value > 0 && value <= MAX_POWER;

/**
 * Values that are fill where they cover an area: 0 in dB, in the file's numbers or scaled; 9999 and the like in power or
 * amplitude. Other usual fill is not positive as power, or out of the bounds of dB, wherever it is.
 */
const areaFills = (scale: Scale, offset = 0): ReadonlySet<number> =>
  new Set(scale === 'db' ? [0, Math.fround(offset)] : POSITIVE_FILLS);

/** Power in place of dB: in dB, VH is negative nearly everywhere. */
function positiveNotes({ channels, parts }: StoredPowers): Note[] {
  const values = channels.flatMap((channel, c) => dataValues(parts, channel, c));
  if (values.length === 0 || values.some((value) => value < 0)) return [];
  return [['ImplausibleBackscatter', 'Read as dB, but no value is negative; check the scale']];
}

/** Undeclared fill: 0 and what lies beyond dB; in power and amplitude what a zero fill is not. */
function fillNotes(
  { channels, scale, parts }: StoredPowers,
  fills: readonly ReadonlySet<number>[],
  known: ReadonlySet<number>,
): Note[] {
  const usual = channels.map(usualFillsOf);
  const found = new Set<number>();
  const filled = new Map(parts.map((part) => [part.image.data, filledPixels(part, fills, known)]));
  const share = shareOf(parts, (bands, i, part) => {
    const isFill = (value: number, c: number) => {
      const isOutside = value > MAX_POWER || (value < 0 && usual[c].has(value));
      if (scale === 'db' ? !isPlausibleDb(value) : isOutside) return true;
      return filled.get(part.image.data)![i] === 1 && fills[c].has(value);
    };
    const value = channels.map((_, c) => bands[c][i]).find(isFill);
    if (value !== undefined && found.size < 3) found.add(value);
    return value !== undefined;
  });
  if (share === 0) return [];
  const values = [...found].map((value) => `${Number(value.toPrecision(6))}`).join(', ');
  const message = `${values} in ${percent(share)} of the sampled pixels is not declared as nodata; treated as fill`;
  return [['UndeclaredFill', message]];
}

/** Whether its numbers are integers, scaled or not. */
function isRounded({ source, band }: Channel): boolean {
  const { scale = 1, offset = 0 } = source.bands[band];
  return !/^c?float/.test(source.dataType) || scale !== 1 || offset !== 0;
}

/** A power that may be fill, but is not known as such. */
function frequentNotes({ channels, names, scale, parts }: StoredPowers): Note[] {
  const found = channels.flatMap((channel, c) => {
    const frequent = isRounded(channel)
      ? undefined
      : frequentValue(dataValues(parts, channel, c).filter((value) => isPower(toPower[scale](value))));
    return frequent
      ? [`${names[c]} is ${Number(frequent.value.toPrecision(6))} in ${percent(frequent.share)}`]
      : [];
  });
  if (found.length === 0) return [];
  const advice = 'taken as data: declare it as nodata if it marks pixels without data';
  return [['FrequentValue', `${found.join(' and ')} of the sampled pixels; ${advice}`]];
}

/** Pixels that have power in one channel only. */
function missingNotes({ channels, names, scale, parts }: StoredPowers): Note[] {
  const usual = channels.map(usualFillsOf);
  const hasPower = (value: number, c: number) => !usual[c].has(value) && toPower[scale](value) > 0;
  // Noise correction leaves 0 where there was nothing but noise; and 0 may mark where this channel has no data.
  const isWithout = (value: number, c: number) =>
    (value === 0 || !usual[c].has(value)) && !(toPower[scale](value) > 0);
  return names.flatMap((name, c): Note[] => {
    const share = shareOf(parts, (bands, i) => isWithout(bands[c][i], c) && hasPower(bands[1 - c][i], 1 - c));
    return share > 0
      ? [
          [
            'NonPositivePower',
            `${name} is not positive in ${percent(share)} of the sampled pixels; both channels are masked there`,
          ],
        ]
      : [];
  });
}
