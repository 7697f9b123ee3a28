import { SarIoError } from '../errors';

/** Second 60 is a leap second. */
const UTC = /^\s*(?:UTC=)?(\d{4}-\d\d-\d\d)[T ]([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.(\d+))?Z?\s*$/;

/** Milliseconds of 00:00 UTC of a day `YYYY-MM-DD`; NaN where no calendar has it. */
function midnight(day: string): number {
  const time = Date.parse(`${day}T00:00:00Z`);
  // The 30th of February is read as the first or second of March.
  return new Date(time || 0).toISOString().startsWith(day) ? time : Number.NaN;
}

/** The day, `YYYY-MM-DD`, of a time such as `2021-04-01T05:26:24.209990`, which may begin with `UTC=`. */
export function utcDay(text: string): string {
  const match = UTC.exec(text);
  if (!match || Number.isNaN(midnight(match[1]))) {
    throw new SarIoError(
      'InvalidArgument',
      `utcDay: expected a time such as 2021-04-01T05:26:24.209990, found '${text}'`,
    );
  }
  return match[1];
}

/**
 * A UTC time as seconds since 00:00 of a day, right to the microsecond (`Date` would round to milliseconds, 7 m of orbit).
 *
 * @param epoch `YYYY-MM-DD`; by default the day of the time itself.
 * @throws SarIoError `InvalidArgument`.
 */
export function parseUtc(text: string, epoch = utcDay(text)): number {
  const days = (midnight(utcDay(text)) - midnight(epoch)) / 86_400_000;
  if (Number.isNaN(days)) {
    throw new SarIoError(
      'InvalidArgument',
      `parseUtc: expected an epoch such as 2021-04-01, found '${epoch}'`,
    );
  }
  const [, , hours, minutes, seconds, fraction = '0'] = UTC.exec(text)!;
  const whole = days * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return (whole * 1e6 + Math.round(Number(`0.${fraction}`) * 1e6)) / 1e6;
}

/** Seconds since 00:00 UTC of a day as `2021-04-01T05:26:24.209990`; the inverse of `parseUtc`. */
export function formatUtc(seconds: number, epoch: string): string {
  const microseconds = Math.round(seconds * 1e6);
  const milliseconds = Math.floor(microseconds / 1000);
  const rest = String(microseconds - milliseconds * 1000).padStart(3, '0');
  return new Date(midnight(epoch) + milliseconds).toISOString().replace('Z', rest);
}
