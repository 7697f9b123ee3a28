/** Meters per second. */
export const LIGHT = 299_792_458;

const RADIUS = 7_071_000;
const RATE = 7592 / RADIUS;
const SEMI_MAJOR = 6_378_137;
const SEMI_MINOR = 6_356_752.314245;

type Vector = readonly [number, number, number];

const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const sum = (...terms: readonly (readonly [number, Vector])[]): Vector => {
  const at = (i: 0 | 1 | 2) => terms.reduce((total, [factor, vector]) => total + factor * vector[i], 0);
  return [at(0), at(1), at(2)];
};
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const unit = (a: Vector): Vector => sum([1 / Math.sqrt(dot(a, a)), a]);

/** Directions to the satellite at time 0 (above 45° N 11° E) and of its flight, northward; the plane's normal. */
const UP = unit([
  Math.cos(Math.PI / 4) * Math.cos(0.19),
  Math.cos(Math.PI / 4) * Math.sin(0.19),
  Math.SQRT1_2,
]);
const EAST = unit([-Math.sin(0.19), Math.cos(0.19), 0]);
const ALONG = unit(sum([1, cross(UP, EAST)], [-0.2, EAST]));
const NORMAL = cross(UP, ALONG);

/**
 * A satellite on a circle in the Earth-fixed frame, moved sideways by some meters, on which zero-Doppler positions have a
 * closed form: the independent oracle of everything iterative.
 */
export class CircularOrbit {
  /** @param shift Meters across the track. */
  constructor(private readonly shift = 0) {}

  /** Of the plane of the unmoved circle. */
  readonly normal = NORMAL;

  position(time: number): Vector {
    const angle = RATE * time;
    return sum([RADIUS * Math.cos(angle), UP], [RADIUS * Math.sin(angle), ALONG], [this.shift, NORMAL]);
  }

  velocity(time: number): Vector {
    const angle = RATE * time;
    return sum([-RADIUS * RATE * Math.sin(angle), UP], [RADIUS * RATE * Math.cos(angle), ALONG]);
  }

  /** When a point is seen at zero Doppler, and the two-way time to it then. */
  toRadar(point: Vector): [time: number, delay: number] {
    const time = Math.atan2(dot(point, ALONG), dot(point, UP)) / RATE;
    const line = sum([1, point], [-1, this.position(time)]);
    return [time, (2 * Math.sqrt(dot(line, line))) / LIGHT];
  }

  /** The point of the ground at a height, right of the track, seen at zero Doppler: by bisection of the look angle. */
  toGround(time: number, delay: number, height: number): Vector {
    const satellite = this.position(time);
    const flight = unit(this.velocity(time));
    const out = unit(satellite);
    const right = unit(cross(flight, out));
    const up = cross(right, flight);
    const range = (delay * LIGHT) / 2;
    const at = (angle: number) =>
      sum([1, satellite], [-range * Math.cos(angle), up], [range * Math.sin(angle), right]);
    let [low, high] = [0, 1];
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2;
      if (toGeodetic(at(middle)).height < height) low = middle;
      else high = middle;
    }
    return at(low);
  }
}

/** Earth-fixed coordinates of a point of WGS 84, from degrees and meters. */
export function earthFixed(longitude: number, latitude: number, height: number): Vector {
  const [lon, lat] = [longitude * (Math.PI / 180), latitude * (Math.PI / 180)];
  const e2 = 1 - (SEMI_MINOR / SEMI_MAJOR) ** 2;
  const normal = SEMI_MAJOR / Math.sqrt(1 - e2 * Math.sin(lat) ** 2);
  const across = (normal + height) * Math.cos(lat);
  return [across * Math.cos(lon), across * Math.sin(lon), (normal * (1 - e2) + height) * Math.sin(lat)];
}

/** Degrees and meters on WGS 84, by fixed-point iteration of the latitude. */
export function toGeodetic([x, y, z]: Vector): { latitude: number; longitude: number; height: number } {
  const e2 = 1 - (SEMI_MINOR / SEMI_MAJOR) ** 2;
  const p = Math.hypot(x, y);
  let latitude = Math.atan2(z, p * (1 - e2));
  let [height, normal] = [0, 0];
  for (let i = 0; i < 12; i++) {
    normal = SEMI_MAJOR / Math.sqrt(1 - e2 * Math.sin(latitude) ** 2);
    height = p / Math.cos(latitude) - normal;
    latitude = Math.atan2(z, p * (1 - (e2 * normal) / (normal + height)));
  }
  return { latitude: (latitude * 180) / Math.PI, longitude: (Math.atan2(y, x) * 180) / Math.PI, height };
}
