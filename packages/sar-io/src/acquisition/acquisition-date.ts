import { parseSnapTime } from '../dimap/time';

/** Metadata items with the acquisition time, not the time when the file was made. */
const ITEMS = [
  'ACQUISITION_TIME',
  'ACQUISITION_DATE',
  'ACQUISITION_START_TIME',
  'ZERO_DOPPLER_START_TIME',
  'SENSING_START',
  'FIRST_LINE_TIME',
];

/** A date, with the time of day if there is one: without seconds only after `T`, or before a colon. */
const TIMESTAMP =
  /(?<!\d)((?:19|20)\d\d)([-_]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?:(?:[T_ -]?(?=\d\d[:-]?\d\d[:-]?\d\d)|T| (?=\d\d:))([01]\d|2[0-3])[:-]?([0-5]\d)(?:[:-]?([0-5]\d|60))?)?(?!\d)/i;
/** What follows a time that is not UTC. */
const ZONE = /^(?:[.,]\d+)? ?([+-])(0\d|1[0-4])(?::?([0-5]\d))?(?!\d)/;

/** The first date, with its time of day if there is one, in a text; UTC unless it has a zone such as `+09:00`. */
export function parseTimestamp(text: string): Date | undefined {
  const match = TIMESTAMP.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute = 0, second = 0] = [1, 3, 4, 5, 6, 7].map((i) =>
    match[i] === undefined ? undefined : Number(match[i]),
  ) as [number, number, number, number?, number?, number?];
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCDate() !== day) return undefined; // such as 31 February
  if (hour === undefined) return date;
  const [, sign, zoneHours = 0, zoneMinutes = 0] = ZONE.exec(text.slice(match.index + match[0].length)) ?? [];
  // In names without colons `-` separates words.
  const isZone = sign === '+' || (sign === '-' && match[0].includes(':'));
  const ahead = isZone ? Number(`${sign}1`) * (60 * Number(zoneHours) + Number(zoneMinutes)) : 0;
  return new Date(Number(date) + 1000 * (3600 * hour + 60 * (minute - ahead) + second));
}

/**
 * When an image was taken: from its metadata, else from the name of its file or of one of the two folders around it; the first of
 * these gives the day, and the first with a time of that day its time.
 * The names of OPERA products, Sentinel-1 SAFE folders and their files begin with that time; ISO dates work too, and
 * those with the month in letters, such as `05Mar2024`. `05-03-2024` is ambiguous, and no date.
 */
export function acquisitionDate(
  path: string,
  metadata: Readonly<Record<string, string>> = {},
): Date | undefined {
  const dates = [
    ...ITEMS.map((item) => (metadata[item] ? parseTimestamp(metadata[item]) : undefined)),
    ...namedDates(path).map(({ date }) => date),
  ].filter((date) => date !== undefined);
  const [first] = dates;
  // Items may state the day alone, and another one, or a name, the time of day.
  return dates.find((date) => dayOf(date) === dayOf(first) && Number(date) % DAY !== 0) ?? first;
}

const DAY = 86_400_000;
const dayOf = (date: Date) => Math.floor(Number(date) / DAY);

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
