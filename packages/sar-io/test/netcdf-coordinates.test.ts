import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRaster } from '../src/node';
import { axis, numberAt, type TestVariable, writeSeries } from './netcdf-writer';
import { temporaryFolder } from './support';

const folder = temporaryFolder();
const UTM = [500_000, 10, 0, 5_000_000, 0, -10];
const [WIDTH, HEIGHT] = [5, 4];
let count = 0;

type Changes = Readonly<Record<string, Partial<TestVariable> | undefined>>;
const write = (change: Changes) =>
  writeSeries(join(folder, `${count++}.nc`), { ...{ width: WIDTH, height: HEIGHT, days: [3] }, change });

async function read(path: string) {
  const raster = await openRaster(path);
  const { image } = await raster.read({ x: 0, y: 0, width: WIDTH, height: HEIGHT });
  await raster.close();
  return { ...raster.georeference, image };
}

/** Coordinates of the grid of `UTM`, divided by a factor. */
const projected = (units: string | undefined, factor = 1): Changes => ({
  x: { data: axis(500_005 / factor, 10 / factor, WIDTH), attributes: { units: units ?? '' } },
  y: { data: axis(4_999_995 / factor, -10 / factor, HEIGHT), attributes: { units: units ?? '' } },
});

/** Longitudes and latitudes from 15° E, 46° N on. */
const geographic = (units: readonly [string, string], factor = 1, crs?: Partial<TestVariable>): Changes => ({
  x: {
    data: axis(15.0005 / factor, 0.001 / factor, WIDTH),
    attributes: { standard_name: 'longitude', units: units[0] },
  },
  y: {
    data: axis(45.9995 / factor, -0.001 / factor, HEIGHT),
    attributes: { standard_name: 'latitude', units: units[1] },
  },
  crs,
});
const DEGREES = [15, 0.001, 0, 46, 0, -0.001];

const expectTransform = (found: readonly number[] | undefined, expected: readonly number[]) => {
  expect(found).toHaveLength(6);
  found!.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 7));
};

describe('coordinates of a map projection', () => {
  it.each<[string | undefined, number]>([
    ['m', 1],
    ['metre', 1],
    ['Meters', 1],
    [undefined, 1],
    ['km', 1000],
    ['kilometres', 1000],
    ['kilometer', 1000],
    ['cm', 0.01],
    ['US_survey_foot', 1200 / 3937],
  ])('in %s are meters', async (units, factor) => {
    const { transform, crs } = await read(await write(projected(units, factor)));
    expectTransform(transform, UTM);
    expect(crs).toMatchObject({ epsg: 32633 });
  });

  it('in feet stay so where the projection is in feet', async () => {
    const wkt =
      'PROJCS["in feet",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",15],PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",1640416.667],PARAMETER["false_northing",0],UNIT["US survey foot",0.304800609601219]]';
    const { transform } = await read(
      await write({ ...projected('US_survey_foot'), crs: { attributes: { crs_wkt: wkt } } }),
    );
    expectTransform(transform, UTM);
  });

  it.each(['furlong', 'degrees', 's'])('in %s are refused', async (units) => {
    const path = await write(projected(units));
    await expect(openRaster(path)).rejects.toMatchObject({
      ...{ code: 'UnsupportedFormat', path, found: `units "${units}"` },
      expected: 'coordinates x in meters, as of their reference system',
      hint: expect.stringContaining('km'),
    });
  });

  it('of radar geometry may be in any unit', async () => {
    const { transform, crs } = await read(await write({ ...projected('s'), crs: undefined }));
    expectTransform(transform, UTM);
    expect(crs).toBeUndefined();
  });
});

describe('longitudes and latitudes', () => {
  const mapping = {
    attributes: { grid_mapping_name: 'latitude_longitude', longitude_of_central_meridian: 0 },
  };

  it.each<[readonly [string, string], number, Partial<TestVariable> | undefined]>([
    [['degrees_east', 'degrees_north'], 1, undefined],
    [['degree_E', 'degree_N'], 1, mapping],
    [['degreesE', 'degreesN'], 1, undefined],
    [['degrees', 'degrees'], 1, undefined],
    [['radian', 'rad'], 180 / Math.PI, mapping],
  ])('in %s are degrees', async (units, factor, crs) => {
    const { transform, crs: found } = await read(await write(geographic(units, factor, crs)));
    expectTransform(transform, DEGREES);
    expect(found).toEqual({ epsg: 4326, geographic: true });
  });

  it('in meters are refused', async () => {
    await expect(openRaster(await write(geographic(['m', 'm'], 1, mapping)))).rejects.toMatchObject({
      expected: 'coordinates x in degrees, as of their reference system',
      found: 'units "m"',
    });
  });
});

describe('without coordinates, GDAL’s GeoTransform of the grid mapping', () => {
  const without = (GeoTransform: string): Changes => ({
    ...{ x: undefined, y: undefined, crs: { attributes: { GeoTransform } } },
  });

  it.each([
    ['500000 10 0 5000000 0 -10 ', UTM],
    ['500000.0, 10, 2, 5000000, 1, -10', [500_000, 10, 2, 5_000_000, 1, -10]],
    ['500000 10 0 4999960 0 10', [500_000, 10, 0, 4_999_960, 0, 10]],
  ])('%s places the rows as they lie in the file', async (text, expected) => {
    const path = await write(without(text));
    const { transform, crs, image } = await read(path);
    expect(transform).toEqual(expected);
    expect(crs).toMatchObject({ epsg: 32633 });
    expect(image.get(0, 1, 2)).toBe(numberAt(0, 3, 1, 2));
  });

  it.each(['500000 10 0', '500000 10 0 5000000 0 x', '500000,10,,5000000,0,-10'])(
    '%s is refused, as in a VRT',
    async (text) => {
      await expect(openRaster(await write(without(text)))).rejects.toMatchObject({
        code: 'CorruptFile',
        message: expect.stringMatching(/\.nc: expected six numbers in GeoTransform of crs, found "500000/),
      });
    },
  );

  it('may be missing', async () => {
    const { transform, crs } = await read(await write(without(' ')));
    expect(transform).toBeUndefined();
    expect(crs).toMatchObject({ epsg: 32633 });
  });

  it('counts after coordinates', async () => {
    const path = await write({ crs: { attributes: { GeoTransform: '1 2 0 3 0 -2' } } });
    expectTransform((await read(path)).transform, UTM);
  });
});
