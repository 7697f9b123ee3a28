import { SarIoError } from '../errors';
import { XmlElement } from '../files/xml';
import { crsOfWkt } from '../georeference/crs-of-wkt';
import { crsOf, type Georeference } from '../georeference/georeference';
import type { BandInfo } from '../raster/raster';
import { snapBand } from './complex-pairs';
import { parseSnapTime } from './time';

/** A band of a product, and where its header lies. */
export interface DimapBand extends BandInfo {
  /** As the document has it, with `/`. */
  header: string;
  log10: boolean;
  /** SNAP's valid-pixel expression. */
  validMask?: string;
}

/** A grid of tie points, and where its header lies. */
export interface DimapTiePoints {
  name: string;
  header: string;
  offset: [number, number];
  step: [number, number];
}

/** Contents of the XML document of a BEAM-DIMAP product. */
export interface DimapDocument {
  name: string;
  width: number;
  height: number;
  bands: DimapBand[];
  tiePoints: DimapTiePoints[];
  /** Without ground control points, which lie in files of their own: see `geolocation`. */
  georeference: Georeference;
  /** Names of the tie point grids of latitude and longitude. */
  geolocation?: { latitude: string; longitude: string };
  acquired?: Date;
}

/** @throws SarIoError `CorruptFile` where this is no such document, or something is missing in it. */
export function parseDimap(xml: string, path: string): DimapDocument {
  const root = XmlElement.parse(xml, path, 'Dimap_Document');
  const width = root.number('Raster_Dimensions/NCOLS');
  const height = root.number('Raster_Dimensions/NROWS');
  const acquired = startOf(root);
  const points = root.find('Geoposition/Geoposition_Points');
  const [latitude, longitude] = ['LAT', 'LON'].map((axis) =>
    points?.find(`TIE_POINT_GRID_NAME_${axis}`)?.text(),
  );
  return {
    name: root.find('Dataset_Id/DATASET_NAME')?.text() ?? '',
    ...{ width, height, bands: bandsOf(root), tiePoints: tiePointsOf(root) },
    georeference: georeferenceOf(root),
    ...(latitude && longitude && { geolocation: { latitude, longitude } }),
    ...(acquired && { acquired }),
  };
}

/** What a document says about the bands of another file, such as the GeoTIFF that it is a tag of. */
export interface DimapDescription {
  /** Those that are stored, in their order. */
  bands: BandInfo[];
  acquired?: Date;
}

/**
 * @throws SarIoError `CorruptFile` where this is no such document, `UnsupportedFormat` where a band is LOG10_SCALED.
 */
export function parseDimapDescription(xml: string, path: string): DimapDescription {
  const root = XmlElement.parse(xml, path, 'Dimap_Document');
  const acquired = startOf(root);
  const bands = root.all('Image_Interpretation/Spectral_Band_Info').filter(isStored);
  return {
    bands: bands.map((info) => {
      const band = bandOf(info);
      refuseLog10(band, path);
      return snapBand({ name: band.name, parts: [band] });
    }),
    ...(acquired && { acquired }),
  };
}

/** Virtual bands and filters are formulas over others. */
const isStored = (info: XmlElement) =>
  info.find('VIRTUAL_BAND')?.text() !== 'true' && !info.find('Filter_Band_Info');

/** @throws SarIoError `UnsupportedFormat` where values are logarithms. */
export function refuseLog10({ name, log10 }: Pick<DimapBand, 'name' | 'log10'>, path: string): void {
  if (!log10) return;
  throw new SarIoError(
    'UnsupportedFormat',
    `${path}: expected ${name} on a linear scale, found LOG10_SCALED`,
  );
}

function startOf(root: XmlElement): Date | undefined {
  const start = root.find('Production/PRODUCT_SCENE_RASTER_START_TIME')?.text();
  return start ? parseSnapTime(start) : undefined;
}

/** The bands with files; virtual bands, which are formulas, have none. */
function bandsOf(root: XmlElement): DimapBand[] {
  const headers = filesOf(root, 'Data_File', 'DATA_FILE_PATH', 'BAND_INDEX');
  return root.all('Image_Interpretation/Spectral_Band_Info').flatMap((info) => {
    const header = headers.get(info.text('BAND_INDEX'));
    return header ? { ...bandOf(info), header } : [];
  });
}

function bandOf(info: XmlElement): Omit<DimapBand, 'header'> {
  const optional = (name: string) => info.find(name)?.text() || undefined;
  const [unit, validMask] = [optional('PHYSICAL_UNIT'), optional('VALID_MASK_TERM')];
  return {
    name: info.text('BAND_NAME'),
    ...(unit && { unit }),
    scale: optional('SCALING_FACTOR') ? info.number('SCALING_FACTOR') : 1,
    offset: optional('SCALING_OFFSET') ? info.number('SCALING_OFFSET') : 0,
    ...(optional('NO_DATA_VALUE_USED') === 'true' && { nodata: Number(optional('NO_DATA_VALUE') ?? 0) }),
    log10: optional('LOG10_SCALED') === 'true',
    ...(validMask && { validMask }),
  };
}

function tiePointsOf(root: XmlElement): DimapTiePoints[] {
  const headers = filesOf(root, 'Tie_Point_Grid_File', 'TIE_POINT_GRID_FILE_PATH', 'TIE_POINT_GRID_INDEX');
  return root.all('Tie_Point_Grids/Tie_Point_Grid_Info').flatMap((info) => {
    const header = headers.get(info.text('TIE_POINT_GRID_INDEX'));
    if (!header) return [];
    return {
      name: info.text('TIE_POINT_GRID_NAME'),
      header,
      offset: [info.number('OFFSET_X'), info.number('OFFSET_Y')] as [number, number],
      step: [info.number('STEP_X'), info.number('STEP_Y')] as [number, number],
    };
  });
}

/** Paths of headers by the index of the band described. */
function filesOf(root: XmlElement, element: string, path: string, index: string): Map<string, string> {
  return new Map(
    root
      .all(`Data_Access/${element}`)
      .map((file) => [
        file.text(index),
        file.child(path).attribute('href') ?? file.fail('an attribute href', 'none'),
      ]),
  );
}

function georeferenceOf(root: XmlElement): Georeference {
  const system = root.find('Coordinate_Reference_System');
  const wkt = system?.find('WKT')?.text();
  const matrix = root.find('Geoposition/IMAGE_TO_MODEL_TRANSFORM')?.text();
  return snapGeoreference(wkt, matrix, system?.find('Horizontal_CS/HORIZONTAL_CS_TYPE')?.text());
}

/**
 * A georeference as SNAP writes it: well-known text, and the matrix ∂x/∂column, ∂y/∂column, ∂x/∂row, ∂y/∂row, x₀, y₀ from image
 * to map, of which (0, 0) is the first pixel's outer corner. Tie points come with WGS 84, named in words.
 */
export function snapGeoreference(wkt?: string, matrix?: string, csType?: string): Georeference {
  const crs = wkt ? crsOfWkt(wkt) : csType?.toUpperCase() === 'GEOGRAPHIC' ? crsOf(4326) : undefined;
  const numbers = matrix?.split(',').map(Number) ?? [];
  const [a, d, b, e, x, y] = numbers;
  const complete = numbers.length === 6 && numbers.every(Number.isFinite);
  return { ...(crs && { crs }), ...(complete && { transform: [x, a, b, y, d, e] as const }) };
}
