import { SarIoError } from '../errors';
import { geoTransformIn } from '../gdal/gdal-xml';
import { crsOfWkt } from '../georeference/crs-of-wkt';
import { type Crs, crsOf, type Georeference, type Transform } from '../georeference/georeference';
import { coordinateFactor } from './coordinate-units';
import { type Attributes, type CfDataset, type CfVariable, numberOf, textOf, valuesOf } from './dataset';

/** Most points along an axis. */
const MOST_POINTS = 2 ** 21;

/** The axes of an image, and whether its rows lie from south to north in the file. */
export interface Place {
  georeference: Georeference;
  southUp: boolean;
}

/** Whether a coordinate variable or dimension is of the map's x or y, by its attributes or its name. */
export function axisOf(
  name: string,
  { attributes = {} }: { attributes?: Attributes } = {},
): 'x' | 'y' | undefined {
  const standard = textOf(attributes, 'standard_name') ?? '';
  const axis = textOf(attributes, 'axis')?.toLowerCase();
  const units = textOf(attributes, 'units') ?? '';
  if (
    axis === 'x' ||
    /^(?:projection_x_coordinate|longitude)$/.test(standard) ||
    /^degrees?_e(?:ast)?$/i.test(units)
  )
    return 'x';
  if (
    axis === 'y' ||
    /^(?:projection_y_coordinate|latitude)$/.test(standard) ||
    /^degrees?_n(?:orth)?$/i.test(units)
  )
    return 'y';
  if (/^(?:x|x_?coordinates?|lon|longitude|easting|cols?|columns?|samples?|range)$/i.test(name)) return 'x';
  return /^(?:y|y_?coordinates?|lat|latitude|northing|rows?|lines?|azimuth)$/i.test(name) ? 'y' : undefined;
}

/**
 * Where an image lies: by the coordinate variables of its dimensions, centers of pixels, and its grid mapping (CF
 * conventions, 4 and 5.6); without such variables by GDAL's `GeoTransform` of that.
 *
 * @throws SarIoError `CorruptFile` for malformed ones, `UnsupportedFormat` where coordinates are not equally spaced, or in a
 *   unit that their reference system does not have.
 */
export async function placeOf(dataset: CfDataset, image: CfVariable): Promise<Place> {
  const [y, x] = image.dimensions.slice(-2);
  const mapping = gridMapping(dataset, image);
  const crs = (mapping && crsOfMapping(mapping.attributes)) ?? geographicCrs(dataset, [x, y]);
  const [columns, rows] = [await coordinates(dataset, x, crs), await coordinates(dataset, y, crs)];
  if (!columns || !rows) {
    const transform = mapping && geoTransform(dataset, mapping);
    return { georeference: { ...(crs && { crs }), ...(transform && { transform }) }, southUp: false };
  }
  const southUp = rows.step > 0;
  const [dx, dy] = [columns.step, Math.abs(rows.step)];
  const top = southUp ? rows.first + rows.step * (rows.count - 1) : rows.first;
  return {
    georeference: { ...(crs && { crs }), transform: [columns.first - dx / 2, dx, 0, top + dy / 2, 0, -dy] },
    southUp,
  };
}

/** WGS 84, where coordinates are longitudes and latitudes of a system that is not named. */
function geographicCrs({ variables }: CfDataset, dimensions: readonly string[]): Crs | undefined {
  const isGeographic = dimensions.some((dimension) => {
    const { attributes = {} } = variables.find(({ name }) => name === dimension) ?? {};
    return (
      /^degrees?_/i.test(textOf(attributes, 'units') ?? '') ||
      /^(?:longitude|latitude)$/.test(textOf(attributes, 'standard_name') ?? '')
    );
  });
  return isGeographic ? crsOf(4326) : undefined;
}

/** GDAL's transform of the rows as they lie in the file, a text or numbers. */
function geoTransform({ path }: CfDataset, { name, attributes }: CfVariable): Transform | undefined {
  const text = String(attributes.GeoTransform ?? '');
  if (text.trim() === '') return undefined;
  const transform = geoTransformIn(text);
  if (transform) return transform;
  const expected = `six numbers in GeoTransform of ${name}`;
  throw new SarIoError('CorruptFile', { path, expected, found: JSON.stringify(text.slice(0, 80)) });
}

interface Axis {
  first: number;
  step: number;
  count: number;
}

async function coordinates(
  dataset: CfDataset,
  dimension: string,
  crs: Crs | undefined,
): Promise<Axis | undefined> {
  const variable = dataset.variables.find(
    ({ name, dimensions, dataType }) =>
      name === dimension && dimensions.length === 1 && dimensions[0] === dimension && dataType,
  );
  if (!variable) return undefined;
  const [count] = variable.shape;
  const fail = (code: 'CorruptFile' | 'UnsupportedFormat', found: string): never => {
    throw new SarIoError(code, {
      path: dataset.path,
      expected: `equally spaced coordinates ${dimension}`,
      found,
      hint: 'Resample the images to a regular grid',
    });
  };
  if (count > MOST_POINTS) fail('CorruptFile', `${count} of them`);
  if (count < 2) return undefined;
  const unit = textOf(variable.attributes, 'units');
  const factor = unit === undefined ? 1 : coordinateFactor(unit, crs);
  if (factor === undefined)
    throw new SarIoError('UnsupportedFormat', {
      path: dataset.path,
      expected: `coordinates ${dimension} in ${crs?.geographic ? 'degrees' : 'meters'}, as of their reference system`,
      found: `units ${JSON.stringify(unit)}`,
      hint: 'Convert the coordinates, and name their unit as UDUNITS does, such as m, km, degrees_east',
    });
  const scale = numberOf(variable.attributes, 'scale_factor') ?? 1;
  const offset = numberOf(variable.attributes, 'add_offset') ?? 0;
  const values = (await valuesOf(variable)).map((value) => factor * (scale * value + offset));
  const [first, step] = [values[0], (values[count - 1] - values[0]) / (count - 1)];
  if (!Number.isFinite(step) || step === 0) fail('CorruptFile', `${first} to ${values[count - 1]}`);
  const deviation = values.reduce((most, value, i) => Math.max(most, Math.abs(value - first - i * step)), 0);
  // Coordinates of float32 are rounded by as much.
  if (!(deviation <= 0.05 * Math.abs(step) + 1e-7 * Math.abs(first)))
    fail('UnsupportedFormat', `deviations of ${Number((deviation / Math.abs(step)).toPrecision(2))} pixels`);
  return { first, step, count };
}

/** The variable that an image names as its grid mapping, or the only one that there is. */
function gridMapping({ variables }: CfDataset, { attributes }: CfVariable): CfVariable | undefined {
  const name = textOf(attributes, 'grid_mapping')?.split(/[:\s]/)[0];
  const isMapping = (variable: CfVariable) =>
    ['crs_wkt', 'spatial_ref', 'grid_mapping_name', 'epsg_code'].some((key) => key in variable.attributes);
  const named = variables.find((variable) => variable.name === name);
  const all = variables.filter(isMapping);
  return named ?? (all.length === 1 ? all[0] : undefined);
}

function crsOfMapping(attributes: Attributes): Crs | undefined {
  const wkt = textOf(attributes, 'crs_wkt') ?? textOf(attributes, 'spatial_ref');
  if (wkt) return crsOfWkt(wkt);
  const code = /(\d{4,5})$/.exec(
    String(attributes.epsg_code ?? attributes.EPSG ?? attributes.epsg ?? ''),
  )?.[1];
  if (code) return crsOf(Number(code));
  const kind = textOf(attributes, 'grid_mapping_name');
  if (kind === 'latitude_longitude') return crsOf(4326);
  const value = (key: string) => numberOf(attributes, key);
  const isWgs84 = Math.abs((value('inverse_flattening') ?? 298.257223563) - 298.257223563) < 1e-5;
  const meridian = value('longitude_of_central_meridian');
  const isUtm =
    kind === 'transverse_mercator' &&
    isWgs84 &&
    meridian !== undefined &&
    Math.abs((value('scale_factor_at_central_meridian') ?? 0) - 0.9996) < 1e-9 &&
    value('false_easting') === 500_000;
  if (!isUtm) return undefined;
  return crsOf((value('false_northing') ? 32700 : 32600) + (meridian + 183) / 6);
}
