import type { Acquisition } from './acquisition';
import { relativeOrbitOf } from './product-name';

/** Passes of one relative orbit are at one time of day, but for where a product was cut. */
const SAME_ORBIT_MINUTES = 3;

const DAY = 86_400_000;

type Source = Pick<Acquisition, 'metadata' | 'paths' | 'acquired'>;

/** The relative orbit (track) of an acquisition, as its metadata or names state it. */
export function statedOrbit(source: Source): number | undefined {
  const stated = Number.parseInt(source.metadata.RELATIVE_ORBIT ?? source.metadata.REL_ORBIT, 10);
  return stated > 0 ? stated : fromNames(source, relativeOrbitOf);
}

/** The pass of an acquisition, as its metadata state it. */
export function statedPass({ metadata }: Source): 'ascending' | 'descending' | undefined {
  const [, pass] = /^(ascending|descending)$/i.exec(metadata.PASS ?? metadata.ORBIT_DIRECTION ?? '') ?? [];
  return pass?.toLowerCase() as ReturnType<typeof statedPass>;
}

/**
 * Whether two acquisitions were made from one relative orbit, as their metadata or names state, else by the time of day. True
 * where neither is known.
 */
export function onSameOrbit(first: Source, second: Source): boolean {
  const [pass, otherPass] = [first, second].map(statedPass);
  if (pass && otherPass && pass !== otherPass) return false;
  const [track, other] = [first, second].map(statedOrbit);
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
