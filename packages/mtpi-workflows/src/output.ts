import { extname } from 'node:path';
import type { BandInfo, GeoTiffOptions, RasterSink } from '@mtpi/sar-io';
import { createGeoTiff, createNpy, createPolsarpro } from '@mtpi/sar-io/node';
import { WorkflowError } from './errors';
import type { OutputKind } from './output-kind';
import { metadataItems } from './provenance';

/** Contents of an output, independent of the format. */
export type OutputOptions = Omit<GeoTiffOptions, 'bands' | 'metadata'> & {
  bands: readonly BandInfo[];
  metadata: Readonly<Record<string, string>>;
};

/** PolSARpro's names of files where they differ from the bands'. */
const polsarproNames: Record<string, string> = { H: 'entropy', A: 'anisotropy' };

/**
 * The format that a path's ending asks for: .tif a Cloud Optimized GeoTIFF, .npy an array, none a PolSARpro folder.
 *
 * @throws for any other.
 */
export function outputFormat(path: string): 'geotiff' | 'npy' | 'polsarpro' {
  const format = ({ '.tif': 'geotiff', '.tiff': 'geotiff', '.npy': 'npy', '': 'polsarpro' } as const)[
    extname(path).toLowerCase()
  ];
  if (!format)
    throw new WorkflowError(
      'InvalidArgument',
      `${path}: expected an output ending in .tif or .npy, or the name of a folder`,
      { path },
    );
  return format;
}

/** In the folders that this package writes: the provenance, which also shows whose folders they are. */
export const PROVENANCE_FILE = 'mtpi.json';

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
  const { bands, metadata } = options;
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
        bands: bands.map(({ name }) => polsarproNames[name] ?? name),
        texts: { [PROVENANCE_FILE]: () => `${JSON.stringify(provenance(), undefined, 2)}\n` },
      });
  }
}
