import { writeFile } from 'node:fs/promises';
import { COVARIANCE_BANDS } from '@mtpi/polsar-priors';
import type { Polarization } from '../acquisition/polarization';
import { enviHeader } from '../envi/header';
import { Staging } from '../files/staging';
import type { Georeference } from '../georeference/georeference';
import { defineCrs } from '../georeference/reference-systems';
import { PlanarFile } from '../raster/planar-file';
import type { RasterSink } from '../raster/raster';
import { RowSink } from '../raster/row-sink';
import { bandFile } from './band-files';
import { formatConfig, polarTypeOf } from './config';
import { VALID_PIXELS } from './open';

export interface PolsarproOptions {
  width: number;
  height: number;
  /** Names of the bands, which those of the files follow: of H and A `entropy.bin` and `anisotropy.bin`. Default: C11, C22, C12_real, C12_imag. */
  bands?: readonly string[];
  /** Polarizations of C11 and C22. Default: VV, VH. */
  polarizations?: readonly Polarization[];
  georeference?: Georeference;
  /** Further text files of the folder, by name; functions are called when all rows are written. */
  texts?: Readonly<Record<string, string | (() => string)>>;
  signal?: AbortSignal;
}

/**
 * Starts a PolSARpro folder. Masked pixels are 0 in all bands and in `mask_valid_pixels.bin`. In a folder that is there
 * already files of other names stay.
 *
 * @throws SarIoError `NotFound` if there is no folder to write to, `InvalidArgument`.
 */
export async function createPolsarpro(path: string, options: PolsarproOptions): Promise<RasterSink> {
  const { width, height, bands = COVARIANCE_BANDS, polarizations = ['VV', 'VH'] } = options;
  const { georeference = {}, texts = {}, signal } = options;
  const polarType = polarTypeOf(polarizations);
  await defineCrs(georeference.crs);
  const staging = await Staging.open(path);
  const names = [...bands.map(bandFile), VALID_PIXELS];
  const files: PlanarFile[] = [];
  const close = async () => {
    for (const file of files) await file.close();
  };
  try {
    for (const name of names)
      files.push(await PlanarFile.create(staging.path(`${name}.bin`), width * height));
  } catch (error) {
    await close();
    await staging.discard();
    throw error;
  }
  return new RowSink(
    path,
    { bands: bands.length, width, height, signal },
    {
      async write(planes, mask, first) {
        const valid = Float32Array.from(mask ?? new Uint8Array(planes[0].length).fill(1));
        for (const [b, plane] of planes.entries()) {
          await files[b].write(0, first, mask ? plane.map((value, i) => (mask[i] ? value : 0)) : plane);
        }
        await files[bands.length].write(0, first, valid);
      },
      async publish() {
        await close();
        await writeFile(staging.path('config.txt'), formatConfig({ width, height }, polarType));
        for (const name of names) {
          await writeFile(
            staging.path(`${name}.bin.hdr`),
            enviHeader(`${name}.bin`, width, height, georeference),
          );
        }
        for (const [name, text] of Object.entries(texts))
          await writeFile(staging.path(name), typeof text === 'function' ? text() : text);
        await staging.publishFolder();
      },
      async discard() {
        await close();
        await staging.discard();
      },
    },
  );
}
