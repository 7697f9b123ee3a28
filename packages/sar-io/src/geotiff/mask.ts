import type { GeoTIFF, GeoTIFFImage } from 'geotiff';
import { SarIoError } from '../errors';

/** Bits of NewSubfileType (TIFF 6.0). */
const REDUCED_RESOLUTION = 1;
const TRANSPARENCY_MASK = 4;

/** Values of ExtraSamples (TIFF 6.0): the opacity of a pixel, its colors multiplied by it or not. */
const ALPHA = [1, 2];

/**
 * The transparency mask of a TIFF's first image, if there is one: a directory after it.
 *
 * @throws SarIoError `CorruptFile` where it is not of the image's size.
 */
export async function findMaskImage(
  path: string,
  tiff: GeoTIFF,
  image: GeoTIFFImage,
): Promise<GeoTIFFImage | undefined> {
  let last = image;
  for (let index = 1; last.fileDirectory.nextIFDByteOffset !== 0; index++) {
    last = await tiff.getImage(index);
    const type = last.fileDirectory.getValue('NewSubfileType') ?? 0;
    if ((type & TRANSPARENCY_MASK) === 0 || (type & REDUCED_RESOLUTION) !== 0) continue;
    const [expected, found] = [image, last].map((of) => `${of.getWidth()} × ${of.getHeight()}`);
    if (found === expected) return last;
    throw new SarIoError('CorruptFile', { path, expected: `a mask of ${expected} pixels`, found });
  }
  return undefined;
}

/** Which samples of a pixel are its opacity, and which are data. */
export function splitAlpha(image: GeoTIFFImage): { data: number[]; alpha: number[] } {
  const extra = Array.from(image.fileDirectory.getValue('ExtraSamples') ?? []) as number[];
  const count = image.getSamplesPerPixel();
  const samples = Array.from({ length: count }, (_, sample) => sample);
  const alpha = samples.filter((sample) => ALPHA.includes(extra[sample - count + extra.length]));
  return { data: samples.filter((sample) => !alpha.includes(sample)), alpha };
}
