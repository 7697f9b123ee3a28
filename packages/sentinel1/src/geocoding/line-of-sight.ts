import type { Window } from '@mtpi/polsar-priors';
import type { MapGrid } from '@mtpi/sar-io';
import { cellLonLat } from './elevation-model';
import { interpolateState, type StateVector } from './orbit';
import type { RadarGeometry } from './radar-geometry';
import { cross, dot, subtract, toCartesian, unit, upward, type Vector } from './vector';

/** Viewing geometry of the ellipsoid within a part of a map; quantities that depend on range are linear in it there. */
export interface LineOfSight {
  /** The satellite at a time; its velocity is the mean one over the part. */
  satellite: StateVector;
  /** Slant range time (s) of the near corner. */
  nearest: number;
  /** Incidence angle on the ellipsoid (radians) by slant range time (s). */
  incidenceAt(slantRangeTime: number): number;
  /** Speed (m/s) at which the zero-Doppler plane moves over the ellipsoid, by slant range time (s). */
  groundSpeedAt(slantRangeTime: number): number;
  /** Steps on the map, in cells, of one cell in length outward along the ground. */
  outward: readonly [x: number, y: number];
  /** Length (m) of such a step, and the longer edge of a cell. */
  stepLength: number;
  cellLength: number;
}

/** The orbit must reach the corners of the part, as of `reachedPart`. */
export function lineOfSight(geometry: RadarGeometry, grid: MapGrid, part: Window): LineOfSight {
  const lonLat = cellLonLat(grid, part);
  const at = (x: number, y: number) => {
    const [longitude, latitude] = lonLat(x, y);
    const { time, slantRangeTime } = geometry.geolocate(longitude, latitude, 0);
    return { longitude, latitude, time, slantRangeTime, point: toCartesian(longitude, latitude, 0) };
  };
  const [right, below] = [Math.max(1, part.width - 1), Math.max(1, part.height - 1)];
  const corners = [at(0, 0), at(right, 0), at(0, below), at(right, below)];
  const byRange = corners.toSorted((a, b) => a.slantRangeTime - b.slantRangeTime);
  const [near, far] = [byRange[0], byRange[3]];
  const times = corners.map(({ time }) => time);
  const linear = (value: (corner: (typeof corners)[number]) => number) => {
    const [first, last] = [value(near), value(far)];
    const slope = (last - first) / (far.slantRangeTime - near.slantRangeTime);
    return (slantRangeTime: number) => first + slope * (slantRangeTime - near.slantRangeTime);
  };

  // Along a line of constant time, outward.
  const [corner, east, south] = corners;
  const [timeEast, timeSouth] = [(east.time - corner.time) / right, (south.time - corner.time) / below];
  const turn = Math.hypot(timeEast, timeSouth);
  const [x, y] = [-timeSouth / turn, timeEast / turn];
  const rangeEast = (east.slantRangeTime - corner.slantRangeTime) / right;
  const rangeSouth = (south.slantRangeTime - corner.slantRangeTime) / below;
  const sign = rangeEast * x + rangeSouth * y < 0 ? -1 : 1;
  const lengthOf = (other: typeof corner, cells: number) =>
    Math.hypot(...subtract(other.point, corner.point)) / cells;

  return {
    nearest: near.slantRangeTime,
    satellite: satelliteBetween(geometry, Math.min(...times), Math.max(...times)),
    incidenceAt: linear(({ longitude, latitude, time, point }) => {
      const look = unit(subtract(point, interpolateState(geometry.orbit, time).position));
      return Math.acos(-dot(look, upward(longitude, latitude)));
    }),
    groundSpeedAt: linear(({ longitude, latitude, time, point }) =>
      groundSpeed(geometry, time, point, upward(longitude, latitude)),
    ),
    outward: [sign * x, sign * y],
    stepLength: Math.hypot(x * lengthOf(east, right), y * lengthOf(south, below)),
    cellLength: Math.max(lengthOf(east, right), lengthOf(south, below)),
  };
}

/** A part, or the first of its sixteenths, whose corners the orbit reaches: old products have orbits as short as the image. */
export function reachedPart(geometry: RadarGeometry, grid: MapGrid, part: Window): Window | undefined {
  const [width, height] = [Math.ceil(part.width / 4), Math.ceil(part.height / 4)];
  const parts = Array.from({ length: 16 }, (_, i) => ({
    ...{ x: part.x + (i % 4) * width, y: part.y + Math.floor(i / 4) * height },
    ...{ width, height },
  }));
  return [part, ...parts].find((candidate) => {
    const lonLat = cellLonLat(grid, candidate);
    return [0, candidate.width - 1].every((x) =>
      [0, candidate.height - 1].every(
        (y) => !Number.isNaN(geometry.geolocate(...lonLat(x, y), 0).slantRangeTime),
      ),
    );
  });
}

/** Positions are linear in time: over the second of a map tile to a meter, a millionth of the range. */
function satelliteBetween({ orbit }: RadarGeometry, first: number, last: number): StateVector {
  const { position } = interpolateState(orbit, first);
  const span = Math.max(last - first, 0.1);
  const [x, y, z] = subtract(interpolateState(orbit, first + span).position, position);
  return { time: first, position, velocity: [x / span, y / span, z / span] };
}

/** Derivative of the zero-Doppler equation along the flight direction on the ground. */
function groundSpeed({ orbit }: RadarGeometry, time: number, point: Vector, up: Vector): number {
  const { position, velocity } = interpolateState(orbit, time);
  const ahead = interpolateState(orbit, time + 0.05).velocity;
  const line = subtract(point, position);
  const along = unit(cross(up, unit(line)));
  const turning = dot(line, subtract(ahead, velocity)) / 0.05;
  return Math.abs((dot(velocity, velocity) - turning) / dot(along, velocity));
}
