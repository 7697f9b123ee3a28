import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { modeOf, relativeOrbitOf, sensorOf } from '../src/acquisition/product-name';
import { assertSameGrid, latticeOffset } from '../src/georeference/same-grid';
import { crsOf, type Gcp, type GeoKeys, type Georeference, isSarIoError } from '../src/index';
import { type Acquisition, checkTriplet, createGeoTiff, openAcquisition } from '../src/node';
import { imageOf, temporaryFolder, writeInStrips } from './support';

const folder = temporaryFolder();
const [ROWS, COLS] = [70, 90];
const utm: Georeference = { crs: crsOf(32633), transform: [500000, 10, 0, 5200000, 0, -10] };
/** A grid of ten-thousandths of degrees. */
const degreesFrom = (west: number): Georeference => ({
  crs: crsOf(4326),
  transform: [west, 1e-4, 0, -16, 0, -1e-4],
});
const opened: Acquisition[] = [];
afterEach(async () => {
  for (const acquisition of opened.splice(0)) await acquisition.close();
});

interface Change {
  name?: string;
  /** Factor of the powers. */
  gain?: number;
  seed?: number;
  georeference?: Georeference;
  bands?: string[];
}

/** Powers about −10 dB and −16 dB that differ between seeds. */
async function acquisition({
  name = 'image',
  gain = 1,
  seed = 1,
  georeference = utm,
  bands = ['VV', 'VH'],
}: Change): Promise<Acquisition> {
  const path = join(folder, `${name}.tif`);
  const values = Array.from({ length: 2 * ROWS * COLS }, (_, i) => {
    const level = i < ROWS * COLS ? 0.1 : 0.025;
    return gain * level * (1 + 0.5 * Math.sin(i * seed));
  });
  const sink = await createGeoTiff(path, { width: COLS, height: ROWS, bands, georeference });
  await writeInStrips(sink, imageOf(values, 2, ROWS, COLS));
  const result = await openAcquisition(path);
  opened.push(result);
  return result;
}

/** Codes of the warnings about a triplet of 12-day repeat, with some of its images changed. */
async function codes(target: Change = {}, previous: Change = {}, next: Change = {}): Promise<string[]> {
  const warnings = await checkTriplet({
    previous: await acquisition({ name: '20240101T050000', seed: 2, ...previous }),
    target: await acquisition({ name: '20240113T050000', ...target }),
    next: await acquisition({ name: '20240125T050001', seed: 3, ...next }),
  });
  return warnings.map(({ code }) => code);
}

describe('a triplet', () => {
  it('that makes sense has no warnings', async () => {
    expect(await codes()).toEqual([]);
  });

  it.each<[string, Change, Change, Change, string[]]>([
    [
      'a target that is not calibrated',
      { gain: 1e6 },
      { gain: 1e6 },
      { gain: 1e6 },
      Array(3).fill('ImplausibleBackscatter'),
    ],
    ['a date at another level', {}, { gain: 10 }, {}, ['LevelsDiffer']],
    ['a date without data', {}, {}, { gain: 0 }, ['NoValidPixels']],
    ['a long interval', {}, { name: '20231001T050000' }, {}, ['LongInterval']],
    ['dates out of order', {}, { name: '20240206T050000' }, {}, ['OutOfOrder']],
    ['another time of day', {}, {}, { name: '20240125T165900' }, ['OrbitsDiffer']],
    [
      'another track',
      { name: 'O_T137-292319-IW2_20240113T050000Z' },
      { name: 'O_T064-135523-IW2_20240101T050000Z' },
      {},
      ['OrbitsDiffer'],
    ],
    [
      'another sensor',
      { name: 'S1A_20240113T050000' },
      {},
      { name: 'ALOS2_20240125T050001' },
      ['SensorsDiffer'],
    ],
    ['other polarizations', {}, {}, { bands: ['HH', 'HV'] }, ['PolarizationsDiffer']],
    ['the same image twice', {}, {}, { seed: 1 }, ['SameImage']],
    ['the same image, rounded otherwise', {}, {}, { seed: 1, gain: 1.0005 }, ['SameImage']],
    ['one time twice', { name: 'a_20240113T050000' }, { name: 'b_20240113T050000' }, {}, ['SameImage']],
    [
      'all dates of one day',
      { name: 'a_20240113' },
      { name: 'b_20240113' },
      { name: 'c_20240113T050000' },
      ['SameDate', 'SameDate', 'SameDate'],
    ],
    ['neighbors of one day', {}, {}, { name: 'c_20240101T050100' }, ['OutOfOrder', 'SameDate']],
    ['a target without georeference', { georeference: {} }, {}, {}, ['NoGeoreference', 'NoGeoreference']],
    [
      'one reference system missing',
      {},
      { georeference: { transform: utm.transform } },
      {},
      ['NoGeoreference'],
    ],
    [
      'none but transforms',
      ...[{}, {}, {}].map(() => ({ georeference: { transform: utm.transform } })),
      ['NoGeoreference'],
    ],
  ] as [string, Change, Change, Change, string[]][])(
    'with %s',
    async (_, target, previous, next, expected) => {
      expect(await codes(target, previous, next)).toEqual(expected);
    },
  );

  it('of the target twice is an error, of one neighbor twice a note', async () => {
    const [once, other] = [
      await acquisition({ name: 'a', seed: 2 }),
      await acquisition({ name: 'b', seed: 3 }),
    ];
    const severity = async (...[target, previous, next]: Acquisition[]) =>
      (await checkTriplet({ target, previous, next })).map((warning) => warning.severity);
    expect(await severity(once, once, other)).toEqual(['error']);
    expect(await severity(once, other, once)).toEqual(['error']);
    expect(await severity(other, once, once)).toEqual(['note']);
  });

  it('of two tracks in radar geometry is an error', async () => {
    const corner = (column: number, row: number): Gcp => ({
      ...{ column, row, z: 0 },
      ...{ x: 10 + column / 1000, y: 46 - row / 1000 },
    });
    const georeference: Georeference = {
      crs: crsOf(4326),
      gcps: [corner(0, 0), corner(COLS, 0), corner(0, ROWS), corner(COLS, ROWS)],
    };
    const warnings = await checkTriplet({
      target: await acquisition({ name: 'O_T137-292319-IW2_20240113T050000Z', georeference }),
      previous: await acquisition({ name: 'O_T064-135523-IW2_20240101T050000Z', georeference, seed: 2 }),
      next: await acquisition({ name: 'O_T137-292319-IW2_20240125T050001Z', georeference, seed: 3 }),
    });
    expect(warnings).toMatchObject([{ code: 'OrbitsDiffer', severity: 'error' }]);
  });

  it('without valid pixels is an error that names the file', async () => {
    const [previous, next] = [
      await acquisition({ name: 'p', seed: 2 }),
      await acquisition({ name: 'n', seed: 3 }),
    ];
    const target = await acquisition({ name: 't', gain: 0 });
    expect(await checkTriplet({ target, previous, next })).toEqual([
      {
        code: 'NoValidPixels',
        severity: 'error',
        message: 'The target image has no valid pixels',
        input: join(folder, 't.tif'),
      },
    ]);
  });
});

describe('grids', () => {
  const gcps = (lon: number, lat: number, step = COLS): Georeference => {
    const points: Gcp[] = [];
    for (let row = 0; row <= ROWS; row += ROWS)
      for (let column = 0; column <= COLS; column += step)
        points.push({ column, row, x: lon + column / 5000, y: lat - row / 5000, z: 0 });
    return { crs: crsOf(4326), gcps: points };
  };
  /** A Lambert azimuthal equal-area system, its center at this longitude. */
  const userDefined = (longitude: number): Georeference => {
    const geoKeys: GeoKeys = {
      directory: [
        1, 1, 0, 5, 1024, 0, 1, 1, 3072, 0, 1, 32767, 3075, 0, 1, 10, 3088, 34736, 1, 0, 3089, 34736, 1, 1,
      ],
      doubles: [longitude, 50],
    };
    return { ...utm, crs: { geographic: false, geoKeys } };
  };
  const withKeys = (keys: number[][], doubles?: number[]): Georeference => ({
    ...utm,
    crs: {
      geographic: false,
      geoKeys: { directory: [1, 1, 0, keys.length, ...keys.flat()], ...(doubles && { doubles }) },
    },
  });
  /** UTM by the code of its projection, and a transverse Mercator projection by its parameters. */
  const utmByCode = (zone: number) => withKeys([[3074, 0, 1, 16000 + zone]]);
  const mercator = (...doubles: number[]) =>
    withKeys(
      [[3075, 0, 1, 1], ...[3080, 3081, 3082, 3083, 3092].map((key, i) => [key, 34736, 1, i])],
      doubles,
    );
  const wkt = (meridian: number): Georeference => ({
    ...utm,
    crs: {
      geographic: false,
      wkt: `PROJCS["a",GEOGCS["b",DATUM["c",SPHEROID["d",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",${meridian}],PARAMETER["scale_factor",1],PARAMETER["false_easting",0],PARAMETER["false_northing",0],UNIT["metre",1]]`,
    },
  });
  const grid = (georeference: Georeference) => ({ path: 'a', width: COLS, height: ROWS, georeference });

  it.each([
    [
      'control points of another place',
      gcps(10, 45),
      gcps(10.5, 45),
      /ground control points, by 2500 pixels/,
    ],
    [
      'other control points of another place',
      gcps(10, 45),
      gcps(10, 45.01, COLS / 2),
      /ground control points/,
    ],
    [
      'user-defined keys of another system',
      userDefined(10),
      userDefined(11),
      /GeoTIFF key 3088 \(10 and 11\)/,
    ],
    [
      'parameters of another system than the code of a projection',
      mercator(14, 0, 5e5, 0, 0.9996),
      utmByCode(33),
      /GeoTIFF key 3080 \(14 and 15\)/,
    ],
    ['another hemisphere', utmByCode(33), utmByCode(133), /GeoTIFF key 3083/],
    ['well-known text of another system', wkt(12), wkt(15), /crs, in long0/],
  ])('with %s are not the same', (_, a, b, message) => {
    expect(() => assertSameGrid([grid(a), grid(b)])).toThrow(message);
    try {
      assertSameGrid([grid(a), grid(b)]);
    } catch (error) {
      expect(isSarIoError(error, 'GridMismatch') && error.hint).toMatch(/[Cc]o-register/);
    }
  });

  it.each([
    ['control points that agree', gcps(10, 45), gcps(10, 45)],
    ['control points at other pixels of the same place', gcps(10, 45), gcps(10, 45, COLS / 2)],
    ['the same user-defined system', userDefined(10), userDefined(10)],
    ['parameters as of the code of a projection', mercator(15, 0, 5e5, 0, 0.9996), utmByCode(33)],
    ['a user-defined system and an EPSG code', userDefined(10), utm],
    ['the same well-known text', wkt(12), wkt(12)],
    ['longitudes a turn apart', degreesFrom(179.998), degreesFrom(-180.002)],
  ])('with %s are the same', (_, a, b) => {
    expect(() => assertSameGrid([grid(a), grid(b)])).not.toThrow();
  });

  it.each([
    [degreesFrom(179.998), degreesFrom(-180), 20],
    [degreesFrom(-180), degreesFrom(179.998), -20],
    [degreesFrom(359.999), degreesFrom(0), 10],
    [degreesFrom(10), degreesFrom(10.0005), 5],
  ])('have an offset of columns also across the antimeridian', (a, b, x) => {
    expect(latticeOffset(grid(a), grid(b))?.x).toBe(x);
  });

  it('with control points a few pixels apart are noted', async () => {
    const [target, previous] = [gcps(10, 45), gcps(10.0003, 45)];
    const found = await codes({ georeference: target }, { georeference: previous }, { georeference: target });
    expect(found).toEqual(['GridsDiffer']);
  });
});

describe('names of products', () => {
  it.each([
    ['S1A_IW_SLC__1SDV_20240305T214632_20240305T214659_052851_066559_5F1A', 104],
    ['s1a-iw1-slc-vv-20240305t214632-20240305t214657-052851-066559-004.tiff', 104],
    ['S1B_IW_GRDH_1SDV_20210305T214632_20210305T214659_025851_031559_5F1A', 100],
    ['S1C_IW_GRDH_1SDV_20250305T214632_20250305T214659_001234_031559_5F1A', 13],
    ['OPERA_L2_RTC-S1_T137-292319-IW2_20211119T015858Z', 137],
    ['20240305_VV', undefined],
  ])('%s', (name, orbit) => {
    expect(relativeOrbitOf(name)).toBe(orbit);
  });

  it.each([
    ['S1A_IW_GRDH', 'Sentinel-1'],
    ['ALOS2-scene', 'ALOS'],
    ['users1a.tif', undefined],
  ])('%s', (name, sensor) => {
    expect(sensorOf(name)).toBe(sensor);
  });

  it.each([
    ['S1A_IW_GRDH_1SDV_20240305T214632', 'IW'],
    ['s1b-ew1-slc-hh-20240305t214632', 'EW'],
    ['S1A_S3_SLC__1SDV_20240305T214632', 'SM'],
    ['OPERA_L2_RTC-S1_T137-292319-IW2_20211119T015858Z_S1A_30', 'IW'],
    ['S1_20240115_HH.tif', undefined],
    ['IW_20240115.tif', undefined],
  ])('%s', (name, mode) => {
    expect(modeOf(name)).toBe(mode);
  });
});
