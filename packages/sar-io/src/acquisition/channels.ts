import { COVARIANCE_BANDS, type Window } from '@mtpi/polsar-priors';
import { parseSnapTime } from '../dimap/time';
import { SarIoError } from '../errors';
import { otherMatrix } from '../polsarpro/matrices';
import { type MaskedImage, type RasterSource, type ReadOptions, stack } from '../raster/raster';
import type { Note } from './contents';
import { isCoPolarized, type Polarization, polarizationOf, withoutPolarization } from './polarization';

/** One band of one file. */
export interface Channel {
  source: RasterSource;
  band: number;
  name: string;
}

/** The last part of a path or address. */
export const fileName = ({ path }: RasterSource) =>
  path
    .replace(/[?#].*$/, '')
    .split(/[\\/]/)
    .filter(Boolean)
    .at(-1) ?? path;

/** The names that may say something about a channel: its own and, where it is the only one, its file's. */
export const namesOf = ({ name, source }: Channel) =>
  source.bands.length === 1 ? [name, fileName(source).replace(/(?<=.)\.[^.]*$/, '')] : [name];

/** All bands of all files, under the names given or their own. */
export function channelsOf(sources: readonly RasterSource[], names?: readonly string[]): Channel[] {
  const channels = sources.flatMap((source) =>
    source.bands.map(({ name }, band) => ({ source, band, name })),
  );
  if (!names) return channels;
  if (names.length !== channels.length) {
    const expected = `names of all ${channels.length} bands`;
    throw new SarIoError('InvalidArgument', `expected ${expected}, found [${names}]`);
  }
  return channels.map((channel, i) => ({ ...channel, name: names[i] }));
}

/**
 * Of a stack of several dates, as SNAP co-registers them, the channels whose names have that day, such as
 * `C11_slv1_17Mar2024`.
 *
 * @throws SarIoError `NotFound`.
 */
export function channelsOfDay(channels: readonly Channel[], date: Date): Channel[] {
  const day = (time: Date | undefined) => time?.toISOString().slice(0, 10);
  const found = channels.filter(({ name }) => day(parseSnapTime(name)) === day(date));
  if (found.length > 0) return found;
  const { path } = channels[0].source;
  const others = channels.map(({ name }) => name).join(', ');
  throw new SarIoError('NotFound', { path, expected: `bands of ${day(date)}`, found: others });
}

/** Matches names of a band of a covariance, such as `C11`, `C11_mst` or `S01_C11`. */
export const covarianceName = (band: string) => new RegExp(`(?:^|_)${band}(?:_|$)`, 'i');

/**
 * The channels C11, C22, C12_real and C12_imag, if there is one of each and they are of dual polarization, by the names of bands or of files with one band;
 * there may be more in a name, as in `C11_mst`.
 *
 * @throws SarIoError `UnsupportedFormat` for bands of another matrix.
 */
export function covarianceChannels(channels: readonly Channel[]): Channel[] | undefined {
  const matrix = otherMatrix(channels.flatMap(namesOf));
  if (matrix) {
    const path = channels[0].source.path;
    throw new SarIoError('UnsupportedFormat', { path, expected: 'C2, or VV and VH', ...matrix });
  }
  const found = COVARIANCE_BANDS.map((band) =>
    channels.filter((channel) => namesOf(channel).some((text) => covarianceName(band).test(text))),
  );
  return found.every(({ length }) => length === 1) ? found.flat() : undefined;
}

export interface Pair {
  channels: [Channel, Channel];
  names: [Polarization, Polarization];
  /** Assumptions and changes. */
  notes: Note[];
}

const NAME_BANDS =
  'If it is a covariance, name its bands: write each to a file in one folder, such as gdal_translate -b 1 FILE.tif FOLDER/C11.tif if C11 is band 1, and use that folder. If not, use VV and VH only';

interface Candidate {
  channel: Channel;
  polarization?: Polarization;
}

/** Bands beside backscatter that are named by its polarization as well. */
const NO_BACKSCATTER = /noise|nesz|coherence|phase/i;

/** How to keep two bands of a file of several: VV and VH of one quantity, as far as names tell. */
function keepHint(candidates: readonly Candidate[]): string {
  const { source } = candidates[0].channel;
  if (candidates.length < 3 || candidates.some(({ channel }) => channel.source !== source)) return '';
  const named = candidates.flatMap(({ channel: { name, band }, polarization }) =>
    polarization && !NO_BACKSCATTER.test(name)
      ? [{ name, band, polarization, quantity: withoutPolarization(name).toLowerCase() }]
      : [],
  );
  const [pair] = named
    .filter(({ polarization }) => isCoPolarized(polarization))
    .flatMap((co) =>
      named
        .filter(
          ({ quantity, polarization }) =>
            quantity === co.quantity && polarization === otherChannel(co.polarization),
        )
        .map((cross) => [co, cross]),
    );
  return pair
    ? `; gdal_translate ${pair.map(({ band }) => `-b ${band + 1}`).join(' ')} FILE.tif PAIR.tif keeps ${pair.map(({ name }) => name).join(' and ')}`
    : '; gdal_translate -b N -b M FILE.tif PAIR.tif keeps the bands N and M';
}

/** The channel that was transmitted alike and received in the other polarization. */
const otherChannel = ([transmitted, received]: string) =>
  `${transmitted}${received === 'V' ? 'H' : 'V'}` as Polarization;

/** The channel of a pair that there is not, unless a band without a name may be it. */
function missingHint(candidates: readonly Candidate[]): string {
  const named = candidates.flatMap(({ polarization }) => polarization ?? []);
  const isPair = named.some(isCoPolarized) && !named.every(isCoPolarized);
  const mayBe = named.length === 0 || !candidates.every((one) => one.polarization || isOtherwiseNamed(one));
  if (isPair || (candidates.length > 1 && mayBe)) return '';
  const missing = named.length > 0 ? otherChannel(named[0]) : 'The other channel';
  return `${missing} of this date is missing; both are needed. `;
}

const isOtherwiseNamed = ({ channel, polarization }: Candidate) =>
  !polarization && !/^band[ _-]?\d+$/i.test(channel.name);

/**
 * The co- and the cross-polarized channel, in that order whatever the order of the files: by the names of bands or files,
 * and by their order where names say nothing.
 *
 * @throws SarIoError `UnsupportedFormat` unless there is one of each, transmitted in one polarization.
 */
export function polarizationPair(channels: readonly Channel[]): Pair {
  const candidates = channels.map((channel) => {
    const { name, source } = channel;
    const fromFile = source.bands.length === 1 ? polarizationOf(fileName(source)) : undefined;
    const polarization = polarizationOf(name) ?? fromFile;
    return { channel, polarization, rank: polarization ? Number(!isCoPolarized(polarization)) : 0.5 };
  });
  const ofRank = (rank: number) => candidates.filter((candidate) => candidate.rank === rank);
  const [co, cross] = [ofRank(0), ofRank(1)];
  const pair = co.length === 1 && cross.length === 1 ? [...co, ...cross] : candidates;
  const files = [...new Set(channels.map(({ source }) => source.path))].map((path) => {
    const own = channels.filter(({ source }) => source.path === path).map(({ name }) => name);
    return `${own.join(', ')} of ${path}`;
  });
  const found = files.join(', ');
  const fail = (hint: string, expected = 'a VV and a VH channel'): never => {
    throw new SarIoError('UnsupportedFormat', { expected, found, hint });
  };
  const keep = keepHint(candidates);
  const missing = missingHint(candidates);
  const useTwo = `${missing}Use two files, VV and VH, or a raster with bands of these names${keep}`;
  if (co.length > 1 || cross.length > 1)
    fail(`${missing}Use two files or bands of one polarization pair, VV and VH or HH and HV${keep}`);
  if (candidates.length === COVARIANCE_BANDS.length && co.length + cross.length === 0)
    fail(NAME_BANDS + keep, `a VV and a VH channel, or bands ${COVARIANCE_BANDS.join(', ')}`);
  if (pair.length !== 2) fail(useTwo);
  const [first, second] = [...pair].sort((a, b) => a.rank - b.rank);
  // Beside a band that is named by its polarization, one of another name is no backscatter: an angle, opacity.
  if (files.length === 1 && first.polarization !== second.polarization && pair.some(isOtherwiseNamed))
    fail(useTwo);
  if (first.polarization && second.polarization && first.polarization[0] !== second.polarization[0]) {
    fail('VV goes with VH and HH with HV: the transmitted polarization is the same');
  }
  const transmitted = (first.polarization ?? second.polarization ?? 'VV')[0];
  const names: Pair['names'] = transmitted === 'H' ? ['HH', 'HV'] : ['VV', 'VH'];
  const notes: Pair['notes'] = [];
  if (candidates.indexOf(first) > candidates.indexOf(second)) {
    const order = names.toReversed().join(', ');
    notes.push(['ChannelsReordered', `Channels were in the order ${order}; swapped`]);
  }
  if (!first.polarization || !second.polarization) {
    notes.push([
      'PolarizationAssumed',
      `Polarizations not found in band or file names; assuming ${names.join(', ')}`,
    ]);
  }
  return { channels: [first.channel, second.channel], names, notes };
}

/** All channels as one image. */
export async function readChannels(
  channels: readonly Channel[],
  window: Window,
  options?: ReadOptions,
): Promise<MaskedImage> {
  const [{ source }] = channels;
  if (channels.every((channel) => channel.source === source)) {
    return source.read(window, { ...options, bands: channels.map(({ band }) => band) });
  }
  return stack(await readEach(channels, window, options));
}

export const readEach = (channels: readonly Channel[], window: Window, options?: ReadOptions) =>
  Promise.all(channels.map(({ source, band }) => source.read(window, { ...options, bands: [band] })));
