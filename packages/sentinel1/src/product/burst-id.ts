/** Seconds per orbit: 175 orbits in 12 days. */
const ORBIT = (12 * 86_400) / 175;
/** Seconds from the ascending node to the first burst, and between bursts of one swath. */
const PREAMBLE = 2.299849;
const CYCLE = 2.758273;
/** Start of IW1, IW2 and IW3 in seconds after IW1. */
const SWATH_STARTS = [0, 0.832, 0.832 + 1.078];
/** Offset between absolute and relative orbit numbers. */
const FIRST_ORBITS: Readonly<Record<string, number>> = { S1A: 73, S1B: 27 };

/**
 * ESA burst ID: the burst cycle since the ascending node of relative orbit 1, counted at the middle of IW2. For products of
 * processors before 3.40, which do not annotate it. Constants as in JPL's s1-reader.
 *
 * @returns Undefined for satellites without products of such processors.
 */
export function burstId({
  mission,
  swath,
  absoluteOrbit,
  ascendingNodeTime,
  sensingTime,
}: {
  mission: string;
  swath: string;
  absoluteOrbit: number;
  /** Seconds, as the raw sensing time of the burst's first line. */
  ascendingNodeTime: number;
  sensingTime: number;
}): number | undefined {
  const first = FIRST_ORBITS[mission];
  if (first === undefined) return undefined;
  const start = sensingTime - SWATH_STARTS[Number(swath[2]) - 1];
  const middle = start + (SWATH_STARTS[1] + SWATH_STARTS[2]) / 2;
  const sinceFirstNode = middle - ascendingNodeTime + ((absoluteOrbit - first) % 175) * ORBIT;
  return 1 + Math.floor((sinceFirstNode - PREAMBLE) / CYCLE);
}
