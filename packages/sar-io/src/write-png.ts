import type { NdArray } from 'ndarray';
import { encodePng } from './png';
import { writeFileAtomic } from './staging';

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
