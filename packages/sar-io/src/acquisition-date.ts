import { parseSnapTime } from './dimap/time';

/** Metadata items with the acquisition time, not the time when the file was made. */
const ITEMS = [
  'ACQUISITION_TIME',
  'ACQUISITION_DATE',
  'ACQUISITION_START_TIME',
  'ZERO_DOPPLER_START_TIME',
  'SENSING_START',
  'FIRST_LINE_TIME',
];

const TIMESTAMP =
  /(?<!\d)((?:19|20)\d\d)([-_]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?:[T_ -]?([01]\d|2[0-3])[:-]?([0-5]\d)[:-]?([0-5]\d|60))?(?!\d)/i;

/** The first date, with its time of day if there is one, in a text; UTC. */
export function parseTimestamp(text: string): Date | undefined {
  const match = TIMESTAMP.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour = 0, minute = 0, second = 0] = [1, 3, 4, 5, 6, 7].map((i) =>
    match[i] === undefined ? undefined : Number(match[i]),
  ) as [number, number, number, number?, number?, number?];
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCDate() !== day) return undefined; // such as 31 February
  return new Date(Number(date) + 1000 * (3600 * hour + 60 * minute + second));
}

/**
 * When an image was taken: from its metadata, else from the name of its file or of one of the two folders around it.
 * The names of OPERA products, Sentinel-1 SAFE folders and their files begin with that time; ISO dates work too, and
 * those with the month in letters, such as `05Mar2024`. `05-03-2024` is ambiguous, and no date.
 */
export function acquisitionDate(
  path: string,
  metadata: Readonly<Record<string, string>> = {},
): Date | undefined {
  for (const item of ITEMS) {
    const date = metadata[item] && parseTimestamp(metadata[item]);
    if (date) return date;
  }
  for (const name of path.split(/[\\/]/).filter(Boolean).slice(-3).reverse()) {
    const date = parseTimestamp(name) ?? parseSnapTime(name);
    if (date) return date;
  }
  return undefined;
}
