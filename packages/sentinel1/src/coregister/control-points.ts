import type { Looks } from '@mtpi/polsar-priors';
import { crsOf, type Gcp, type Georeference } from '@mtpi/sar-io';
import type { Annotation } from '../product/annotation';

/** The image that control points are for. */
export interface RadarImageExtent {
  /** Of each of the swath's bursts, the image row of its first line; bursts outside the image have none. */
  burstRows: ReadonlyMap<number, number>;
  /** Image column of the first sample. */
  column: number;
  height: number;
  looks: Looks;
}

/**
 * The points of the geolocation grid that lie in the rows of an image in radar geometry; WGS 84, heights above the
 * ellipsoid. Annotated samples are centres of pixels, half a pixel from the corner that control points count from.
 */
export function controlPoints(annotation: Annotation, frame: RadarImageExtent): Gcp[] {
  const { linesPerBurst, grid, bursts } = annotation;
  return grid.flatMap(({ line, sample, longitude, latitude, height }) => {
    const burst = Math.min(bursts.length - 1, Math.floor(line / linesPerBurst));
    const start = frame.burstRows.get(burst);
    if (start === undefined) return [];
    const row = start + line - burst * linesPerBurst;
    if (row >= frame.height) return [];
    return [
      {
        column: (frame.column + sample + 0.5) / frame.looks.range,
        row: (row + 0.5) / frame.looks.azimuth,
        x: longitude,
        y: latitude,
        z: height,
      },
    ];
  });
}

/** Control points in WGS 84. */
export const georeferenceFromGcps = (gcps: readonly Gcp[]): Georeference => ({ crs: crsOf(4326), gcps });
