import type { Annotation, Burst } from './annotation';

/** Seconds of an orbit: 175 in 12 days. */
const ORBIT = (12 * 86_400) / 175;
/** Seconds from the ascending node to the first burst, and from burst to burst of one swath. */
const PREAMBLE = 2.299849;
const CYCLE = 2.758273;
/** Seconds that IW1, IW2 and IW3 begin after IW1. */
const SWATH_STARTS = [0, 0.832, 0.832 + 1.078];
/** Absolute orbits that begin a cycle of 175, less one. */
const FIRST_ORBITS: Readonly<Record<string, number>> = { S1A: 73, S1B: 27 };

/**
 * ESA's number of a burst: its cycle since the ascending node of relative orbit 1, counted at the middle of IW2. For
 * products of processors before 3.40, which do not tell it. The constants are those that JPL's s1-reader has.
 *
 * @returns Nothing for satellites that were never processed so.
 */
export function burstId(
  { mission, swath, absoluteOrbit, ascendingNodeTime }: Annotation,
  { sensingTime }: Pick<Burst, 'sensingTime'>,
): number | undefined {
  const first = FIRST_ORBITS[mission];
  if (first === undefined) return undefined;
  const start = sensingTime - SWATH_STARTS[Number(swath[2]) - 1];
  const middle = start + (SWATH_STARTS[1] + SWATH_STARTS[2]) / 2;
  const sinceFirstNode = middle - ascendingNodeTime + ((absoluteOrbit - first) % 175) * ORBIT;
  return 1 + Math.floor((sinceFirstNode - PREAMBLE) / CYCLE);
}
