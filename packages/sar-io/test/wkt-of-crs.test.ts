import proj4 from 'proj4';
import { expect, it } from 'vitest';
import { crsOfWkt } from '../src/georeference/crs-of-wkt';
import { wktOf } from '../src/georeference/wkt-of-crs';
import { crsOf, defineCrs } from '../src/index';

/** proj4's reader of well-known text leads to the same places as its own definition. */
it.each([
  ['ETRS89 / UTM zone 33N', 25833, [400_000, 5_800_000]],
  ['transverse Mercator with a shift of the datum', 27700, [400_000, 300_000]],
  ['Lambert’s conformal conical projection', 2154, [700_000, 6_600_000]],
  ['Albers’ conical projection', 5070, [-500_000, 2_000_000]],
  ['Lambert’s azimuthal projection', 3035, [4_400_000, 3_200_000]],
  ['geographic', 4258, [13, 52]],
])('%s has well-known text', async (_, epsg, point) => {
  const crs = crsOf(epsg);
  await defineCrs(crs);
  const wkt = wktOf(crs)!;
  expect(crsOfWkt(wkt)).toMatchObject({ epsg, geographic: epsg === 4258 });
  const [found, expected] = [wkt, `EPSG:${epsg}`].map((from) => proj4(from, 'WGS84').forward([...point]));
  // A nanodegree is 0.1 mm.
  found.forEach((value, axis) => {
    expect(value).toBeCloseTo(expected[axis], 9);
  });
});

it('of a system in other units, of another projection or unknown there is none', async () => {
  for (const epsg of [2263, 2056, 32768]) {
    await defineCrs(crsOf(epsg));
    expect(wktOf(crsOf(epsg))).toBeUndefined();
  }
  expect(wktOf({ geographic: false, wkt: 'PROJCS[…]' })).toBe('PROJCS[…]');
});
