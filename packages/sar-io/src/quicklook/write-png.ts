import type { NdArray } from 'ndarray';
import { writeFileAtomic } from '../files/staging';
import { encodePng } from './png';

/**
 * Writes an 8-bit PNG.
 *
 * @param image [bands, rows, cols]: gray, gray and alpha, RGB or RGBA.
 * @param text as of `encodePng`.
 * @throws SarIoError `InvalidArgument` for other shapes, `NotFound` if there is no folder to write to.
 */
export async function writePng(
  path: string,
  image: NdArray<Uint8Array | Uint8ClampedArray>,
  text?: Readonly<Record<string, string>>,
): Promise<void> {
  await writeFileAtomic(path, encodePng(image, text));
}
