import { covariance, createImage, median, type Window } from '@mtpi/polsar-priors';
import { snapAcquired } from '../dimap/time';
import { SarIoError } from '../errors';
import { assertSameGrid, type Georeference } from '../georeference';
import { openRaster } from '../open-raster';
import { type MaskedImage, maskInvalid, type RasterSource, type ReadOptions, stack } from '../raster';
import { type Channel, channelsOf, channelsOfDay, covarianceChannels, polarizationPair } from './channels';
import { acquisitionPaths } from './folder';
import { sampleBands } from './sample';
import { detectScale, type Scale, toPower } from './scale';

/** One dual-polarization image of a place, however it is stored. */
export interface Acquisition {
  readonly paths: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly georeference: Georeference;
  /** Whether images hold C11, C22, C12_real, C12_imag or only the powers C11, C22. */
  readonly polarimetry: 'covariance' | 'intensity';
  /** Polarizations of C11 and C22. */
  readonly channels: readonly [string, string];
  /** What the files hold; images are linear power always. */
  readonly scale: Scale | 'complex';
  readonly acquired?: Date;
  readonly metadata: Readonly<Record<string, string>>;
  /** What was assumed about the files, changed, or looks suspicious; sentences for the user. */
  readonly notes: readonly string[];
  /**
   * Linear powers [4 or 2, rows, cols] of a window. Powers that are not positive are invalid, as zero fill is; of a
   * covariance only pixels without any power are, and of complex samples none, for they can be exactly 0.
   */
  read(window: Window, options?: ReadOptions): Promise<MaskedImage>;
  close(): Promise<void>;
}

export interface AcquisitionOptions extends ReadOptions {
  /** What the numbers of an intensity file are. Default `auto`: see `scale` of the result. */
  scale?: Scale | 'auto';
  /** Names of all bands of all files in order (`C11`, …, or `VV`, `VH`), where the files themselves tell none. */
  bands?: readonly string[];
  /** Of a stack, the day to open, in UTC: that in the names of its bands. */
  date?: Date;
}

/**
 * Opens a dual-polarization acquisition: a PolSARpro C2 folder; rasters with the bands C11, C22, C12_real, C12_imag in
 * any order, together or one by one; or VV and VH, complex or intensity, as two rasters or two bands of one. Rasters are
 * what `openRaster` opens; a folder with nothing but those of one acquisition stands for them.
 *
 * @throws SarIoError `NotFound`, `ReadFailed`, `UnsupportedFormat`, `CorruptFile`, `GridMismatch` where two files differ.
 */
export async function openAcquisition(
  paths: string | readonly string[],
  options: AcquisitionOptions = {},
): Promise<Acquisition> {
  const sources: RasterSource[] = [];
  const close = async () => {
    await Promise.all(sources.map((source) => source.close()));
  };
  try {
    for (const path of [paths].flat()) {
      for (const raster of await acquisitionPaths(path)) sources.push(await openRaster(raster, options));
    }
    if (sources.length === 0)
      throw new SarIoError('InvalidArgument', 'openAcquisition: expected a path, got none');
    assertSameGrid(sources);
    const channels = channelsOf(sources, options.bands);
    const chosen = options.date ? channelsOfDay(channels, options.date) : channels;
    const { notes, ...contents } = await contentsOf(chosen, options);
    const [{ width, height, georeference, metadata }] = sources;
    const acquired = snapAcquired(sources[0].acquired, chosen);
    return {
      paths: sources.map(({ path }) => path),
      ...{ width, height, georeference, acquired, metadata },
      ...contents,
      notes: [...notes, ...dateNotes(sources)],
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

type Contents = Pick<Acquisition, 'polarimetry' | 'channels' | 'scale' | 'notes' | 'read'>;

async function contentsOf(channels: readonly Channel[], options: AcquisitionOptions): Promise<Contents> {
  const covarianceBands = covarianceChannels(channels);
  if (covarianceBands) return ofCovariance(covarianceBands, options);
  const { channels: pair, names, notes } = polarizationPair(channels);
  const complex = pair.map(({ source }) => source.complex);
  if (complex[0] !== complex[1]) {
    throw new SarIoError(
      'UnsupportedFormat',
      'openAcquisition: expected two complex channels, got a complex and a real',
    );
  }
  return complex[0] ? ofComplex(pair, names, notes) : ofIntensity(pair, names, notes, options);
}

async function ofCovariance(channels: readonly Channel[], { signal }: ReadOptions): Promise<Contents> {
  const read: Acquisition['read'] = async (window, options) => {
    const { image, mask } = await readChannels(channels, window, options);
    return maskInvalid(
      image,
      ([c11, c22], i) => mask.data[i] === 0 || c11[i] < 0 || c22[i] < 0 || c11[i] + c22[i] === 0,
    );
  };
  const [c11, c22] = (await sampleBands(channels[0].source, (window) => read(window, { signal }))).map(
    median,
  );
  const notes = c22 > c11 ? ['C22 is stronger than C11: VV and VH may be swapped in these files'] : [];
  return { polarimetry: 'covariance', channels: ['VV', 'VH'], scale: 'linear', notes, read };
}

function ofComplex(pair: readonly Channel[], channels: [string, string], notes: string[]): Contents {
  const read: Acquisition['read'] = async (window, options) => {
    const [first, second] = await readEach(pair, window, options);
    const { mask } = stack([first, second]);
    return maskInvalid(covariance(first.image, second.image), (_, i) => mask.data[i] === 0);
  };
  return { polarimetry: 'covariance', channels, scale: 'complex', notes, read };
}

async function ofIntensity(
  pair: readonly Channel[],
  channels: [string, string],
  notes: string[],
  { scale: wanted = 'auto', signal }: AcquisitionOptions,
): Promise<Contents> {
  const [{ source }] = pair;
  const scale = wanted === 'auto' ? await detect() : wanted;
  const convert = toPower[scale];
  const read: Acquisition['read'] = async (window, options) => {
    const { image, mask } = await readChannels(pair, window, options);
    const powers = createImage(2, window.height, window.width);
    powers.data.set(image.data.map(convert));
    return maskInvalid(powers, ([c11, c22], i) => mask.data[i] === 0 || c11[i] <= 0 || c22[i] <= 0);
  };
  return { polarimetry: 'intensity', channels, scale, notes, read };

  async function detect(): Promise<Scale> {
    const samples = await sampleBands(source, (window) => readChannels(pair, window, { signal }));
    const scale = detectScale(source.dataType, samples.flat());
    if (scale === 'decibel') notes.push('values are negative: taken as dB');
    if (scale === 'amplitude') notes.push(`values are ${source.dataType}: taken as amplitudes, and squared`);
    return scale;
  }
}

/** All channels as one image. */
async function readChannels(
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

const readEach = (channels: readonly Channel[], window: Window, options?: ReadOptions) =>
  Promise.all(channels.map(({ source, band }) => source.read(window, { ...options, bands: [band] })));

function dateNotes(sources: readonly RasterSource[]): string[] {
  const dates = sources.flatMap(({ acquired }) => acquired ?? []);
  const apart = Math.max(...dates.map(Number)) - Math.min(...dates.map(Number));
  if (apart < 60_000 || dates.length < 2) return [];
  return [`the files are of different times: ${dates.map((date) => date.toISOString()).join(' and ')}`];
}
