/** Coordinates (m) or a direction in the Earth-fixed frame. */
export type Vector = readonly [number, number, number];

/** WGS 84. */
const SEMI_MAJOR = 6_378_137;
const FLATTENING = 1 / 298.257223563;
const ECCENTRICITY_SQUARED = FLATTENING * (2 - FLATTENING);

export const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

export const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

export const subtract = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

export const unit = (a: Vector): Vector => {
  const length = Math.hypot(a[0], a[1], a[2]);
  return [a[0] / length, a[1] / length, a[2] / length];
};

/** Degrees, degrees and meters above the WGS 84 ellipsoid. */
export function toCartesian(longitude: number, latitude: number, height: number): Vector {
  const [lon, lat] = [(longitude * Math.PI) / 180, (latitude * Math.PI) / 180];
  const normal = SEMI_MAJOR / Math.sqrt(1 - ECCENTRICITY_SQUARED * Math.sin(lat) ** 2);
  return [
    (normal + height) * Math.cos(lat) * Math.cos(lon),
    (normal + height) * Math.cos(lat) * Math.sin(lon),
    (normal * (1 - ECCENTRICITY_SQUARED) + height) * Math.sin(lat),
  ];
}

/** The unit vector upward, normal to the ellipsoid. */
export function upward(longitude: number, latitude: number): Vector {
  const [lon, lat] = [(longitude * Math.PI) / 180, (latitude * Math.PI) / 180];
  return [Math.cos(lat) * Math.cos(lon), Math.cos(lat) * Math.sin(lon), Math.sin(lat)];
}
