/** Transmitted and received polarization of a channel. */
export type Polarization = 'VV' | 'VH' | 'HH' | 'HV';

/** The polarization in a band's or file's name, such as `Sigma0_VH_db` or `s1a-iw3-slc-vv-….tiff`. */
export function polarizationOf(name: string): Polarization | undefined {
  const match = /(?<![a-z])(vv|vh|hh|hv)(?![a-z])/i.exec(name);
  return match?.[1].toUpperCase() as Polarization | undefined;
}

/** Whether both directions are the same, the stronger channel of a dual-polarization pair. */
export const isCoPolarized = (polarization: Polarization) => polarization[0] === polarization[1];
