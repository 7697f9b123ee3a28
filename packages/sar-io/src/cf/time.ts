import { SarIoError } from '../errors';
import { type CfVariable, textOf, valuesOf } from './dataset';

const MILLISECONDS: Readonly<Record<string, number>> = {
  milli: 1,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Calendars that agree with the Gregorian one in the years of satellites. */
const CALENDARS = /^(?:standard|gregorian|proleptic_gregorian)$/i;

/** Most dates of a series. */
const MOST_DATES = 100_000;

/** Whether a variable holds times: by its units, "days since 1990-01-01". */
export const isTime = ({ attributes }: CfVariable): boolean =>
  /\bsince\b/i.test(textOf(attributes, 'units') ?? '');

/**
 * The times of a coordinate variable, by its units and calendar (CF conventions, 4.4).
 *
 * @throws SarIoError `CorruptFile`, `UnsupportedFormat` for units or calendars of another kind.
 */
export async function decodeTimes(variable: CfVariable, path: string): Promise<Date[]> {
  const { name, attributes, shape } = variable;
  const units = textOf(attributes, 'units') ?? '';
  const calendar = textOf(attributes, 'calendar') ?? 'standard';
  const fail = (expected: string, found: string): never => {
    throw new SarIoError('UnsupportedFormat', {
      path,
      expected,
      found: `${name}: ${found}`,
      hint: 'Write times as days or seconds since a date of the standard calendar',
    });
  };
  if (!CALENDARS.test(calendar)) fail('times of the standard calendar', `calendar ${calendar}`);
  const [, unit, epoch] = /^\s*([a-z]+)\s+since\s+(.+)$/i.exec(units) ?? [];
  const word = unit?.toLowerCase() ?? '';
  const factor =
    MILLISECONDS[word] ??
    (/^(?:milli|ms)/.test(word)
      ? 1
      : /^(?:sec|min|hour|hr|day)/.test(word)
        ? MILLISECONDS[word[0]]
        : undefined);
  const origin = epoch && parseEpoch(epoch);
  if (!factor || origin === undefined) return fail('times as in "days since 1990-01-01"', `units "${units}"`);
  if ((shape[0] ?? 1) > MOST_DATES) fail(`at most ${MOST_DATES} dates`, String(shape[0]));
  const times = (await valuesOf(variable)).map((value) => new Date(Number(origin) + value * factor));
  if (times.some((time) => !Number.isFinite(Number(time)) || time.getUTCFullYear() > 9999)) {
    throw new SarIoError('CorruptFile', {
      path,
      expected: `times in ${name}`,
      found: 'numbers out of range',
      hint: 'Check the units of its times',
    });
  }
  return times;
}

/** As in `1990-01-01`, `1970-01-01T00:00:00Z` or `2000-1-1 12:00:0.0`; UTC. */
function parseEpoch(text: string): number | undefined {
  const match =
    /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}(?:\.\d*)?))?)?\s*(?:Z|UTC|\+?00?:?0?0?)?\s*$/i.exec(
      text,
    );
  if (!match) return undefined;
  const [year, month, day, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => (part ? Number(part) : undefined));
  return Date.UTC(year!, month! - 1, day!, hour, minute, 0) + 1000 * second;
}
