import { parseSnapTime } from '../dimap/time';
import { type StatedItem, statedIn } from './stated-item';

/** The metadata items with the acquisition time, not the time when the file was made. */
export const ACQUISITION_TIME: StatedItem<Date> = {
  names: [
    'ACQUISITION_TIME',
    'ACQUISITION_DATE',
    'ACQUISITION_START_TIME',
    'ZERO_DOPPLER_START_TIME',
    'SENSING_START',
    'FIRST_LINE_TIME',
  ],
  expected: 'a time such as 2024-03-05T17:08:15Z',
  parse: parseStatedTime,
};

/** A date, with the time of day if there is one: without seconds only after `T`, or before a colon. */
const TIMESTAMP =
  /(?<!\d)((?:19|20)\d\d)([-_/:]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?:(?:[T_ -]?(?=\d\d[:-]?\d\d[:-]?\d\d)|T| (?=\d\d:))([01]\d|2[0-3])[:-]?([0-5]\d)(?:[:-]?([0-5]\d|60))?)?(?!\d)/i;
/** What may follow a time of day: a fraction of the second, the name of a zone, hours and minutes ahead of UTC. */
const REST = /^([.,]\d+)?[ ([]*([a-z]*) ?(?:([+-])(\d\d?)(?::?([0-5]\d))?(?!\d))?/i;
/** Hours of the zone that is farthest from UTC. */
const FARTHEST = 14;

/** A date in a text. */
interface Timestamp {
  /** As if it were UTC. */
  date: Date;
  written: string;
  /** The text after it. */
  rest: string;
  /** What the rest says of a time of day: the name of a zone, an offset from UTC, and the time in UTC with that offset. */
  zoned?: { zone: string; hours: string; sign: string; utc: Date };
}

function findTimestamp(text: string): Timestamp | undefined {
  const match = TIMESTAMP.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute = 0, second = 0] = [1, 3, 4, 5, 6, 7].map((i) =>
    match[i] === undefined ? undefined : Number(match[i]),
  ) as [number, number, number, number?, number?, number?];
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCDate() !== day) return undefined; // such as 31 February
  const rest = text.slice(match.index + match[0].length);
  if (hour === undefined) return { date, written: match[0], rest };
  const [, fraction = '', zone, sign = '', hours = '', minutes = '0'] = REST.exec(rest)!;
  const milliseconds = Number(fraction.slice(1, 4).padEnd(3, '0'));
  const time = Number(date) + 1000 * (3600 * hour + 60 * minute + second) + milliseconds;
  const ahead = 60_000 * Number(`${sign}1`) * (60 * Number(hours) + Number(minutes));
  return {
    ...{ date: new Date(time), written: match[0], rest },
    zoned: { zone: zone.toUpperCase(), sign, hours, utc: new Date(time - ahead) },
  };
}

/**
 * The first date in a name, with its time of day if there is one, to the millisecond; UTC unless it has a zone such as
 * `+09:00`. Undefined where there is none, or no such day.
 */
export function parseTimestamp(text: string): Date | undefined {
  const found = findTimestamp(text);
  if (!found?.zoned) return found?.date;
  const { zone, sign, hours, utc } = found.zoned;
  // Words may follow, and without colons `-` separates them.
  const isZone = zone === '' && hours.length === 2 && (sign === '+' || found.written.includes(':'));
  return isZone && Number(hours) <= FARTHEST ? utc : found.date;
}

/**
 * The time that a text states, in ISO 8601 or as `2024/03/05`, `2024:03:05 17:08:15`, `05-MAR-2024 17:08:15.123`,
 * `2024-065T17:08:15` (day of the year); UTC unless it has an offset, as in `UTC+2`. Undefined for other notations, zones that
 * have names, and times that there are not.
 */
function parseStatedTime(text: string): Date | undefined {
  const found = findTimestamp(inDigits(text.replace(/\s+/g, ' ')));
  if (!found?.zoned) return found && /^[T ]\d/i.test(found.rest) ? undefined : found?.date;
  const { zone, hours, utc } = found.zoned;
  return /^(?:|Z|UTC|GMT)$/.test(zone) && Number(hours) <= FARTHEST ? utc : undefined;
}

/** A text with its day in digits, where that has the month in letters or is the day of the year. */
const inDigits = (text: string): string =>
  text
    .replace(
      /(?<!\d)(\d{1,2})[- ]?([a-z]{3})[- ]?(\d{4})(?!\d)/i,
      (found, ...[day, month, year]: string[]) =>
        parseSnapTime(`${day}${month}${year}`)?.toISOString().slice(0, 10) ?? found,
    )
    .replace(/(?<!\d)((?:19|20)\d\d)-?(\d{3})(?![\d-])/, (found, ...[year, day]: string[]) => {
      const date = new Date(Date.UTC(Number(year), 0, Number(day)));
      return date.getUTCFullYear() === Number(year) ? date.toISOString().slice(0, 10) : found;
    });

/**
 * When an image was taken: from its metadata, else from the name of its file or of one of the two folders around it; the first of
 * these gives the day, and the first with a time of that day its time. Items that are not understood do not count.
 * The names of OPERA products, Sentinel-1 SAFE folders and their files begin with that time; ISO dates work too, and
 * those with the month in letters, such as `05Mar2024`. `05-03-2024` is ambiguous, and no date.
 */
export const acquisitionDate = (
  path: string,
  metadata: Readonly<Record<string, string>> = {},
): Date | undefined =>
  mostPrecise([...statedIn(metadata, ACQUISITION_TIME), ...namedDates(path).map(({ date }) => date)]);

/** The first of these dates or, where that is a day alone, another that has a time of that day. */
export function mostPrecise(dates: readonly (Date | undefined)[]): Date | undefined {
  const known = dates.filter((date) => date !== undefined);
  const [first] = known;
  return known.find((date) => hasTimeOfDay(date) && isSameDay(date, first)) ?? first;
}

const DAY = 86_400_000;

/** Whether more than the day is known; those without a time are at midnight UTC. */
export const hasTimeOfDay = (date: Date): boolean => Number(date) % DAY !== 0;

/** Whether two dates are of one day in UTC. */
export const isSameDay = (first: Date, second: Date): boolean =>
  Math.floor(Number(first) / DAY) === Math.floor(Number(second) / DAY);

/** The dates in the name of a file and of the two folders around it, in this order. */
const namedDates = (path: string) => {
  const parts = path.split(/[\\/]/);
  return [...parts.entries()]
    .filter(([, name]) => name)
    .slice(-3)
    .reverse()
    .map(([i, name]) => ({
      folder: parts.slice(0, i + 1).join('/'),
      date: parseTimestamp(name) ?? parseSnapTime(name),
    }));
};

/** The folder in whose name alone the date of an image stands, as far as names say; undefined where there is none. */
export function datingFolder(path: string, acquired: Date): string | undefined {
  const [file, ...folders] = namedDates(path);
  const dating = file?.date ? undefined : folders.find(({ date }) => date);
  return Number(dating?.date) === Number(acquired) ? dating?.folder : undefined;
}
