import type { Window } from '@mtpi/polsar-priors';
import type { RasterSource, ReadOptions } from '@mtpi/sar-io';
import { type LonLat, type MapGrid, projectionOf, SarIoError } from '@mtpi/sar-io';
import { bilinear } from './bilinear';
import { interpolateFromCoarseGrid } from './coarse-grid';
import type { RadarGeometry } from './radar-geometry';

/** Heights of the ground above the WGS 84 ellipsoid, in meters. */
export interface ElevationModel {
  /** Heights of the cells of a part of a map, row by row; NaN where unknown. */
  heightsAt(grid: MapGrid, part: Window, options?: ReadOptions): Promise<Float64Array>;
}

/**
 * A constant height. A height error of Δh shifts the map by Δh ⁄ tan(incidence angle): 1.7 Δh in near range to 1.0 Δh in far
 * range of the IW swaths.
 */
export function constantElevation(height: number): ElevationModel {
  return { heightsAt: async (_, part) => new Float64Array(part.width * part.height).fill(height) };
}

/** A smooth surface given as a function of longitude and latitude; NaN where undefined. */
export function analyticElevation(height: (longitude: number, latitude: number) => number): ElevationModel {
  return {
    async heightsAt(grid, part) {
      const lonLat = cellLonLat(grid, part);
      const [heights] = interpolateFromCoarseGrid(part, (x, y) => [height(...lonLat(x, y))]);
      return heights;
    },
  };
}

/** Fixed-point iterations; each reduces the height error by a factor of ten or more, except on steep slopes. */
const ITERATIONS = 6;

/**
 * A smooth surface given in radar geometry, such as the heights of a geolocation grid, by fixed-point iteration between
 * position and height.
 *
 * @param heightAt Height (m) at a row and a column of the image.
 */
export function radarElevation(
  geometry: RadarGeometry,
  heightAt: (row: number, column: number) => number,
): ElevationModel {
  return analyticElevation((longitude, latitude) => {
    let height = 0;
    for (let i = 0; i < ITERATIONS; i++)
      height = heightAt(...geometry.backwardGeocode(longitude, latitude, height));
    return height;
  });
}

/**
 * A digital elevation model, interpolated bilinearly. Its heights must be ellipsoidal; `openDem` also takes heights above the
 * geoid.
 *
 * @throws SarIoError `UnsupportedFormat` unless the model has one band, a transform, and a reference system that `projectionOf` knows.
 */
export function demElevation(model: RasterSource): ElevationModel {
  const { crs, transform } = model.georeference;
  const { length: bands } = model.bands;
  if (!crs || !transform || bands !== 1 || model.complex) {
    throw new SarIoError('UnsupportedFormat', {
      path: model.path,
      expected: 'a DEM of one real band with a transform and a coordinate reference system',
      found: `${bands} ${model.complex ? 'complex ' : ''}bands${crs && transform ? '' : ' without georeference'}`,
      hint: 'convert it to a GeoTIFF in EPSG:4326 or UTM',
    });
  }
  const { forward } = projectionOf(crs);
  const [x0, a, b, y0, d, e] = transform;
  const determinant = a * e - b * d;
  return {
    async heightsAt(grid, part, options) {
      const lonLat = cellLonLat(grid, part);
      const west = x0 + (a * model.width + b * model.height) / 2;
      const [rows, columns] = interpolateFromCoarseGrid(part, (i, j) => {
        const [x, y] = forward(near(lonLat(i, j), crs.geographic ? west : undefined));
        // The transform counts from the outer corner, rows and columns from the center of the first pixel.
        const column = (e * (x - x0) - b * (y - y0)) / determinant - 0.5;
        const row = (a * (y - y0) - d * (x - x0)) / determinant - 0.5;
        return [row, column];
      });
      clampToCenters(rows, model.height);
      clampToCenters(columns, model.width);
      const { values, mask } = await bilinear(model, rows, columns, options);
      const heights = new Float64Array(mask.length).fill(Number.NaN);
      for (let i = 0; i < heights.length; i++) if (mask[i]) heights[i] = values[0][i];
      return heights;
    },
  };
}

/** Half a pixel and a little more, so that tiles side by side leave no gap. */
const EDGE = 0.5 + 1e-6;

/** Positions in the outer half of the outermost pixels take their values. */
function clampToCenters(positions: Float64Array, length: number): void {
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i];
    if (position < 0 && position >= -EDGE) positions[i] = 0;
    else if (position > length - 1 && position <= length - 1 + EDGE) positions[i] = length - 1;
  }
}

/** Longitude and latitude of the cell centers of a part of a map. */
export function cellLonLat({ crs, transform }: MapGrid, part: Window): (x: number, y: number) => LonLat {
  const { inverse } = projectionOf(crs);
  const [x0, a, b, y0, d, e] = transform;
  return (x, y) => {
    const [column, row] = [part.x + x + 0.5, part.y + y + 0.5];
    return inverse([x0 + a * column + b * row, y0 + d * column + e * row]);
  };
}

/** The same point, its longitude within 180° of another. */
const near = ([lon, lat]: LonLat, other?: number): LonLat =>
  other === undefined ? [lon, lat] : [lon - 360 * Math.round((lon - other) / 360), lat];
