import { join } from 'node:path';
import { isRemote } from '../bytes/is-url';
import { SarIoError } from '../errors';
import { XmlElement } from '../files/xml';
import { georeferenceOf, itemsOf } from '../gdal/gdal-xml';
import type { Georeference } from '../georeference/georeference';
import type { BandInfo, DataType } from '../raster/raster';

/** A rectangle in pixels, not always whole ones. */
export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Part of a raster that is shown in part of a virtual band. */
export interface VrtSource {
  path: string;
  /** Index from 0. */
  band: number;
  /** The part of the source that is shown, and where. Default: all of it in the first corner, in its own size. */
  rectangles?: { from: Rectangle; to: Rectangle };
  /** Number of the source's pixels that are left out. */
  nodata?: number;
  /** Value = scale · number + offset. */
  scale: number;
  offset: number;
}

export interface VrtBand {
  info: BandInfo;
  /** Numbers of sources are rounded and clamped to it. */
  dataType: DataType;
  /** Later ones lie above earlier ones. */
  sources: readonly VrtSource[];
}

/** A virtual raster of GDAL. */
export interface VrtDocument {
  width: number;
  height: number;
  georeference: Georeference;
  metadata: Record<string, string>;
  bands: readonly VrtBand[];
  /** Pixels are valid where it is not 0. */
  mask?: VrtBand;
}

const TYPES: Readonly<Record<string, DataType>> = {
  Byte: 'uint8',
  Int8: 'int8',
  UInt16: 'uint16',
  Int16: 'int16',
  UInt32: 'uint32',
  Int32: 'int32',
  Float32: 'float32',
  Float64: 'float64',
  CInt16: 'cint16',
  CInt32: 'cint32',
  CFloat32: 'cfloat32',
  CFloat64: 'cfloat64',
};

const SOURCES = ['SimpleSource', 'ComplexSource'];
const OTHER_SOURCES = ['AveragedSource', 'KernelFilteredSource', 'ArraySource', 'NoDataFromMaskSource'];

/** Options of a ComplexSource that are not supported. */
const TRANSFORMATIONS = ['LUT', 'ColorTableComponent', 'Exponent', 'SrcMin', 'DstMin'];

const HINT = 'Make a GeoTIFF of it with gdal_translate FILE.vrt FILE.tif';

/**
 * Reads the XML of a VRT with simple and complex sources.
 *
 * @param folder of the file, or its address on a server, from which relative paths count.
 * @throws SarIoError `CorruptFile`; `UnsupportedFormat` for pixel functions, warped, pansharpened and raw bands, and what
 *   else computes pixels, each by its name.
 */
export function parseVrt(xml: string, path: string, folder: string): VrtDocument {
  const root = XmlElement.parse(xml, path, 'VRTDataset');
  const refuse = (found: string, hint = HINT): never => {
    throw new SarIoError('UnsupportedFormat', { path, expected: 'a VRT of simple sources', found, hint });
  };
  const subClass = root.attribute('subClass');
  if (subClass) refuse(subClass);
  for (const name of ['PansharpeningOptions', 'GDALWarpOptions', 'ProcessingSteps', 'Group'])
    if (root.find(name)) refuse(name);
  const [width, height] = ['rasterXSize', 'rasterYSize'].map((name) => Number(root.attribute(name)));
  const isSize = (value: number) => Number.isInteger(value) && value > 0 && value < 2 ** 31;
  if (!isSize(width) || !isSize(height))
    return root.fail('rasterXSize and rasterYSize', `${width} × ${height}`);
  const band = (element: XmlElement) => bandOf(element, { path, folder, refuse });
  const bands = root.all('VRTRasterBand').map(band);
  if (bands.length === 0) root.fail('a VRTRasterBand', 'none');
  const [mask] = root.all('MaskBand/VRTRasterBand').map(band);
  return {
    width,
    height,
    georeference: georeferenceOf(root),
    metadata: Object.fromEntries(itemsOf(root)),
    bands,
    ...(mask && { mask }),
  };
}

interface Context {
  path: string;
  folder: string;
  refuse(found: string, hint?: string): never;
}

function bandOf(element: XmlElement, context: Context): VrtBand {
  const { refuse } = context;
  const subClass = element.attribute('subClass');
  const pixelFunction = element.find('PixelFunctionType')?.text();
  if (pixelFunction) refuse(`the pixel function ${pixelFunction}`);
  if (subClass && subClass !== 'VRTSourcedRasterBand') refuse(subClass);
  const typeName = element.attribute('dataType') ?? 'Byte';
  const dataType = TYPES[typeName] ?? refuse(`samples of type ${typeName}`);
  const other = OTHER_SOURCES.find((name) => element.find(name));
  if (other) refuse(other);
  const text = (name: string) => element.find(name)?.text() || undefined;
  const number = (name: string) => (text(name) === undefined ? undefined : Number(text(name)));
  const [unit, scale, offset, nodata] = [
    text('UnitType'),
    number('Scale'),
    number('Offset'),
    number('NoDataValue'),
  ];
  const sources = element.children(...SOURCES).map((source) => sourceOf(source, context));
  return {
    info: {
      name: text('Description') ?? '',
      ...(unit && { unit }),
      ...(scale !== undefined && { scale }),
      ...(offset !== undefined && { offset }),
      ...(nodata !== undefined && { nodata }),
    },
    dataType,
    sources,
  };
}

function sourceOf(element: XmlElement, context: Context): VrtSource {
  const { refuse } = context;
  const kind = element.name;
  const done = TRANSFORMATIONS.find((name) => element.find(name));
  if (done) refuse(`${kind} with ${done}`);
  const resampling = element.attribute('resampling');
  if (resampling && !/^near/i.test(resampling)) refuse(`${kind} with ${resampling} resampling`);
  const band = element.find('SourceBand')?.text() ?? '1';
  if (!/^[1-9]\d*$/.test(band)) refuse(`SourceBand ${band}`);
  const file = element.child('SourceFilename');
  const rectangle = (name: string): Rectangle => {
    const part = element.child(name);
    const [x, y, width, height] = ['xOff', 'yOff', 'xSize', 'ySize'].map((key) =>
      Number(part.attribute(key)),
    );
    if (![x, y, width, height].every(Number.isFinite) || !(width > 0 && height > 0))
      return element.fail(`a rectangle ${name}`, [x, y, width, height].join());
    return { x, y, width, height };
  };
  const hasRectangles = element.find('SrcRect') ?? element.find('DstRect');
  const text = (name: string) => element.find(name)?.text();
  const nodata = kind === 'ComplexSource' ? text('NODATA') : undefined;
  return {
    path: resolveSource(file.text(), file.attribute('relativeToVRT') === '1', context),
    band: Number(band) - 1,
    ...(hasRectangles && { rectangles: { from: rectangle('SrcRect'), to: rectangle('DstRect') } }),
    ...(nodata !== undefined && { nodata: Number(nodata) }),
    scale: Number(text('ScaleRatio') ?? 1),
    offset: Number(text('ScaleOffset') ?? 0),
  };
}

/** The path or address of a source; those of GDAL's virtual file systems as addresses. */
function resolveSource(name: string, relative: boolean, { path, folder, refuse }: Context): string {
  const [, system, rest] = /^\/vsi([a-z\d]+)\/(.*)$/s.exec(name) ?? [];
  if (system === 'curl') return rest;
  if (system === 's3') return `s3://${rest}`;
  if (system === 'gs') return `https://storage.googleapis.com/${rest}`;
  if (system) return refuse(`a source in /vsi${system}/`);
  if (/^[A-Z][A-Z\d_]+:/.test(name) && !/^[A-Z]:[\\/]/.test(name))
    return refuse(`the source ${name.split(':')[0]}:…`);
  if (name === '') throw new SarIoError('CorruptFile', { path, expected: 'a SourceFilename', found: 'none' });
  if (!relative || isRemote(name)) return name;
  return isRemote(folder) ? new URL(name, folder).href : join(folder, name);
}
