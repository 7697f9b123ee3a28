import { readdir, stat } from 'node:fs/promises';
import { extname, join, parse } from 'node:path';
import { COVARIANCE_BANDS } from '@mtpi/polsar-priors';
import { polarizationOf } from '../polarization';

const RASTER = /\.(?:tiff?|dim|znap|znap\.zip)$/i;
/** H/A/alpha lie beside a covariance; they follow from it and are not read. */
const DECOMPOSITION = /(?:^|_)(?:entropy|anisotropy|alpha|H|A)$/i;

/**
 * The rasters of the acquisition that a path names. A folder that is no raster itself may hold a PolSARpro folder `C2`,
 * or GeoTIFF, ENVI, BEAM-DIMAP or znap rasters: the four of a covariance, VV and VH, or only one.
 */
export async function acquisitionPaths(path: string): Promise<string[]> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory();
  if (!isFolder || /\.(?:znap|data)$/i.test(path)) return [path];
  const files = await readdir(path).catch((): string[] => []);
  if (files.includes(`${COVARIANCE_BANDS[0]}.bin`)) return [path];
  const c2 = files.find((file) => /^C2$/i.test(file));
  if (c2) return [join(path, c2)];
  const rasters = files
    .filter((file) => RASTER.test(file) || isEnvi(file, files))
    .filter((file) => !file.startsWith('.') && !DECOMPOSITION.test(parse(file).name))
    .sort();
  const named = COVARIANCE_BANDS.flatMap((band) =>
    rasters.filter((file) => covarianceName(band).test(parse(file).name)),
  );
  const polarized = rasters.filter((file) => polarizationOf(file));
  const chosen = [named, polarized, rasters].find(
    ({ length }, i) => length === [COVARIANCE_BANDS.length, 2, 1][i],
  );
  return chosen ? chosen.map((file) => join(path, file)) : [path];
}

/** Matches names of a band of a covariance, such as `C11`, `C11_mst` or `S01_C11`. */
export const covarianceName = (band: string) => new RegExp(`(?:^|_)${band}(?:_|$)`, 'i');

/** Whether a header lies beside this file of samples. */
function isEnvi(file: string, files: readonly string[]): boolean {
  if (/\.(?:hdr|xml)$/i.test(file)) return false;
  const stem = file.slice(0, file.length - extname(file).length);
  return files.includes(`${file}.hdr`) || files.includes(`${stem}.hdr`);
}
