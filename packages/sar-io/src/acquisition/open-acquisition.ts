import { snapAcquired } from '../dimap/time';
import { SarIoError } from '../errors';
import { openRaster } from '../open-raster';
import type { RasterSource } from '../raster';
import { assertSameGrid } from '../same-grid';
import type { Acquisition, AcquisitionOptions } from './acquisition';
import { type Channel, channelsOf, channelsOfDay, covarianceChannels, polarizationPair } from './channels';
import type { Contents, Note } from './contents';
import { openComplex, openCovariance } from './covariance';
import { acquisitionPaths } from './folder';
import { openIntensity } from './intensity';
import { nameOfInput } from './warning';

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
    const files = sources.map(({ path }) => path);
    const input = nameOfInput(files);
    return {
      paths: files,
      ...{ width, height, georeference, acquired, metadata },
      ...contents,
      warnings: [...notes, ...timeNotes(sources)].map(([code, message]) => ({
        code,
        severity: 'note',
        message,
        input,
      })),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function contentsOf(channels: readonly Channel[], options: AcquisitionOptions): Promise<Contents> {
  const covarianceBands = covarianceChannels(channels);
  if (covarianceBands) return openCovariance(covarianceBands, options);
  const pair = polarizationPair(channels);
  const complex = pair.channels.map(({ source }) => source.complex);
  if (complex[0] !== complex[1]) {
    throw new SarIoError(
      'UnsupportedFormat',
      'openAcquisition: expected two complex channels, got a complex and a real',
    );
  }
  return complex[0] ? openComplex(pair) : openIntensity(pair, options);
}

function timeNotes(sources: readonly RasterSource[]): Note[] {
  const dates = sources.flatMap(({ acquired }) => acquired ?? []);
  const apart = Math.max(...dates.map(Number)) - Math.min(...dates.map(Number));
  if (apart < 60_000 || dates.length < 2) return [];
  const times = dates.map((date) => date.toISOString()).join(' and ');
  return [['TimesDiffer', `The files were acquired at different times: ${times}`]];
}
