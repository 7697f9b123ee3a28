import type { BandInfo, GeoTiffOptions, Polarization, RasterSink } from '@mtpi/sar-io';
import { createGeoTiff, createNpy, createPolsarpro, writeFileAtomic } from '@mtpi/sar-io/node';
import { type OutputKind, PROVENANCE_FILE } from '../output/output-kind';
import { outputFormat } from '../output/output-paths';
import { metadataItems } from './provenance';

/** Contents of an output, independent of the format. */
export type OutputOptions = Pick<GeoTiffOptions, 'width' | 'height' | 'georeference'> & {
  bands: readonly BandInfo[];
  /** Polarizations of the image. */
  channels: readonly Polarization[];
  metadata: Readonly<Record<string, string>>;
};

/** Kind of output, for replacing an earlier one. @throws as `outputFormat`. */
export const outputKind = (path: string): OutputKind =>
  outputFormat(path) === 'polsarpro' ? { kind: 'folder', mark: PROVENANCE_FILE } : { kind: 'file' };

/**
 * Begins the raster that a path's ending asks for. A GeoTIFF gets the provenance as metadata, a folder and an array as a file.
 *
 * @param provenance called when all rows are written.
 */
export async function createOutput(
  path: string,
  options: OutputOptions,
  provenance: () => Readonly<Record<string, string>>,
): Promise<RasterSink> {
  const { width, height, georeference, bands, channels, metadata } = options;
  const raster = { width, height, georeference };
  switch (outputFormat(path)) {
    case 'geotiff':
      return createGeoTiff(path, {
        ...{ ...raster, bands },
        metadata: () => ({ ...metadata, ...metadataItems(provenance()) }),
      });
    case 'npy':
      return withDescription(await createNpy(path, { width, height, bands: bands.length }), () => ({
        bands,
        georeference,
        ...metadata,
        processing: provenance(),
      }));
    case 'polsarpro':
      return createPolsarpro(path, {
        ...raster,
        bands: bands.map(({ name }) => name),
        polarizations: channels,
        texts: { [PROVENANCE_FILE]: () => `${JSON.stringify(provenance(), undefined, 2)}\n` },
      });
  }
}

/** The file beside an array of NumPy with what the array cannot hold: bands, georeference and provenance. */
export const descriptionPath = (path: string): string => `${path}.json`;

/** An array that gets such a file when it is complete. */
const withDescription = (sink: RasterSink, description: () => object): RasterSink => ({
  path: sink.path,
  write: (image, mask) => sink.write(image, mask),
  abort: () => sink.abort(),
  close: async () => {
    await sink.close();
    await writeFileAtomic(descriptionPath(sink.path), `${JSON.stringify(description(), undefined, 2)}\n`);
  },
});
