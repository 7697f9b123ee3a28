import { type LonLat, withNearestLongitude } from '@mtpi/sar-io';

/** The place of an image as GeoJSON, RFC 7946: longitudes from -180 to 180 degrees, rings counterclockwise. */
export interface GeoJsonPlace {
  geometry: { type: 'Polygon' | 'MultiPolygon'; coordinates: unknown };
  /** West, south, east, north; across the antimeridian west is the greater one. */
  bbox: [number, number, number, number];
}

/** @param corners in order, as of `footprint`. An area across the antimeridian is cut there into two polygons. */
export function geoJsonOf(corners: readonly LonLat[]): GeoJsonPlace {
  const near = corners.map((corner) => withNearestLongitude(corner, corners[0][0]));
  const turn = 360 * Math.floor((Math.min(...near.map(([longitude]) => longitude)) + 180) / 360);
  const ring = near.map(([longitude, latitude]): LonLat => [longitude - turn, latitude]);
  const [longitudes, latitudes] = [0, 1].map((axis) => ring.map((corner) => corner[axis]));
  const [west, east] = [Math.min(...longitudes), Math.max(...longitudes)];
  const [south, north] = [Math.min(...latitudes), Math.max(...latitudes)];
  if (east <= 180) return { geometry: polygon(ring), bbox: [west, south, east, north] };
  const beyond = clipped(ring, 1).map(([longitude, latitude]): LonLat => [longitude - 360, latitude]);
  const parts = [clipped(ring, -1), beyond].map((part) => polygon(part).coordinates);
  return {
    geometry: { type: 'MultiPolygon', coordinates: parts },
    bbox: [west, south, east - 360, north],
  };
}

function polygon(ring: readonly LonLat[]) {
  const twiceArea = ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length];
    return sum + x * nextY - nextX * y;
  }, 0);
  const counterclockwise = twiceArea < 0 ? [...ring].reverse() : ring;
  return { type: 'Polygon' as const, coordinates: [[...counterclockwise, counterclockwise[0]]] };
}

/** The part of a convex ring west (-1) or east (1) of the antimeridian. */
const clipped = (ring: readonly LonLat[], side: -1 | 1): LonLat[] =>
  ring.flatMap((point, i): LonLat[] => {
    const next = ring[(i + 1) % ring.length];
    const [inside, nextInside] = [point, next].map(([longitude]) => side * (longitude - 180));
    const own = inside >= 0 ? [point] : [];
    if (inside * nextInside >= 0) return own;
    const share = inside / (inside - nextInside);
    return [...own, [180, point[1] + share * (next[1] - point[1])]];
  });
