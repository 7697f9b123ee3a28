/** Transmitted and received polarization of a channel. */
export type Polarization = 'VV' | 'VH' | 'HH' | 'HV';

const WORD = /(?<![a-z])(?:vv|vh|hh|hv)(?![a-z])/gi;

/**
 * The polarization in a band's or file's name, such as `Sigma0_VH_db` or `s1a-iw3-slc-vv-….tiff`; of several the one that
 * is there most often. None for names of two of them, such as `VV_VH_ratio`.
 */
export function polarizationOf(name: string): Polarization | undefined {
  const words = (name.match(WORD) ?? []).map((word) => word.toUpperCase() as Polarization);
  const count = (polarization: Polarization) => words.filter((word) => word === polarization).length;
  const [first, second] = [...new Set(words)].sort((a, b) => count(b) - count(a));
  return second && count(first) === count(second) ? undefined : first;
}

/** A name without its polarization; unchanged where it has none. */
export const withoutPolarization = (name: string): string =>
  polarizationOf(name) ? name.replace(WORD, '') : name;

/** Whether both directions are the same, the stronger channel of a dual-polarization pair. */
export const isCoPolarized = (polarization: Polarization) => polarization[0] === polarization[1];
