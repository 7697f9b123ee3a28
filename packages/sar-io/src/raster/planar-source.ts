import { createImage, planes, type Window } from '@mtpi/polsar-priors';
import type { ValidityMask } from '../gdal/gdal-sidecars';
import { decodeValues } from './band-values';
import { type BandEncoding, type BandInfo, bandsToRead, checkSize, type RasterSource } from './raster';

/** One band of a raster that is stored apart from the others. */
export interface Plane {
  /** Fills one target with a window's values, or two with the real and imaginary parts of complex ones. */
  read(window: Window, targets: readonly Float32Array[], signal?: AbortSignal): Promise<void>;
}

/** Parts of a raster of planes. */
export interface PlanarRaster
  extends Pick<
    RasterSource,
    'path' | 'width' | 'height' | 'dataType' | 'georeference' | 'acquired' | 'close'
  > {
  bands: readonly BandInfo[];
  /** One for each band. */
  planes: readonly Plane[];
  /** Of the real and the imaginary part of each complex band, where they differ. Default: that of the band for both. */
  encodings?: readonly (readonly BandEncoding[])[];
  metadata?: Readonly<Record<string, string>>;
  masks?: readonly ValidityMask[];
}

/** A raster whose bands are read one by one. @throws SarIoError `UnsupportedFormat` for one that is too large. */
export function planarSource({
  planes: stored,
  encodings,
  masks = [],
  metadata = {},
  ...raster
}: PlanarRaster): RasterSource {
  checkSize(raster);
  const complex = raster.dataType.startsWith('c');
  const components = complex ? 2 : 1;
  const encodingsOf = (band: number): readonly BandEncoding[] =>
    encodings?.[band] ?? Array<BandEncoding>(components).fill(raster.bands[band]);
  return {
    ...raster,
    ...{ complex, metadata },
    async read(window, options = {}) {
      const { signal } = options;
      const bands = bandsToRead(raster, window, options);
      const image = createImage(bands.length * components, window.height, window.width);
      const targets = planes(image);
      for (const [i, band] of bands.entries()) {
        signal?.throwIfAborted();
        const own = targets.slice(i * components, (i + 1) * components);
        await stored[band].read(window, own, signal);
      }
      const valid: ArrayLike<number>[] = [];
      for (const mask of masks) valid.push(await mask.read(window, bands, signal));
      return decodeValues(image, bands.flatMap(encodingsOf), components, valid);
    },
  };
}
