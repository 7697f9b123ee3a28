const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** The date, with its time of day if there is one, in a text of SNAP's: `31-MAR-2023 05:50:35.812250`, `VV_31Mar2023`; UTC. */
export function parseSnapTime(text: string): Date | undefined {
  const match = /(?<!\d)(\d{1,2})-?([A-Z]{3})-?(\d{4})(?!\d)(?: (\d\d):(\d\d):(\d\d(?:\.\d+)?))?/i.exec(text);
  const month = MONTHS.indexOf(match?.[2].toUpperCase() ?? '');
  if (!match || month < 0) return undefined;
  const [day, year, hour, minute, second] = [1, 3, 4, 5, 6].map((i) => Number(match[i] ?? 0));
  const date = new Date(Date.UTC(year, month, day));
  if (date.getUTCDate() !== day) return undefined; // such as 31 February
  return new Date(Number(date) + Math.floor(1000 * (3600 * hour + 60 * minute + second)));
}

/**
 * When an image was taken: the product's start, unless all its bands are named after another day. A co-registered
 * product starts when its reference did, whatever it holds.
 */
export function snapAcquired(start: Date | undefined, bands: readonly { name: string }[]): Date | undefined {
  const days = new Set(bands.map(({ name }) => parseSnapTime(name)?.getTime()));
  const [day] = days;
  if (days.size !== 1 || day === undefined) return start;
  return start?.toISOString().slice(0, 10) === new Date(day).toISOString().slice(0, 10)
    ? start
    : new Date(day);
}
