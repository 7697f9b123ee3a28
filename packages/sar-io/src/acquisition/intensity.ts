import { createImage, planes } from '@mtpi/polsar-priors';
import { SarIoError } from '../errors';
import { type MaskedImage, maskInvalid } from '../raster';
import type { AcquisitionOptions } from './acquisition';
import { type Channel, namesOf, type Pair, readChannels } from './channels';
import { type Contents, MAX_POWER, type Note, strengthNotes } from './contents';
import { areaValues, filledPixels, frequentValue, POSITIVE_FILLS, readWithoutFill, usualFills } from './fill';
import { percent, sampleRaster, shareOf, valuesOf } from './sample';
import { checkDb, detectScale, isPlausibleDb, type Scale, type ScaleChoice, toPower } from './scale';

/** Power, dB or amplitude of the co- and the cross-polarized channel, as power. */
export async function openIntensity(
  pair: Pair,
  { scale: wanted = 'auto', signal }: AcquisitionOptions,
): Promise<Contents> {
  const { channels, names } = pair;
  const [{ source }] = channels;
  const usual = channels.map(({ source, band }) => usualFills(source.dataType, source.bands[band]));
  const isData = ([co, cross]: readonly Float32Array[], i: number) =>
    !usual[0].has(co[i]) && !usual[1].has(cross[i]);
  const parts = await sampleRaster(
    source,
    (window) => readChannels(channels, window, { signal }),
    ({ image, mask }) => {
      const bands = planes(image);
      let count = 0;
      for (let i = 0; i < mask.data.length; i++) if (mask.data[i] && isData(bands, i)) count++;
      return count;
    },
  );
  const { scale, assumed } = scaleOf(pair, usual, parts, wanted);
  const candidates = channels.map(({ source, band }) => areaFills(scale, source.bands[band].offset));
  const found = areaValues(parts, candidates);
  // Of power, neighbors are read only where the sample has such areas.
  const fills = scale === 'db' || found.size > 0 ? candidates : [];
  // Floats do not come to exactly one of these in both channels by chance; rounded numbers may.
  const known = channels.some(isRounded) ? new Set<number>() : found;
  return {
    polarimetry: 'intensity',
    channels: names,
    scale,
    notes: [
      ...pair.notes,
      ...(assumed ? [['ScaleAssumed', assumed] as const] : []),
      ...(scale === 'db' ? positiveNotes(parts, usual) : []),
      ...fillNotes(parts, scale, candidates, known, usual),
      ...powerNotes(parts, scale, usual, names),
      ...frequentNotes(parts, scale, usual, pair),
    ],
    read: async (window, options) =>
      toPowers(
        await readWithoutFill(window, source, fills, known, (part) => readChannels(channels, part, options)),
        scale,
      ),
  };
}

/** @throws SarIoError `UnsupportedFormat` where the two channels differ in scale, or cannot have it. */
function scaleOf(
  { channels, names }: Pair,
  usual: readonly ReadonlySet<number>[],
  parts: readonly MaskedImage[],
  wanted: Scale | 'auto',
): ScaleChoice {
  const choices = channels.flatMap((channel, c) => {
    const values = valuesOf(parts, c).filter((value) => !usual[c].has(value));
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

/**
 * Values that are fill where they cover an area: 0 in dB, in the file's numbers or scaled; 9999 and the like in power or
 * amplitude. Other usual fill is not positive as power, or out of the bounds of dB, wherever it is.
 */
const areaFills = (scale: Scale, offset = 0): ReadonlySet<number> =>
  new Set(scale === 'db' ? [0, Math.fround(offset)] : POSITIVE_FILLS);

function toPowers({ image, mask }: MaskedImage, scale: Scale): MaskedImage {
  const [, rows, cols] = image.shape;
  const powers = createImage(2, rows, cols);
  powers.data.set(image.data.map(toPower[scale]));
  const isPower = (value: number) => value > 0 && value <= MAX_POWER;
  return maskInvalid(powers, ([c11, c22], i) => mask.data[i] === 0 || !isPower(c11[i]) || !isPower(c22[i]));
}

/** Power in place of dB: in dB, VH is negative nearly everywhere. */
function positiveNotes(parts: readonly MaskedImage[], usual: readonly ReadonlySet<number>[]): Note[] {
  const values = usual.flatMap((fills, c) => valuesOf(parts, c).filter((value) => !fills.has(value)));
  if (values.length === 0 || values.some((value) => value < 0)) return [];
  return [['ImplausibleBackscatter', 'Read as dB, but no value is negative; check the scale']];
}

/** Undeclared fill: 0 and what lies beyond dB; in power and amplitude what a zero fill is not. */
function fillNotes(
  parts: readonly MaskedImage[],
  scale: Scale,
  fills: readonly ReadonlySet<number>[],
  known: ReadonlySet<number>,
  usual: readonly ReadonlySet<number>[],
): Note[] {
  const found = new Set<number>();
  const filled = new Map(parts.map((part) => [part.image.data, filledPixels(part, fills, known)]));
  const share = shareOf(parts, (bands, i, part) => {
    const isFill = (value: number, c: number) => {
      const isOutside = value > MAX_POWER || (value < 0 && usual[c].has(value));
      if (scale === 'db' ? !isPlausibleDb(value) : isOutside) return true;
      return filled.get(part.image.data)![i] === 1 && fills[c].has(value);
    };
    const value = bands.map((band) => band[i]).find(isFill);
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
  return !source.dataType.startsWith('float') || scale !== 1 || offset !== 0;
}

/** A power that may be fill, but is not known as such. */
function frequentNotes(
  parts: readonly MaskedImage[],
  scale: Scale,
  usual: readonly ReadonlySet<number>[],
  { channels, names }: Pair,
): Note[] {
  const isData = (value: number, c: number) => {
    const power = toPower[scale](value);
    return !usual[c].has(value) && power > 0 && power <= MAX_POWER;
  };
  const found = channels.flatMap((channel, c) => {
    const frequent = isRounded(channel)
      ? undefined
      : frequentValue(valuesOf(parts, c).filter((value) => isData(value, c)));
    return frequent
      ? [`${names[c]} is ${Number(frequent.value.toPrecision(6))} in ${percent(frequent.share)}`]
      : [];
  });
  if (found.length === 0) return [];
  const advice = 'taken as data: declare it as nodata if it marks pixels without data';
  return [['FrequentValue', `${found.join(' and ')} of the sampled pixels; ${advice}`]];
}

/** Pixels that have power in one channel only, and a cross-polarized channel that is the stronger one. */
function powerNotes(
  parts: readonly MaskedImage[],
  scale: Scale,
  usual: readonly ReadonlySet<number>[],
  names: Pair['names'],
): Note[] {
  const isPower = (value: number, c: number) => !usual[c].has(value) && toPower[scale](value) > 0;
  // Noise correction leaves 0 where there was nothing but noise; and 0 may mark where this channel has no data.
  const isWithout = (value: number, c: number) =>
    (value === 0 || !usual[c].has(value)) && !(toPower[scale](value) > 0);
  const [co, cross] = [0, 1].map((missing) =>
    shareOf(
      parts,
      (bands, i) => isWithout(bands[missing][i], missing) && isPower(bands[1 - missing][i], 1 - missing),
    ),
  );
  const notes: Note[] = [co, cross].flatMap((share, c) =>
    share > 0
      ? [
          [
            'NonPositivePower',
            `${names[c]} is not positive in ${percent(share)} of the sampled pixels; both channels are masked there`,
          ] as const,
        ]
      : [],
  );
  const powers = parts.map((part) => toPowers(part, scale));
  return [...notes, ...strengthNotes(powers, names)];
}
