import type { Candidate } from './describe-candidate';

/** Slices of a pass follow each other within this time, ms. */
const NEXT_SLICE = 1000;

/** Consecutive slices of a pass as one acquisition. @param candidates By time. */
export function joinSlices(candidates: readonly Candidate[]): Candidate[] {
  const joined: Candidate[] = [];
  for (const next of candidates) {
    const before = joined.findLastIndex(
      ({ kind, slice, acquired }) =>
        kind === next.kind &&
        slice !== undefined &&
        slice.pass === next.slice?.pass &&
        acquired < next.acquired &&
        Number(next.acquired) - Number(slice.stop) <= NEXT_SLICE,
    );
    if (before < 0) {
      joined.push(next);
      continue;
    }
    const { paths, corners = [], ...first } = joined[before];
    const all = [...paths, ...next.paths];
    joined[before] = {
      ...first,
      paths: all,
      remarks: [`${all.length} slices`],
      corners: [...corners, ...(next.corners ?? [])],
      slice: next.slice,
    };
  }
  return joined;
}
