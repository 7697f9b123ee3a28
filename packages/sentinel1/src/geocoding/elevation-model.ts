import type { Window } from '@mtpi/polsar-priors';
import type { RasterSource, ReadOptions } from '@mtpi/sar-io';
import { type LonLat, type MapGrid, projectionOf, SarIoError } from '@mtpi/sar-io';
import { bilinear } from './bilinear';
import type { RadarGeometry } from './geocode';
import { interpolateFromCoarseGrid } from './lattice';

/** Where the ground is: heights above the WGS 84 ellipsoid, in metres. */
export interface ElevationModel {
  /** Those of the cells of a part of a map, row by row; NaN where unknown. */
  heightsAt(grid: MapGrid, part: Window, options?: ReadOptions): Promise<Float64Array>;
}

/** One height everywhere. The map is off by the error of height ⁄ tan(incidence): 1.7 to 1 times it over a swath. */
export function constantElevation(height: number): ElevationModel {
  return { heightsAt: async (_, part) => new Float64Array(part.width * part.height).fill(height) };
}

/** A smooth surface over the map; NaN where it has none. */
export function analyticElevation(height: (longitude: number, latitude: number) => number): ElevationModel {
  return {
    async heightsAt(grid, part) {
      const place = lonLatOf(grid, part);
      const [heights] = interpolateFromCoarseGrid(part, (x, y) => [height(...place(x, y))]);
      return heights;
    },
  };
}

/** Steps of the fixed point below; each brings the height nearer by a factor of ten or more, unless slopes are steep. */
const ITERATIONS = 6;

/**
 * A smooth surface that is known by row and column of the image, as the heights of a geolocation grid are: a point's
 * height is the one that the surface has where the point is seen at that height.
 */
export function radarHeights(
  geometry: RadarGeometry,
  heightAt: (row: number, column: number) => number,
): ElevationModel {
  return analyticElevation((longitude, latitude) => {
    let height = 0;
    for (let i = 0; i < ITERATIONS; i++) height = heightAt(...geometry.toRadar(longitude, latitude, height));
    return height;
  });
}

/**
 * The heights of a digital elevation model, bilinear. They must count from the ellipsoid: of those that count from the sea
 * level, the geoid's height (−107 to 85 m) has to be added before.
 *
 * @throws SarIoError `UnsupportedFormat` unless the model is of one band with a transform in EPSG:4326 or UTM.
 */
export function demHeights(model: RasterSource): ElevationModel {
  const { crs, transform } = model.georeference;
  const { length: bands } = model.bands;
  if (!crs || !transform || bands !== 1 || model.complex) {
    const found = `${bands} bands${crs && transform ? '' : ', no transform and reference system'}`;
    throw new SarIoError(
      'UnsupportedFormat',
      `${model.path}: expected one band of heights on a map, found ${found}`,
    );
  }
  const { forward } = projectionOf(crs);
  const [x0, a, b, y0, d, e] = transform;
  const determinant = a * e - b * d;
  return {
    async heightsAt(grid, part, options) {
      const place = lonLatOf(grid, part);
      const west = x0 + (a * model.width + b * model.height) / 2;
      const [rows, columns] = interpolateFromCoarseGrid(part, (i, j) => {
        const [x, y] = forward(near(place(i, j), crs.geographic ? west : undefined));
        // From the outer corner to the centre of the first pixel.
        const column = (e * (x - x0) - b * (y - y0)) / determinant - 0.5;
        const row = (a * (y - y0) - d * (x - x0)) / determinant - 0.5;
        return [row, column];
      });
      const { values, mask } = await bilinear(model, rows, columns, options);
      return Float64Array.from(mask, (valid, i) => (valid ? values[0][i] : Number.NaN));
    },
  };
}

/** The place on Earth of a part's cells, from their centres. */
export function lonLatOf({ crs, transform }: MapGrid, part: Window): (x: number, y: number) => LonLat {
  const { inverse } = projectionOf(crs);
  const [x0, a, b, y0, d, e] = transform;
  return (x, y) => {
    const [column, row] = [part.x + x + 0.5, part.y + y + 0.5];
    return inverse([x0 + a * column + b * row, y0 + d * column + e * row]);
  };
}

/** The same place, its longitude within half a turn of another. */
const near = ([lon, lat]: LonLat, other?: number): LonLat =>
  other === undefined ? [lon, lat] : [lon - 360 * Math.round((lon - other) / 360), lat];
