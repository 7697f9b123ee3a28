import { type LonLat, withNearestLongitude } from '@mtpi/sar-io';
import { clipRing, signedArea } from '../rings';

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
  // Crossings lie on the antimeridian but for rounding.
  const before = clipRing(ring, ([longitude]) => 180 - longitude).map(
    ([longitude, latitude]): LonLat => [Math.min(longitude, 180), latitude],
  );
  const beyond = clipRing(ring, ([longitude]) => longitude - 180).map(
    ([longitude, latitude]): LonLat => [Math.max(longitude - 360, -180), latitude],
  );
  const parts = [before, beyond].map((part) => polygon(part).coordinates);
  return {
    geometry: { type: 'MultiPolygon', coordinates: parts },
    bbox: [west, south, east - 360, north],
  };
}

function polygon(ring: readonly LonLat[]) {
  const counterclockwise = signedArea(ring) < 0 ? [...ring].reverse() : ring;
  return { type: 'Polygon' as const, coordinates: [[...counterclockwise, counterclockwise[0]]] };
}
