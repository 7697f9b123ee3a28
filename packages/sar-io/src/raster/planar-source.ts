import { createImage, planes, type Window } from '@mtpi/polsar-priors';
import type { ValidityMask } from '../gdal/gdal-sidecars';
import type { Georeference } from '../georeference/georeference';
import { decodeValues } from './band-values';
import {
  type BandEncoding,
  type BandInfo,
  bandsToRead,
  type DataType,
  type MaskedImage,
  type RasterSource,
  type WindowReadOptions,
} from './raster';

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

/** A raster whose bands are read one by one. */
export class PlanarSource implements RasterSource {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly bands: readonly BandInfo[];
  readonly dataType: DataType;
  readonly complex: boolean;
  readonly georeference: Georeference;
  readonly acquired?: Date;
  readonly metadata: Readonly<Record<string, string>>;

  constructor(private readonly raster: PlanarRaster) {
    this.path = raster.path;
    this.width = raster.width;
    this.height = raster.height;
    this.bands = raster.bands;
    this.dataType = raster.dataType;
    this.complex = raster.dataType.startsWith('c');
    this.georeference = raster.georeference;
    this.acquired = raster.acquired;
    this.metadata = raster.metadata ?? {};
  }

  async read(window: Window, options: WindowReadOptions = {}): Promise<MaskedImage> {
    const { signal } = options;
    const bands = bandsToRead(this, window, options);
    const components = this.complex ? 2 : 1;
    const image = createImage(bands.length * components, window.height, window.width);
    const targets = planes(image);
    for (const [i, band] of bands.entries()) {
      signal?.throwIfAborted();
      const own = targets.slice(i * components, (i + 1) * components);
      await this.raster.planes[band].read(window, own, signal);
    }
    const { encodings = this.bands.map((info) => (components === 2 ? [info, info] : [info])) } = this.raster;
    const masks: ArrayLike<number>[] = [];
    for (const mask of this.raster.masks ?? []) masks.push(await mask.read(window, bands, signal));
    return decodeValues(
      image,
      bands.flatMap((band) => encodings[band]),
      components,
      masks,
    );
  }

  close(): Promise<void> {
    return this.raster.close();
  }
}
