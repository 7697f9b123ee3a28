import { SarIoError } from '@mtpi/sar-io';
import { cross, dot, subtract, toCartesian, type Vector } from './vector';

/** Position (m) and velocity (m/s) of the satellite in the Earth-fixed frame at a time (s). */
export interface StateVector {
  time: number;
  position: readonly [number, number, number];
  velocity: readonly [number, number, number];
}

/**
 * Zero-Doppler time (s) and two-way slant range time (s) of a point; NaN where the orbit does not reach, and left of the
 * track, where Sentinel-1 does not look. Longitude and latitude in degrees, height in meters above the WGS 84 ellipsoid.
 */
export type BackwardGeolocation = (
  longitude: number,
  latitude: number,
  height: number,
) => { time: number; slantRangeTime: number };

/** Meters per second. */
export const SPEED_OF_LIGHT = 299_792_458;

/** State vectors that a position is interpolated from; an orbit needs as many at least. */
const LEAST_STATE_VECTORS = 8;

/** Seconds that an orbit is extrapolated: those of old GRD products end with the image. */
const EXTRAPOLATION = 0.5;

const ITERATIONS = 10;
const CLOSE_ENOUGH = 1e-10;

/** Position (m) and velocity (m/s) of the satellite in the Earth-fixed frame. */
interface State {
  position: Vector;
  velocity: Vector;
}

/**
 * Position (m) and velocity (m/s) of the satellite at a time (s), in the Earth-fixed frame, by Lagrange interpolation
 * between the eight nearest state vectors.
 *
 * @param orbit Eight state vectors or more, equally spaced in time.
 * @throws SarIoError `InvalidArgument` for fewer or unordered state vectors, and half a second or more beyond them.
 */
export function stateAt(orbit: readonly StateVector[], time: number): State {
  checkOrbit(orbit);
  if (isReached(orbit, time)) return interpolateState(orbit, time);
  const [begin, end] = [orbit[0].time, orbit[orbit.length - 1].time];
  throw new SarIoError('InvalidArgument', {
    expected: `a time of the orbit, from ${begin} to ${end} s`,
    found: `${time} s`,
  });
}

/** @throws SarIoError `CorruptFile`, or without the path of a product `InvalidArgument`, for fewer or unordered state vectors. */
export function checkOrbit(orbit: readonly StateVector[], path?: string): void {
  const isOrdered = orbit.every(
    ({ time }, i) => Number.isFinite(time) && (i === 0 || time > orbit[i - 1].time),
  );
  if (orbit.length >= LEAST_STATE_VECTORS && isOrdered) return;
  throw new SarIoError(path ? 'CorruptFile' : 'InvalidArgument', {
    ...(path && { path, hint: 'give an orbit file' }),
    expected: `an orbit of ${LEAST_STATE_VECTORS} or more state vectors, by ascending time`,
    found: `${orbit.length}${isOrdered ? '' : ' in another order'}`,
  });
}

const isReached = (orbit: readonly StateVector[], time: number) =>
  time >= orbit[0].time - EXTRAPOLATION && time <= orbit[orbit.length - 1].time + EXTRAPOLATION;

/** As `stateAt`, of an orbit and a time that are checked. */
export function interpolateState(orbit: readonly StateVector[], time: number): State {
  const step = (orbit[orbit.length - 1].time - orbit[0].time) / (orbit.length - 1);
  const centered = Math.floor((time - orbit[0].time) / step) - LEAST_STATE_VECTORS / 2 + 1;
  const first = Math.max(0, Math.min(centered, orbit.length - LEAST_STATE_VECTORS));
  const near = orbit.slice(first, first + LEAST_STATE_VECTORS);
  const position: [number, number, number] = [0, 0, 0];
  const velocity: [number, number, number] = [0, 0, 0];
  for (const vector of near) {
    let weight = 1;
    for (const other of near) {
      if (other !== vector) weight *= (time - other.time) / (vector.time - other.time);
    }
    for (const axis of [0, 1, 2] as const) {
      position[axis] += weight * vector.position[axis];
      velocity[axis] += weight * vector.velocity[axis];
    }
  }
  return { position, velocity };
}

/**
 * Backward geolocation of an orbit: solves the zero-Doppler equation (P − S)·V = 0 by Newton's method.
 *
 * @param orbit Eight state vectors or more, equally spaced in time; times are returned on the same time scale.
 * @throws SarIoError `InvalidArgument` for fewer or unordered state vectors.
 */
export function zeroDoppler(orbit: readonly StateVector[]): BackwardGeolocation {
  checkOrbit(orbit);
  const [begin, end] = [orbit[0].time, orbit[orbit.length - 1].time];
  return (longitude, latitude, height) => {
    const point = toCartesian(longitude, latitude, height);
    // From the middle each time: the last digits must not depend on the point before.
    let time = (begin + end) / 2;
    let step = Number.POSITIVE_INFINITY;
    let range = Number.NaN;
    let isRight = false;
    for (let i = 0; i < ITERATIONS && Math.abs(step) > CLOSE_ENOUGH; i++) {
      const { position, velocity } = interpolateState(orbit, time);
      const ahead = interpolateState(orbit, time + 0.05).velocity;
      const line = subtract(point, position);
      const acceleration: Vector = [
        (ahead[0] - velocity[0]) / 0.05,
        (ahead[1] - velocity[1]) / 0.05,
        (ahead[2] - velocity[2]) / 0.05,
      ];
      step = dot(line, velocity) / (dot(velocity, velocity) - dot(line, acceleration));
      time += step;
      range = Math.hypot(...line);
      isRight = dot(line, cross(velocity, position)) > 0;
    }
    return isReached(orbit, time) && isRight && Math.abs(step) <= CLOSE_ENOUGH
      ? { time, slantRangeTime: (2 * range) / SPEED_OF_LIGHT }
      : { time: Number.NaN, slantRangeTime: Number.NaN };
  };
}
