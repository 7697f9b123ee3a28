import type { Crs, LonLat } from '@mtpi/sar-io';

const degrees = (value: number, [positive, negative]: string): string =>
  `${Math.abs(value).toFixed(3)}° ${value < 0 ? negative : positive}`;

/** Latitude and longitude of a place, such as `34.321° N` and `119.742° W`. */
export const latitudeLongitude = ([longitude, latitude]: LonLat): [string, string] => [
  degrees(latitude, 'NS'),
  degrees(longitude, 'EW'),
];

/** The unit of coordinates, undefined where the reference system is unknown. */
export const unitOf = (crs: Crs | undefined): 'm' | '°' | undefined => crs && (crs.geographic ? '°' : 'm');

const withUnit = (text: string, unit: ReturnType<typeof unitOf>): string =>
  unit === 'm' ? `${text} m` : `${text}${unit ?? ''}`;

export const coordinatesText = (coordinates: readonly number[], unit: ReturnType<typeof unitOf>): string =>
  withUnit(coordinates.join(', '), unit);

/** The size of a pixel, such as `30 × 30 m`. */
export const spacingText = (sizes: readonly number[], unit: ReturnType<typeof unitOf>): string =>
  withUnit(sizes.map((size) => Number(Math.abs(size).toPrecision(6))).join(' × '), unit);
