import { crsOf, type Georeference } from './georeference';
import { type LonLat, projectionOf } from './map-grid';

/**
 * Where the corners of a raster lie: first pixel, last of the first row, last, first of the last row. From ground control
 * points, those nearest to the corners.
 *
 * @returns undefined where nothing places the raster.
 * @throws SarIoError `UnsupportedFormat` for systems other than WGS 84, geographic or UTM.
 */
export function footprint({
  width,
  height,
  georeference: { crs, transform, gcps },
}: {
  width: number;
  height: number;
  georeference: Georeference;
}): LonLat[] | undefined {
  const corners = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ];
  if (transform && crs) {
    const [x, xc, xr, y, yc, yr] = transform;
    const { inverse } = projectionOf(crs);
    return corners.map(([c, r]) => inverse([x + c * xc + r * xr, y + c * yc + r * yr]));
  }
  if (!gcps?.length) return undefined;
  const { inverse } = projectionOf(crs ?? crsOf(4326));
  return corners.map(([c, r]) => {
    const nearest = gcps.reduce((a, b) =>
      Math.hypot(b.column - c, b.row - r) < Math.hypot(a.column - c, a.row - r) ? b : a,
    );
    return inverse([nearest.x, nearest.y]);
  });
}
