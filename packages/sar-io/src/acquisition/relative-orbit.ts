import type { Acquisition } from './acquisition';
import { relativeOrbitOf } from './product-name';

/** Passes of one relative orbit are at one time of day, but for where a product was cut. */
const SAME_ORBIT_MINUTES = 3;

const DAY = 86_400_000;

type Source = Pick<Acquisition, 'metadata' | 'paths' | 'acquired'>;

/**
 * Whether two acquisitions were made from one relative orbit, as their names say, else by the time of day. True where
 * neither is known.
 */
export function onSameOrbit(first: Source, second: Source): boolean {
  const [track, other] = [first, second].map((source) => fromNames(source, relativeOrbitOf));
  if (track !== undefined && other !== undefined) return track === other;
  const [a, b] = [first, second].map(({ acquired }) => clockTime(acquired));
  return a === undefined || b === undefined || minutesApart(a, b) <= SAME_ORBIT_MINUTES;
}

/** Information in the names of a product, its files or folders. */
export function fromNames<T>(
  { metadata, paths }: Source,
  read: (name: string) => T | undefined,
): T | undefined {
  const names = [metadata.PRODUCT ?? '', ...paths.flatMap((path) => path.split(/[\\/]/).slice(-3).reverse())];
  return names.map(read).find((found) => found !== undefined);
}

/** Minutes since midnight UTC; undefined where there is only a date. */
function clockTime(time: Date | undefined): number | undefined {
  const minutes = time && (Number(time) % DAY) / 60_000;
  return minutes || undefined;
}

const minutesApart = (a: number, b: number) => Math.min(Math.abs(a - b), 1440 - Math.abs(a - b));
