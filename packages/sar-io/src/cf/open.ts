import type { Window } from '@mtpi/polsar-priors';
import { acquisitionDate } from '../acquisition/acquisition-date';
import { datedPath, matchesDate, timeStamp } from '../acquisition/dated-path';
import { SarIoError } from '../errors';
import { type Plane, planarSource } from '../raster/planar-source';
import type { BandInfo, DataType, RasterSource } from '../raster/raster';
import { type Attributes, type CfDataset, type CfVariable, numberOf, textOf } from './dataset';
import { placeOf } from './georeference';
import { type CfImage, imagesOf } from './images';

/**
 * The images of one date of a dataset as a raster: its polarizations, or the elements of C2. Rows are turned to lie from
 * north to south. `scale_factor`, `add_offset`, `_FillValue` or its default, `missing_value`, the valid range, `_Unsigned`,
 * `units` and the grid mapping are applied.
 *
 * @param date of a series, such as `20240305` or `20240305T170815`; needed where it has several dates.
 * @throws SarIoError `UnsupportedFormat`, `CorruptFile`, `NotFound` (the date).
 */
export async function openCfDataset(dataset: CfDataset, date?: string): Promise<RasterSource> {
  const { path, attributes } = dataset;
  const { images, times } = await imagesOf(dataset);
  const index = times.length > 0 ? chooseDate(path, times, date) : 0;
  if (times.length === 0 && date !== undefined)
    throw new SarIoError('NotFound', {
      path,
      expected: `an image of ${date}`,
      found: 'one image without a date',
    });
  const [{ variable }] = images;
  const [height, width] = variable.shape.slice(-2);
  const { georeference, southUp } = await placeOf(dataset, variable);
  const items = Object.entries(attributes).filter(
    (item): item is [string, string] => typeof item[1] === 'string',
  );
  const metadata = Object.fromEntries(items);
  return planarSource({
    path: times.length > 1 ? datedPath(path, times[index]) : path,
    ...{ width, height, georeference, metadata },
    bands: images.map(({ name, variable }) => bandOf(name, variable.attributes)),
    planes: images.map((image) => planeOf(image, index, southUp)),
    dataType: unsignedType(variable),
    acquired: times[index] ?? acquisitionDate(path, metadata),
    close: () => dataset.close(),
  });
}

/** When the images of a dataset were taken; none where nothing in it says so. */
export const datesOf = async (dataset: CfDataset): Promise<Date[]> => (await imagesOf(dataset)).times;

function chooseDate(path: string, times: readonly Date[], date?: string): number {
  if (date === undefined && times.length === 1) return 0;
  const found = `${times.length} dates, ${timeStamp(times[0])} to ${timeStamp(times[times.length - 1])}`;
  if (date === undefined)
    throw new SarIoError('UnsupportedFormat', {
      path,
      expected: 'an image of one date',
      found,
      hint: `Select a date, as in ${datedPath(path, times[0])}, or despeckle all of them with --stack`,
    });
  const matching = times.flatMap((time, i) => (matchesDate(time, date) ? [i] : []));
  if (matching.length === 1) return matching[0];
  throw new SarIoError('NotFound', {
    path,
    expected: `an image of ${date}`,
    found: matching.length > 1 ? matching.map((i) => timeStamp(times[i])).join(', ') : found,
    hint: 'Add the time of day if there are several on that date',
  });
}

function bandOf(name: string, attributes: Attributes): BandInfo {
  const unit = textOf(attributes, 'units');
  const [scale, offset] = [numberOf(attributes, 'scale_factor'), numberOf(attributes, 'add_offset')];
  return {
    name,
    ...(unit && { unit }),
    ...(scale !== undefined && { scale }),
    ...(offset !== undefined && { offset }),
  };
}

const isUnsigned = ({ attributes }: CfVariable) => /^true$/i.test(textOf(attributes, '_Unsigned') ?? '');

const unsignedType = (variable: CfVariable): DataType =>
  isUnsigned(variable) ? (variable.dataType!.replace(/^int/, 'uint') as DataType) : variable.dataType!;

const BITS: Readonly<Partial<Record<DataType, number>>> = { int8: 8, int16: 16, int32: 32 };

/** What netCDF's library leaves where nothing is written (`NC_FILL_…` in netcdf.h); of bytes any value may be a datum. */
const DEFAULT_FILL: Readonly<Partial<Record<DataType, number>>> = {
  int16: -32_767,
  uint16: 65_535,
  int32: -2_147_483_647,
  uint32: 4_294_967_295,
  float32: 2 ** 119 * 15,
  float64: 2 ** 119 * 15,
};

/** Numbers of a window; NaN where the file marks them as missing. */
function planeOf({ variable, fixed }: CfImage, time: number, southUp: boolean): Plane {
  const { attributes, dataType, shape } = variable;
  const height = shape[shape.length - 2];
  const wrap = isUnsigned(variable) ? 2 ** (BITS[dataType!] ?? 0) : 0;
  const actual = (value: number) => (wrap > 1 && value < 0 ? value + wrap : value);
  const list = (name: string, otherwise: number | readonly number[] = []) =>
    [attributes[name] ?? otherwise]
      .flat()
      .filter((value) => typeof value === 'number')
      .map(actual);
  const missing = new Set([...list('_FillValue', DEFAULT_FILL[dataType!]), ...list('missing_value')]);
  const [least, most] = list('valid_range').length === 2 ? list('valid_range') : [];
  const lowest = least ?? list('valid_min')[0] ?? -Infinity;
  const highest = most ?? list('valid_max')[0] ?? Infinity;
  return {
    async read({ x, y, width, height: rows }: Window, [target], signal) {
      const outer = fixed.map((value) => (value === 'time' ? time : value));
      const first = southUp ? height - y - rows : y;
      const values = await variable.read([...outer, first, x], [...outer.map(() => 1), rows, width], signal);
      for (let row = 0; row < rows; row++) {
        const from = (southUp ? rows - 1 - row : row) * width;
        for (let column = 0; column < width; column++) {
          const value = actual(values[from + column]);
          const isValid = value >= lowest && value <= highest && !missing.has(value);
          target[row * width + column] = isValid ? value : Number.NaN;
        }
      }
    },
  };
}
