import type { Window } from '@mtpi/polsar-priors';
import type { RasterSource, ReadOptions } from '@mtpi/sar-io';
import { type LonLat, type MapGrid, nearestLongitude, projectionOf, SarIoError } from '@mtpi/sar-io';
import { bilinear, type RasterReader } from './bilinear';
import { interpolateFromCoarseGrid } from './coarse-grid';
import { assembled } from './mosaic';
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
 * geoid. One around the Earth has no seam.
 *
 * @throws SarIoError `UnsupportedFormat` unless the model has one band, a transform, and a reference system that `projectionOf` knows.
 */
export function demElevation(model: RasterSource): ElevationModel {
  const { crs, transform } = checkElevationRaster(model);
  const { forward } = projectionOf(crs);
  const [x0, a, b, y0, d, e] = transform;
  const determinant = a * e - b * d;
  const turn = crs.geographic && d === 0 ? 360 / Math.abs(a) : Number.POSITIVE_INFINITY;
  const columnsAround = Math.round(turn);
  const isAround = model.width >= columnsAround;
  const center = x0 + (a * model.width + b * model.height) / 2;
  const raster = isAround ? twice(model, columnsAround) : model;
  return {
    async heightsAt(grid, part, options) {
      const lonLat = cellLonLat(grid, part);
      // The transform counts from the outer corner, rows and columns from the center of the first pixel.
      const columnOf = (x: number, y: number) => (e * (x - x0) - b * (y - y0)) / determinant - 0.5;
      const rowOf = (x: number, y: number) => (a * (y - y0) - d * (x - x0)) / determinant - 0.5;
      const [longitude, latitude] = forward(lonLat(part.width / 2, part.height / 2));
      const middle = nearestLongitude(longitude, center);
      const [rows, columns] = interpolateFromCoarseGrid(part, (i, j) => {
        const [position, y] = forward(lonLat(i, j));
        const x = crs.geographic ? nearestLongitude(position, middle) : position;
        return [rowOf(x, y), columnOf(x, y)];
      });
      if (Number.isFinite(turn)) {
        // So that the columns of the part follow one another, those of a raster around the Earth begin half a turn before.
        const first = isAround ? turned(columnOf(middle, latitude) - turn / 2, turn) : -EDGE;
        for (let i = 0; i < columns.length; i++) columns[i] = first + turned(columns[i] - first, turn);
      }
      clampToCenters(rows, raster.height);
      clampToCenters(columns, raster.width);
      const { values, mask } = await bilinear(raster, rows, columns, options);
      const heights = new Float64Array(mask.length).fill(Number.NaN);
      for (let i = 0; i < heights.length; i++) if (mask[i]) heights[i] = values[0][i];
      return heights;
    },
  };
}

/** @throws SarIoError `UnsupportedFormat` unless a raster has one real band and a georeference. */
export function checkElevationRaster({ path, bands, complex, georeference }: RasterSource) {
  const { crs, transform } = georeference;
  if (crs && transform && bands.length === 1 && !complex) return { crs, transform };
  throw new SarIoError('UnsupportedFormat', {
    path,
    expected: 'a DEM of one real band with a transform and a coordinate reference system',
    found: `${bands.length} ${complex ? 'complex ' : ''}bands${crs && transform ? '' : ' without georeference'}`,
    hint: 'convert it to a GeoTIFF in EPSG:4326 or UTM',
  });
}

/** A raster around the Earth beside itself. */
const twice = (model: RasterReader, columns: number): RasterReader =>
  assembled([
    { tile: model, x: 0, y: 0 },
    { tile: model, x: columns, y: 0 },
  ]);

/** A number less whole turns: from 0 to a turn. */
const turned = (value: number, turn: number) => value - turn * Math.floor(value / turn);

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
