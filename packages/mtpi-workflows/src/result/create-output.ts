import type { BandInfo, GeoTiffOptions, Polarization, RasterSink } from '@mtpi/sar-io';
import { createGeoTiff, createNpy, createPolsarpro } from '@mtpi/sar-io/node';
import { type OutputKind, PROVENANCE_FILE } from '../output/output-kind';
import { outputFormat } from '../output/output-paths';
import { metadataItems } from './provenance';

/** Contents of an output, independent of the format. */
export type OutputOptions = Omit<GeoTiffOptions, 'bands' | 'metadata'> & {
  bands: readonly BandInfo[];
  /** Polarizations of the image. */
  channels: readonly Polarization[];
  metadata: Readonly<Record<string, string>>;
};

/** Kind of output, for replacing an earlier one. @throws as `outputFormat`. */
export const outputKind = (path: string): OutputKind =>
  outputFormat(path) === 'polsarpro' ? { kind: 'folder', mark: PROVENANCE_FILE } : { kind: 'file' };

/**
 * Begins the raster that a path's ending asks for. A GeoTIFF gets the provenance as metadata, a folder as a file.
 *
 * @param provenance called when all rows are written.
 */
export function createOutput(
  path: string,
  options: OutputOptions,
  provenance: () => Readonly<Record<string, string>>,
): Promise<RasterSink> {
  const { bands, channels, metadata } = options;
  switch (outputFormat(path)) {
    case 'geotiff':
      return createGeoTiff(path, {
        ...options,
        metadata: () => ({ ...metadata, ...metadataItems(provenance()) }),
      });
    case 'npy':
      return createNpy(path, { ...options, bands: bands.length });
    case 'polsarpro':
      return createPolsarpro(path, {
        ...options,
        bands: bands.map(({ name }) => name),
        polarizations: channels,
        texts: { [PROVENANCE_FILE]: () => `${JSON.stringify(provenance(), undefined, 2)}\n` },
      });
  }
}
