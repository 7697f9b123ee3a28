import { type onSameOrbit, statedOrbit } from '@mtpi/sar-io/node';

type Source = Parameters<typeof onSameOrbit>[0] & { acquired: Date };

/** Days between passes of one relative orbit, by one satellite of Sentinel-1 or two. */
const REPEAT_DAYS = 6;
const DAY = 86_400_000;

/** The remark on dates that `isOffRepeat`. */
export const ORBITS_UNKNOWN = `No relative orbit is stated, and the interval to the date before is not a multiple of ${REPEAT_DAYS} days, as between passes of one orbit: orbits may be mixed; use the dates of one orbit only`;

/** Whether two dates that pass for one orbit are of several: neither states it, and the days between them are no multiple of the repeat cycle. */
export function isOffRepeat(date: Source, before: Source): boolean {
  const isUnstated = [date, before].every((one) => statedOrbit(one) === undefined);
  const days = Math.round((Number(date.acquired) - Number(before.acquired)) / DAY);
  return isUnstated && days % REPEAT_DAYS !== 0;
}
