import {
  concatenateBands,
  type Image,
  isInside,
  type Mask,
  type MaskedImage,
  planes,
  type Window,
} from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import { SarIoError } from '../errors';
import type { Georeference } from '../georeference/georeference';

/** How a band's stored numbers become values: value = scale · number + offset. */
export interface BandEncoding {
  /** Default 1. */
  scale?: number;
  /** Default 0. */
  offset?: number;
  /** The stored number that marks pixels without data. */
  nodata?: number;
}

/** A band and its storage in the file; `read` returns values with scale and offset applied. */
export interface BandInfo extends BandEncoding {
  name: string;
  /** Physical unit, such as `dB`. */
  unit?: string;
}

/** How a sample is stored; a complex one (`c…`) is a pair of numbers, real part first. */
export type DataType =
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'uint32'
  | 'int32'
  | 'float32'
  | 'float64'
  | 'cint16'
  | 'cint32'
  | 'cfloat32'
  | 'cfloat64';

/** Lowest and highest number of each integer type. */
export const INTEGER_RANGES: Partial<Record<DataType, readonly [lowest: number, highest: number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  uint16: [0, 65535],
  int16: [-32768, 32767],
  uint32: [0, 2 ** 32 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
};

export interface ReadOptions {
  signal?: AbortSignal;
}

export interface WindowReadOptions extends ReadOptions {
  /** Indices of the bands to read. Default: all. */
  bands?: readonly number[];
}

/** Part of a raster: invalid pixels are 0 in the image and in the mask, valid ones 1 in the mask. */
export type { MaskedImage };

/** A raster that is read window by window. */
export interface RasterSource {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly bands: readonly BandInfo[];
  readonly dataType: DataType;
  readonly complex: boolean;
  readonly georeference: Georeference;
  /** When the image was taken, from metadata or the name, where they have it. */
  readonly acquired?: Date;
  /** Free-form items, as GDAL's metadata. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * The pixels of a window, all bands or those of the given indices. A complex band becomes two, real and imaginary
   * part. A pixel is invalid where any of these bands is nodata, NaN or infinite, or where the file's mask says so.
   *
   * @throws SarIoError `InvalidArgument` where the window leaves the raster, `CorruptFile`, `ReadFailed`.
   */
  read(window: Window, options?: WindowReadOptions): Promise<MaskedImage>;
  close(): Promise<void>;
}

/**
 * A raster that is written from top to bottom; nothing appears under its name before it is complete.
 *
 * @typeParam Result what `close` returns: nothing where the raster is in a file.
 */
export interface RasterSink<Result = void> {
  readonly path: string;
  /**
   * Appends full-width rows [bands, rows, width], any number of them, below those of the calls before; they must not change
   * until the call resolves. Masked pixels are written as nodata. Where writing fails, the sink aborts itself.
   *
   * @throws SarIoError `InvalidArgument` where the rows do not fit.
   */
  write(image: Image, mask?: Mask): Promise<void>;
  /**
   * Completes the raster and puts it under its name, replacing what was there. Where that fails, the sink aborts itself.
   *
   * @throws SarIoError `InvalidArgument` where rows are missing.
   */
  close(): Promise<Result>;
  /** Leaves nothing behind; what was there before stays. Harmless after `close`. */
  abort(): Promise<void>;
}

/** Rows and columns of a raster at most: those of a map of the Earth with pixels of 10 m. */
const MOST_PIXELS = 2 ** 22;

/** @throws SarIoError `UnsupportedFormat` for a raster of which even a few rows would not fit into memory. */
export function checkSize({ path, width, height }: Pick<RasterSource, 'path' | 'width' | 'height'>): void {
  if (width <= MOST_PIXELS && height <= MOST_PIXELS) return;
  const [expected, found] = [`at most ${MOST_PIXELS} × ${MOST_PIXELS} pixels`, `${width} × ${height}`];
  throw new SarIoError('UnsupportedFormat', {
    ...{ path, expected, found },
    hint: 'The file is damaged, or has to be divided into parts',
  });
}

/** @throws SarIoError `InvalidArgument` unless the window is of whole pixels inside the raster. */
export function checkWindow(window: Window, raster: { path: string; width: number; height: number }): void {
  if (isInside(window, raster)) return;
  const { x, y, width, height } = Object(window) as Window;
  throw new SarIoError(
    'InvalidArgument',
    `${raster.path}: expected a window inside ${raster.width} × ${raster.height} pixels, ` +
      `found ${Object(window) === window ? `${width} × ${height} at (${x}, ${y})` : String(window)}`,
  );
}

/** The image with the pixels that are not finite, or that the test names, set to 0 in all bands, and its mask. */
export function maskInvalid(
  image: Image,
  invalid: (bands: Float32Array[], pixel: number) => boolean,
): MaskedImage {
  const bands = planes(image);
  const [, rows, cols] = image.shape;
  const mask = ndarray(new Uint8Array(rows * cols), [rows, cols]);
  const valid = mask.data.fill(1);
  for (const band of bands) {
    for (let i = 0; i < valid.length; i++) if (!Number.isFinite(band[i])) valid[i] = 0;
  }
  for (let i = 0; i < valid.length; i++) {
    if (valid[i] && !invalid(bands, i)) continue;
    valid[i] = 0;
    for (const band of bands) band[i] = 0;
  }
  return { image, mask };
}

/**
 * The bands that are read: those of the options, by default all.
 *
 * @throws SarIoError `InvalidArgument` unless the window is of whole pixels inside the raster, and these are indices of its
 *   bands, one or more.
 */
export function bandsToRead(
  raster: Pick<RasterSource, 'path' | 'bands' | 'width' | 'height'>,
  window: Window,
  { bands = raster.bands.map((_, b) => b) }: WindowReadOptions,
): readonly number[] {
  checkWindow(window, raster);
  const { length } = raster.bands;
  if (bands.length === 0 || !bands.every((band) => Number.isInteger(band) && band >= 0 && band < length)) {
    throw new SarIoError(
      'InvalidArgument',
      `${raster.path}: expected bands 0…${length - 1}, found [${bands}]`,
    );
  }
  return bands;
}

/** Images of one size as one, their bands in order; valid where all of them are. */
export function stack(images: readonly MaskedImage[]): MaskedImage {
  return maskInvalid(concatenateBands(images.map(({ image }) => image)), (_, i) =>
    images.some(({ mask }) => mask.data[i] === 0),
  );
}
