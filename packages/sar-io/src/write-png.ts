import { writeFile } from 'node:fs/promises';
import type { NdArray } from 'ndarray';
import { encodePng } from './png';
import { Staging } from './staging';

/**
 * Writes an 8-bit PNG.
 *
 * @param image [bands, rows, cols]: gray, gray and alpha, RGB or RGBA.
 * @throws SarIoError `InvalidArgument` for other shapes, `NotFound` if there is no folder to write to.
 */
export async function writePng(path: string, image: NdArray<Uint8Array | Uint8ClampedArray>): Promise<void> {
  const bytes = encodePng(image);
  const staging = await Staging.open(path);
  try {
    await writeFile(staging.path('png'), bytes);
    await staging.publishFile('png');
  } catch (error) {
    await staging.discard();
    throw error;
  }
}
