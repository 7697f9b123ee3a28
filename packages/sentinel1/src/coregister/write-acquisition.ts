import {
  boxcar,
  COHERENCY_BANDS,
  coherency,
  concatenateBands,
  createImage,
  HA_ALPHA_BANDS,
  haAlpha,
  type Image,
  planes,
  validCovariance,
} from '@mtpi/polsar-priors';
import type { Georeference, Polarization, RasterSink } from '@mtpi/sar-io';
import { createGeoTiff, createPolsarpro } from '@mtpi/sar-io/node';
import { type CovarianceRows, type RowStream, sliceRows, withNeighbors } from './row-stream';

/** File formats of stacks: a GeoTIFF per raster, or a PolSARpro folder per acquisition. */
export type StackFormat = 'geotiff' | 'polsarpro';

/** A raster derived from the covariance of an acquisition. */
export interface DerivedRaster {
  /** Suffix of its file name. */
  suffix: string;
  bands: readonly string[];
  /** Whether its values are averages, from which thermal noise can be subtracted. */
  averaged: boolean;
  /** Rows around a row that contribute to it. */
  radius: number;
  /** @param rows Covariance rows and their neighbors, of which `count` from `first` on are wanted. */
  derive(rows: CovarianceRows, first: number, count: number): Image;
}

/**
 * The covariance matrix, or the intensity of a single polarization.
 *
 * @param bands As of `stackBands`.
 * @param averaged Whether it is multilooked, so that thermal noise can be subtracted.
 */
export const covarianceRaster = (bands: readonly string[], averaged: boolean): DerivedRaster => ({
  suffix: '',
  bands,
  averaged,
  radius: 0,
  derive: (rows, first, count) => ownCovariance(sliceRows(rows, first, count), averaged),
});

/** The coherency matrix. */
export const coherencyRaster = (averaged: boolean): DerivedRaster => ({
  suffix: '_T2',
  bands: COHERENCY_BANDS,
  averaged,
  radius: 0,
  derive: (rows, first, count) => coherency(ownCovariance(sliceRows(rows, first, count), averaged)),
});

/** Entropy, anisotropy and alpha (degrees) of the mean over a window. */
export const haAlphaRaster = (window: number): DerivedRaster => ({
  suffix: '_HAAlpha',
  bands: HA_ALPHA_BANDS,
  averaged: true,
  radius: (window - 1) / 2,
  derive({ image, mask, noise }, first, count) {
    const mean = boxcar(image, window, mask);
    const clean = subtractThermalNoise(mean, noise && boxcar(noise, window, mask));
    return sliceRows({ image: haAlpha(clean, mask), mask }, first, count).image;
  },
});

/** Thermal noise is not subtracted from single looks: the difference would not be a covariance. */
const ownCovariance = ({ image, noise }: CovarianceRows, averaged: boolean): Image =>
  averaged ? subtractThermalNoise(image, noise) : image;

/** Least fraction of the power of a channel that thermal noise correction leaves. */
const LEAST_POWER = 1e-3;

/** An averaged covariance or intensity less the averaged thermal noise power of its channels. */
function subtractThermalNoise(mean: Image, noise: Image | undefined): Image {
  if (!noise) return mean;
  const [bands, rows, cols] = mean.shape;
  const result = createImage(bands, rows, cols);
  const [sources, powers] = [planes(mean), planes(noise)];
  for (const [b, plane] of planes(result).entries()) {
    const [source, power] = [sources[b], powers[b]];
    if (!power) plane.set(source);
    else
      for (let i = 0; i < plane.length; i++)
        plane[i] = Math.max(source[i] - power[i], LEAST_POWER * source[i]);
  }
  return sources.length === 1 ? result : validCovariance(result);
}

/** Common properties of the files of an acquisition. */
export interface FileOptions {
  width: number;
  height: number;
  georeference: Georeference;
  /** @param averaged As of the raster. */
  metadata(averaged: boolean): Readonly<Record<string, string>>;
  polarizations: readonly Polarization[];
  format: StackFormat;
  signal?: AbortSignal;
}

/**
 * Writes the rasters of one acquisition: a GeoTIFF each, or all into one PolSARpro folder. On failure nothing is left.
 *
 * @param path Without extension.
 * @returns The paths written.
 */
export async function writeAcquisition(
  path: string,
  stream: RowStream,
  rasters: readonly DerivedRaster[],
  options: FileOptions,
): Promise<string[]> {
  const sinks: RasterSink[] = [];
  const groups = options.format === 'geotiff' ? rasters.map((raster) => [raster]) : [rasters];
  const radius = Math.max(...rasters.map((raster) => raster.radius));
  try {
    for (const group of groups) sinks.push(await createSink(path, group, options));
    for await (const { rows, first, count } of withNeighbors(stream, radius)) {
      const { mask } = sliceRows(rows, first, count);
      for (const [i, group] of groups.entries()) {
        await sinks[i].write(concatenateBands(group.map(({ derive }) => derive(rows, first, count))), mask);
      }
    }
    for (const sink of sinks) await sink.close();
  } catch (error) {
    for (const sink of sinks) await sink.abort();
    throw error;
  }
  return sinks.map((sink) => sink.path);
}

function createSink(
  path: string,
  group: readonly DerivedRaster[],
  options: FileOptions,
): Promise<RasterSink> {
  const bands = group.flatMap((raster) => raster.bands);
  if (options.format === 'geotiff') {
    const [{ suffix, averaged }] = group;
    const { width, height, georeference, signal } = options;
    return createGeoTiff(`${path}${suffix}.tif`, {
      ...{ width, height, georeference, bands, overviews: false, signal },
      metadata: options.metadata(averaged),
    });
  }
  return createPolsarpro(path, { ...options, bands });
}
