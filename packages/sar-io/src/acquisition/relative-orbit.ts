import type { Acquisition } from './acquisition';
import { hasTimeOfDay } from './acquisition-date';
import { relativeOrbitOf } from './product-name';
import { type StatedItem, statedIn } from './stated-item';

/** Passes of one relative orbit are at one time of day, but for where a product was cut. */
const SAME_ORBIT_MINUTES = 3;

const DAY = 86_400_000;

type Source = Pick<Acquisition, 'metadata' | 'paths' | 'acquired'>;

/** The metadata items with the relative orbit, as `117` or `T117`. */
export const RELATIVE_ORBIT: StatedItem<number> = {
  names: ['RELATIVE_ORBIT', 'REL_ORBIT'],
  expected: 'a number such as 117',
  parse: (text) => Number(/^(?:(?:T|R|track|orbit)[ _]?)?(\d+)/i.exec(text)?.[1]) || undefined,
};

/** The metadata items with the pass, as words or their abbreviations `A`, `D`, `ASC`, `DESC`. */
export const PASS: StatedItem<'ascending' | 'descending'> = {
  names: ['PASS', 'ORBIT_DIRECTION'],
  expected: 'ascending or descending',
  parse: (text) => {
    const [, ascending, descending] =
      /^(?:(a(?:sc(?:ending)?)?)|(d(?:e?sc(?:ending)?)?))(?![a-z])/i.exec(text) ?? [];
    return ascending ? 'ascending' : descending ? 'descending' : undefined;
  },
};

/** The relative orbit (track) of an acquisition, as its metadata or names state it. */
export const statedOrbit = (source: Source): number | undefined =>
  statedIn(source.metadata, RELATIVE_ORBIT)[0] ?? fromNames(source, relativeOrbitOf);

/** The pass of an acquisition, as its metadata state it. */
export const statedPass = ({ metadata }: Source): 'ascending' | 'descending' | undefined =>
  statedIn(metadata, PASS)[0];

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
  return time && hasTimeOfDay(time) ? (Number(time) % DAY) / 60_000 : undefined;
}

const minutesApart = (a: number, b: number) => Math.min(Math.abs(a - b), 1440 - Math.abs(a - b));
