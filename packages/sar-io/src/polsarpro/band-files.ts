import { readdir } from 'node:fs/promises';
import { COVARIANCE_BANDS, HA_ALPHA_BANDS } from '@mtpi/polsar-priors';

/** PolSARpro's names of files, without `.bin`, where they differ from those of the bands. */
const FILES: Readonly<Record<string, string>> = { H: 'entropy', A: 'anisotropy' };

/** The name of a band's file, without `.bin`. */
export const bandFile = (band: string): string => FILES[band] ?? band;

/** The bands of C2 and of H, A and alpha that a PolSARpro folder has, in this order; none where it cannot be read. */
export async function polsarproBands(folder: string): Promise<string[]> {
  const files: string[] = await readdir(folder).catch(() => []);
  return [...COVARIANCE_BANDS, ...HA_ALPHA_BANDS].filter((band) => files.includes(`${bandFile(band)}.bin`));
}
