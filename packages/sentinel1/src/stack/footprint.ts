import { extentOf, nearestLongitude } from '@mtpi/sar-io';
import { booleanIntersects } from '@turf/boolean-intersects';
import type { Polygon } from 'geojson';
import type { GeolocationGridPoint } from '../product/annotation';
import { type Area, geometries } from './area';

/** Whether an area intersects the ground of some rows of the geolocation grid, two or more. */
export function intersects(area: Area, rows: readonly GeolocationGridPoint[][]): boolean {
  const ground = footprint(rows);
  const turns = [-360, 0, 360].map((turn) => shifted(ground, turn));
  return turns.some((turned) => geometries(area).some((geometry) => booleanIntersects(turned, geometry)));
}

/** A polygon with other longitudes for the same places. */
const shifted = ({ coordinates: [ring] }: Polygon, turn: number): Polygon => ({
  type: 'Polygon',
  coordinates: [ring.map(([longitude, latitude]) => [longitude + turn, latitude])],
});

/** Outline of rows of the geolocation grid, with continuous longitudes. */
export function footprint(rows: readonly GeolocationGridPoint[][]): Polygon {
  const [top, bottom] = [rows[0], rows[rows.length - 1]];
  const between = rows.slice(1, -1);
  const points = [
    ...top,
    ...between.map((row) => row[row.length - 1]),
    ...bottom.toReversed(),
    ...between.map(([first]) => first).toReversed(),
    top[0],
  ];
  const west = top[0].longitude;
  const ring = points.map(({ longitude, latitude }) => [nearestLongitude(longitude, west), latitude]);
  return { type: 'Polygon', coordinates: [ring] };
}

/** A sentence that says where the points of geolocation grids are. */
export function coverage(points: readonly GeolocationGridPoint[]): string {
  const [west, east] = extentOf(
    points.map(({ longitude }) => nearestLongitude(longitude, points[0].longitude)),
  );
  const [south, north] = extentOf(points.map(({ latitude }) => latitude));
  const bounds = [west, south, east, north].map((degrees) => degrees.toFixed(2));
  return `The image covers ${bounds.join(',')} (west,south,east,north).`;
}
