import { relativeOrbitNumber } from '@mtpi/sar-io/node';

/** Seconds per orbit: 175 orbits in 12 days. */
const ORBIT = (12 * 86_400) / 175;
/** Seconds from the ascending node to the first burst, and between bursts of one swath. */
const PREAMBLE = 2.299849;
const CYCLE = 2.758273;
/** Start of IW1, IW2 and IW3 in seconds after IW1. */
const SWATH_STARTS = [0, 0.832, 0.832 + 1.078];

/**
 * ESA burst ID: the burst cycle since the ascending node of relative orbit 1, counted at the middle of IW2. For products of
 * processors before 3.40, which do not annotate it. Constants as in JPL's s1-reader.
 *
 * @returns Undefined for satellites whose relative orbits are not known by their absolute ones; there are no products of such
 *   processors of S1C and S1D.
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
  const relativeOrbit = relativeOrbitNumber(mission, absoluteOrbit);
  if (relativeOrbit === undefined) return undefined;
  const start = sensingTime - SWATH_STARTS[Number(swath[2]) - 1];
  const middle = start + (SWATH_STARTS[1] + SWATH_STARTS[2]) / 2;
  const sinceFirstNode = middle - ascendingNodeTime + (relativeOrbit - 1) * ORBIT;
  return 1 + Math.floor((sinceFirstNode - PREAMBLE) / CYCLE);
}
