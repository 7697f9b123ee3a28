/** Absolute orbits of each Sentinel-1 satellite from which its cycles of 175 relative orbits count. That of S1D is not known. */
const FIRST_ORBITS: Readonly<Record<string, number>> = { S1A: 73, S1B: 27, S1C: 172 };

const SENSORS: readonly [sensor: string, name: RegExp][] = [
  ['Sentinel-1', /(?<![a-z])s1[a-d](?![a-z])/i],
  ['ALOS', /(?<![a-z])alos/i],
  ['RADARSAT', /(?<![a-z])(?:radarsat|rs2|rcm[123])(?![a-z])/i],
  ['TerraSAR-X', /(?<![a-z])(?:tsx|tdx|paz)\d?(?![a-z])/i],
  ['COSMO-SkyMed', /(?<![a-z])(?:csk|csg)/i],
  ['ICEYE', /(?<![a-z])iceye/i],
  ['SAOCOM', /(?<![a-z])saocom/i],
  ['NISAR', /(?<![a-z])nisar/i],
  ['ENVISAT', /(?<![a-z])(?:envisat|asa_)/i],
  ['ERS', /(?<![a-z])ers[12](?![a-z])/i],
];

/** Relative orbit (track) of an absolute one of a satellite such as `S1A`. */
export function relativeOrbitNumber(mission: string, absoluteOrbit: number): number | undefined {
  const first = FIRST_ORBITS[mission];
  return first === undefined ? undefined : ((absoluteOrbit - first + 175) % 175) + 1;
}

/**
 * Relative orbit (track) of a Sentinel-1 image, from the name of its product: of SAFE products and their measurement
 * files by the absolute orbit in it, of OPERA products by their burst ID.
 */
export function relativeOrbitOf(name: string): number | undefined {
  const track = /(?<![a-z\d])T(\d{3})-\d{6}-(?:IW|EW)\d/i.exec(name)?.[1];
  if (track) return Number(track);
  const product = /(?<![a-z])(s1[a-d])[-_].*[-_]\d{8}t\d{6}[-_]\d{8}t\d{6}[-_](\d{6})[-_]/i.exec(name);
  return product ? relativeOrbitNumber(product[1].toUpperCase(), Number(product[2])) : undefined;
}

/** ESA burst ID in the name of an OPERA product, such as `T137-292318-IW2`. */
export const burstIdOf = (name: string): string | undefined =>
  /(?<![a-z\d])T\d{3}-\d{6}-(?:IW|EW)\d/i.exec(name)?.[0].toUpperCase();

/** Acquisition mode in the name of a Sentinel-1 product or its measurement file, or in the burst ID of an OPERA product. */
export function modeOf(name: string): 'IW' | 'EW' | 'WV' | 'SM' | undefined {
  const product = /(?<![a-z])s1[a-d][-_](iw|ew|wv|s[1-6])\d?[-_]/i.exec(name)?.[1];
  const mode = (product ?? burstIdOf(name)?.split('-')[2].slice(0, 2))?.toUpperCase();
  return (mode?.startsWith('S') ? 'SM' : mode) as ReturnType<typeof modeOf>;
}

/** The transmitted polarization in the name of a dual-polarization Sentinel-1 product, such as V of `…_1SDV_…`. */
export const transmittedOf = (name: string): 'V' | 'H' | undefined =>
  /(?<![a-z\d])1SD([VH])(?![a-z])/i.exec(name)?.[1].toUpperCase() as 'V' | 'H' | undefined;

/**
 * Letters in the name of a HyP3 RTC product, such as `gp` of `…_RTC30_G_gpuned_FD6A_VV`: gamma0 or sigma0; power, dB or
 * amplitude.
 */
export function hyp3Letters(name: string): { calibration: 'g' | 's'; scale: 'p' | 'd' | 'a' } | undefined {
  const pattern = /_RTC\d+_[A-Z]_(?<calibration>[gs])(?<scale>[pda])[uw][nf][ec][dm]_/;
  return pattern.exec(name)?.groups as ReturnType<typeof hyp3Letters>;
}

/** The sensor that a product's name begins with or contains. */
export function sensorOf(name: string): string | undefined {
  return SENSORS.find(([, pattern]) => pattern.test(name))?.[0];
}
