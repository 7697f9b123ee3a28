import { SarIoError } from '@mtpi/sar-io';
import { groundRangeAt } from '../geocoding/ground-range';
import { checkOrbit, SPEED_OF_LIGHT, type StateVector } from '../geocoding/orbit';
import { type RadarGeometry, radarGeometry } from '../geocoding/radar-geometry';
import { gridRows } from './annotation';
import type { GrdAnnotation } from './grd-annotation';

export interface GrdGeometryOptions {
  /** State vectors of an orbit file, in seconds of the annotation's epoch. Default: those of the annotation. */
  orbit?: readonly StateVector[];
  /**
   * Seconds to add to the times of the coordinate conversion records; `grid`: as the geolocation grid has been computed;
   * `annotated`: 0, as SNAP and sarsen take them. Default `grid`.
   */
  recordShift?: 'grid' | 'annotated' | number;
}

/** Largest deviation (lines) from the geolocation grid; a larger one is of another orbit. */
const LARGEST_DEVIATION = 0.5;

/**
 * The radar geometry of a GRD product, from orbit and coordinate conversion, for `terrainCorrect`. The times of state vectors in
 * annotations of old processors are rounded to milliseconds: what they are off the geolocation grid on average, up to 0.3
 * lines, is corrected.
 *
 * @throws SarIoError `CorruptFile` for an orbit that is too short or unordered, or does not agree with the geolocation grid.
 */
export function grdGeometry(
  annotation: GrdAnnotation,
  { orbit = annotation.orbit, recordShift = 'grid' }: GrdGeometryOptions = {},
): RadarGeometry {
  const { path, grid, firstLineTime, azimuthTimeInterval, rangePixelSpacing, groundRange } = annotation;
  checkOrbit(orbit, path);
  const parameters = {
    ...{ firstLineTime, azimuthTimeInterval, rangePixelSpacing, groundRange },
    recordShift:
      recordShift === 'grid'
        ? coordinateConversionShift(annotation)
        : recordShift === 'annotated'
          ? 0
          : recordShift,
    bistaticReference: grdBistaticReference(annotation),
  };
  const geometry = radarGeometry(orbit, parameters);
  const deviations = grid.map(
    ({ line, longitude, latitude, height }) =>
      geometry.backwardGeocode(longitude, latitude, height)[0] - line,
  );
  const mean = deviations.reduce((sum, value) => sum + value, 0) / deviations.length;
  if (!(Math.abs(mean) < LARGEST_DEVIATION)) {
    throw new SarIoError('CorruptFile', {
      path,
      expected: 'an orbit that agrees with the geolocation grid',
      found: Number.isNaN(mean) ? 'one that does not reach it' : `a deviation of ${mean.toFixed(1)} lines`,
      hint: 'check that the orbit file covers this pass',
    });
  }
  if (orbit !== annotation.orbit) return geometry;
  return radarGeometry(orbit, {
    ...parameters,
    firstLineTime: firstLineTime + mean * azimuthTimeInterval,
  });
}

/**
 * Slant range time (s) for which the line times of a GRD product are zero-Doppler times, fitted to the geolocation grid; see
 * `bistaticReferenceSlantRangeTime`.
 */
export function grdBistaticReference({ grid, firstLineTime, azimuthTimeInterval }: GrdAnnotation): number {
  const found = grid.map(
    ({ line, time, slantRangeTime }) =>
      slantRangeTime - 2 * (time - firstLineTime - line * azimuthTimeInterval),
  );
  return found.reduce((sum, value) => sum + value, 0) / found.length;
}

/** Largest shift (s) of coordinate conversion records that is searched for, and the steps of the search. */
const LARGEST_SHIFT = 0.5;
const SHIFT_STEP = 1e-3;

/**
 * Seconds to add to the times of the coordinate conversion records so that they reproduce the geolocation grid best: the grid
 * is computed with the next record after each of its lines. 0 where no shift halves the error.
 */
export function coordinateConversionShift(annotation: GrdAnnotation): number {
  const { grid, groundRange, firstLineTime, azimuthTimeInterval, rangePixelSpacing } = annotation;
  // The record that the last row was computed with may be missing in the list.
  const rows = gridRows(grid).slice(0, -1);
  const error = (shift: number) => {
    const records = groundRange.map((record) => ({ ...record, time: record.time + shift }));
    let sum = 0;
    for (const row of rows) {
      const convert = groundRangeAt(records, firstLineTime + row[0].line * azimuthTimeInterval);
      for (const { sample, slantRangeTime } of row) {
        const range = convert.groundRange((slantRangeTime * SPEED_OF_LIGHT) / 2);
        sum += Math.abs(range / rangePixelSpacing - sample);
      }
    }
    return sum;
  };
  const steps = Math.round(LARGEST_SHIFT / SHIFT_STEP);
  const shifts = Array.from({ length: 2 * steps + 1 }, (_, i) => (i - steps) * SHIFT_STEP);
  const errors = shifts.map(error);
  const best = errors.indexOf(Math.min(...errors));
  return 2 * errors[best] < error(0) ? shifts[best] : 0;
}
