import { describe, expect, it } from 'vitest';
import {
  assertSameGrid,
  type Crs,
  crsOf,
  defineCrs,
  type GeoKeys,
  type Georeference,
  isCrsComparable,
} from '../src/index';

const on = (crs: Crs): Georeference => ({ crs, transform: [5e5, 10, 0, 5.2e6, 0, -10] });
const grid = (crs: Crs) => ({ path: 'a', width: 100, height: 100, georeference: on(crs) });

/** A system by GeoTIFF keys, as GDAL writes those without an EPSG code: numbers in the directory and beside it. */
function byKeys(shorts: Record<number, number>, doubles: Record<number, number>): Crs {
  const keys = [
    ...Object.entries(shorts).map(([key, value]) => [Number(key), 0, 1, value]),
    ...Object.keys(doubles).map((key, i) => [Number(key), 34736, 1, i]),
  ];
  const geoKeys: GeoKeys = {
    directory: [1, 1, 0, keys.length, ...keys.flat()],
    doubles: Object.values(doubles),
  };
  return { geographic: shorts[1024] === 2, geoKeys };
}
const projected = { 1024: 1, 2048: 32767, 2054: 9102, 3072: 32767, 3074: 32767, 3076: 9001 };
const WGS84 = { 2057: 6378137, 2059: 298.257223563 };
const INTERNATIONAL = { 2057: 6378388, 2059: 297 };
const utm = { 3080: 15, 3081: 0, 3082: 5e5, 3083: 0, 3092: 0.9996 };
const laea = (ellipsoid: object) =>
  byKeys({ ...projected, 3075: 10 }, { ...ellipsoid, 3088: 10, 3089: 52, 3082: 4321000, 3083: 3210000 });

/** A projection in well-known text. */
const text = (
  method: string,
  parameters: Record<string, number>,
  spheroid = '6378137,298.257222101',
  unit = 1,
): Crs => ({
  geographic: false,
  wkt: `PROJCS["a",GEOGCS["b",DATUM["c",SPHEROID["d",${spheroid}]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["${method}"],${Object.entries(
    parameters,
  )
    .map(([name, value]) => `PARAMETER["${name}",${value}]`)
    .join(',')},UNIT["unit",${unit}]]`,
});
const mercator = {
  latitude_of_origin: 0,
  central_meridian: 15,
  scale_factor: 0.9996,
  false_easting: 500000,
  false_northing: 0,
};
const lambert93 = {
  standard_parallel_1: 49,
  standard_parallel_2: 44,
  latitude_of_origin: 46.5,
  central_meridian: 3,
  false_easting: 700000,
  false_northing: 6600000,
};

describe('a system by EPSG code and one by parameters', () => {
  it.each<[string, number, Crs]>([
    ['UTM by keys', 32633, byKeys({ ...projected, 3075: 1 }, { ...WGS84, ...utm })],
    ['UTM by the code of its projection', 32633, byKeys({ ...projected, 3074: 16033 }, WGS84)],
    ['UTM by text', 32633, text('Transverse_Mercator', mercator)],
    ['Lambert azimuthal equal-area by keys', 3035, laea(WGS84)],
    ['Lambert conformal conic by text', 2154, text('Lambert_Conformal_Conic_2SP', lambert93)],
    [
      'polar stereographic by text',
      3413,
      text('Polar_Stereographic', {
        latitude_of_origin: 70,
        central_meridian: -45,
        false_easting: 0,
        false_northing: 0,
      }),
    ],
    ['longitude and latitude by keys', 4326, byKeys({ 1024: 2, 2048: 32767, 2054: 9102 }, WGS84)],
  ])('are the same: %s', async (_, epsg, other) => {
    const code = crsOf(epsg, other.geographic);
    await defineCrs(code);
    for (const [a, b] of [
      [code, other],
      [other, code],
    ]) {
      expect(() => assertSameGrid([grid(a), grid(b)])).not.toThrow();
      expect(isCrsComparable(on(a), on(b))).toBe(true);
    }
  });

  it.each<[string, number, Crs, RegExp]>([
    ['UTM on another ellipsoid', 32633, byKeys({ ...projected, 3074: 16033 }, INTERNATIONAL), /a \(6378137/],
    ['another zone', 32634, byKeys({ ...projected, 3075: 1 }, { ...WGS84, ...utm }), /long0/],
    ['another projection', 32633, laea(WGS84), /lat0 \(0 and 0\.90/],
    ['another place', 32633, text('Transverse_Mercator', { ...mercator, false_northing: 100 }), /y0/],
    ['another unit', 32633, text('Transverse_Mercator', mercator, undefined, 0.3048), /x0/],
    ['another system by text', 2154, text('Lambert_Conformal_Conic_2SP', mercator), /lat/],
    ['longitude and latitude', 32633, byKeys({ 1024: 2, 2054: 9102 }, WGS84), /crs, in k0 \(0.9996 and 1\)/],
    ['longitudes on another ellipsoid', 4326, byKeys({ 1024: 2, 2054: 9102 }, INTERNATIONAL), /crs, in a/],
  ])('differ: %s', async (_, epsg, other, message) => {
    const code = crsOf(epsg, other.geographic);
    await defineCrs(code);
    expect(() => assertSameGrid([grid(code), grid(other)])).toThrow(message);
    expect(() => assertSameGrid([grid(other), grid(code)])).toThrow(/not on the same grid: crs, in/);
  });

  it.each<[string, number, Crs]>([
    ['an EPSG code that is not known', 99999, text('Transverse_Mercator', mercator)],
    ['a method that is not known', 32633, byKeys({ ...projected, 3075: 25 }, WGS84)],
    ['a text that cannot be read', 32633, { geographic: false, wkt: 'LOCAL_CS["a"]' }],
    ['a unit that is not known', 32633, byKeys({ ...projected, 3075: 1, 3076: 9002 }, { ...WGS84, ...utm })],
    ['no ellipsoid', 32633, byKeys({ ...projected, 3075: 1 }, utm)],
    ['oblique Mercator', 2056, text('Hotine_Oblique_Mercator', mercator)],
  ])('are taken as the same where they cannot be compared: %s', async (_, epsg, other) => {
    const code = crsOf(epsg, false);
    await defineCrs(code);
    expect(() => assertSameGrid([grid(code), grid(other)])).not.toThrow();
    expect(isCrsComparable(on(code), on(other))).toBe(false);
  });
});

it('two EPSG codes, and a system that only one has, need no parameters', () => {
  expect(isCrsComparable(on(crsOf(99998)), on(crsOf(99999)))).toBe(true);
  expect(isCrsComparable({}, on(crsOf(99999)))).toBe(true);
});
