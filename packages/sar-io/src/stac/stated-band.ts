import { decodedNumber, decodeValues } from '../raster/band-values';
import type { BandInfo, RasterSource } from '../raster/raster';

/** Statements of a STAC Item about the band of an asset (extension `raster`; from STAC 1.1 on also of its own). */
export type StatedBand = Partial<Omit<BandInfo, 'name'>>;

/** Of the first band of an asset. */
export function statedBand(asset: Readonly<Record<string, unknown>>): StatedBand {
  const [first] = [asset['raster:bands'], asset.bands].flatMap((list) => (Array.isArray(list) ? list : []));
  const stated: Record<string, unknown> = { ...asset, ...(typeof first === 'object' ? first : {}) };
  const number = (...names: string[]) =>
    names.map((name) => stated[name]).find((value) => typeof value === 'number' && Number.isFinite(value));
  const { unit } = stated;
  const found = {
    scale: number('scale', 'raster:scale'),
    offset: number('offset', 'raster:offset'),
    nodata: number('nodata'),
    unit: typeof unit === 'string' && unit !== '' ? unit : undefined,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** A raster of real samples with what is stated about its bands, as far as the file itself says nothing. */
export function withStatedBand(raster: RasterSource, stated: StatedBand): RasterSource {
  const { scale, offset, nodata, unit } = stated;
  const added = raster.bands.map((own): StatedBand => {
    const isScaled = own.scale !== undefined || own.offset !== undefined;
    return {
      ...(!isScaled && scale !== undefined && { scale }),
      ...(!isScaled && offset !== undefined && { offset }),
      ...(own.nodata === undefined && nodata !== undefined && { nodata }),
      ...(own.unit === undefined && unit !== undefined && { unit }),
    };
  });
  if (raster.complex || added.every((more) => Object.keys(more).length === 0)) return raster;
  // The file has applied its own scale to what it did not take for nodata.
  const encodings = added.map(({ nodata, ...more }, b) => ({
    ...more,
    ...(nodata !== undefined && { nodata: decodedNumber(nodata, raster.bands[b]) }),
  }));
  const { path, width, height, dataType, complex, georeference, acquired, metadata } = raster;
  return {
    ...{ path, width, height, dataType, complex, georeference, metadata },
    ...(acquired && { acquired }),
    bands: raster.bands.map((own, b) => ({ ...own, ...added[b] })),
    async read(window, options = {}) {
      const { image, mask } = await raster.read(window, options);
      const { bands = raster.bands.map((_, b) => b) } = options;
      return decodeValues(
        image,
        bands.map((band) => encodings[band]),
        1,
        [mask.data],
      );
    },
    close: () => raster.close(),
  };
}
