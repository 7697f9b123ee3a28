import { basename, parse } from 'node:path';
import { COVARIANCE_BANDS } from '@mtpi/polsar-priors';
import { parseSnapTime } from '../dimap/time';
import { SarIoError } from '../errors';
import { isCoPolarized, polarizationOf } from '../polarization';
import type { RasterSource } from '../raster';
import { covarianceName } from './folder';

/** One band of one file. */
export interface Channel {
  source: RasterSource;
  band: number;
  name: string;
}

/** All bands of all files, under the names given or their own. */
export function channelsOf(sources: readonly RasterSource[], names?: readonly string[]): Channel[] {
  const channels = sources.flatMap((source) =>
    source.bands.map(({ name }, band) => ({ source, band, name })),
  );
  if (!names) return channels;
  if (names.length !== channels.length) {
    const expected = `names of all ${channels.length} bands`;
    throw new SarIoError('InvalidArgument', `openAcquisition: expected ${expected}, got [${names}]`);
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
  const got = channels.map(({ name }) => name).join(', ');
  throw new SarIoError('NotFound', `openAcquisition: expected bands of ${day(date)}, got ${got}`);
}

/**
 * The channels C11, C22, C12_real and C12_imag, if there is one of each, by the names of bands or of files with one band;
 * there may be more in a name, as in `C11_mst`.
 */
export function covarianceChannels(channels: readonly Channel[]): Channel[] | undefined {
  const found = COVARIANCE_BANDS.map((band) =>
    channels.filter(({ name, source }) => {
      const stem = source.bands.length === 1 ? parse(source.path).name : '';
      return [name, stem].some((text) => covarianceName(band).test(text));
    }),
  );
  return found.every(({ length }) => length === 1) ? found.flat() : undefined;
}

export interface Pair {
  channels: [Channel, Channel];
  names: [string, string];
  /** What had to be assumed or changed. */
  notes: string[];
}

/**
 * The co- and the cross-polarized channel, in that order whatever the order of the files: told by the names of bands or
 * files, and by their order where names say nothing.
 *
 * @throws SarIoError `UnsupportedFormat` unless there is one of each.
 */
export function polarizationPair(channels: readonly Channel[]): Pair {
  const candidates = channels.map((channel) => {
    const { name, source } = channel;
    const fromFile = source.bands.length === 1 ? polarizationOf(basename(source.path)) : undefined;
    const polarization = polarizationOf(name) ?? fromFile;
    return { channel, polarization, rank: polarization ? Number(!isCoPolarized(polarization)) : 0.5 };
  });
  const ofRank = (rank: number) => candidates.filter((candidate) => candidate.rank === rank);
  const [co, cross] = [ofRank(0), ofRank(1)];
  const pair = co.length === 1 && cross.length === 1 ? [...co, ...cross] : candidates;
  if (pair.length !== 2 || co.length > 1 || cross.length > 1) {
    const got = channels.map(({ name, source }) => `${name} of ${source.path}`).join(', ');
    throw new SarIoError('UnsupportedFormat', `openAcquisition: expected a VV and a VH channel, got ${got}`);
  }
  const notes: string[] = [];
  const [first, second] = [...pair].sort((a, b) => a.rank - b.rank);
  if (candidates.indexOf(first) > candidates.indexOf(second))
    notes.push('channels were in the order VH, VV: swapped');
  const names: [string, string] = [first.polarization ?? 'VV', second.polarization ?? 'VH'];
  if (!first.polarization || !second.polarization) {
    notes.push(`names do not tell the polarizations: taken as ${names.join(', ')}`);
  }
  return { channels: [first.channel, second.channel], names, notes };
}
