import { access } from 'node:fs/promises';
import type { Window } from '@mtpi/polsar-priors';
import { isSarIoError, SarIoError } from './errors';
import { readText } from './files/read-text';
import { type GdalMetadata, parseAuxXml } from './geotiff/gdal-metadata';
import type { RasterSource } from './raster';

/** Where pixels are valid, apart from the bands themselves. */
export interface ValidityMask {
  /** Rows · cols values for the given bands; 0 = invalid. */
  read(window: Window, bands: readonly number[], signal?: AbortSignal): Promise<ArrayLike<number>>;
  close(): Promise<void>;
}

/** Bit of `INTERNAL_MASK_FLAGS_n`: one mask for all bands. */
const PER_DATASET = 2;

/**
 * What GDAL keeps about a raster in `NAME.aux.xml` beside it.
 *
 * @throws SarIoError `CorruptFile`.
 */
export async function readAuxXml(path: string): Promise<GdalMetadata | undefined> {
  const sidecar = `${path}.aux.xml`;
  const xml = await readText(sidecar).catch((error) => {
    if (isSarIoError(error, 'NotFound')) return undefined;
    throw error;
  });
  // Other programs use this name for documents of their own.
  return xml?.includes('<PAMDataset') ? parseAuxXml(xml, sidecar) : undefined;
}

/**
 * The mask that GDAL keeps in `NAME.msk` beside a raster: of all bands together, or one for each.
 *
 * @throws SarIoError `CorruptFile` where it is not of the raster's size.
 */
export async function openMaskSidecar(
  raster: { path: string; width: number; height: number },
  open: (path: string) => Promise<RasterSource>,
): Promise<ValidityMask | undefined> {
  const path = `${raster.path}.msk`;
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (!exists) return undefined;
  const mask = await open(path);
  if (mask.width !== raster.width || mask.height !== raster.height) {
    await mask.close();
    throw new SarIoError('CorruptFile', {
      path,
      expected: `a mask of ${raster.width} × ${raster.height} pixels`,
      found: `${mask.width} × ${mask.height}`,
      hint: 'Remove the mask if it belongs to another raster',
    });
  }
  const shared = (Number(mask.metadata.INTERNAL_MASK_FLAGS_1 ?? PER_DATASET) & PER_DATASET) !== 0;
  return {
    async read(window, bands, signal) {
      const own = shared ? [0] : [...new Set(bands)].filter((band) => band < mask.bands.length);
      const { image } = await mask.read(window, { bands: own.length > 0 ? own : [0], signal });
      const pixels = window.width * window.height;
      return Uint8Array.from({ length: pixels }, (_, i) =>
        Number(own.every((_, b) => image.data[b * pixels + i] !== 0)),
      );
    },
    close: () => mask.close(),
  };
}
