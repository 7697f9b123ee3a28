import type { GeoTIFF, GeoTIFFImage } from 'geotiff';

/** Value of NewSubfileType (TIFF 6.0) of an image at reduced resolution that is no mask. */
const REDUCED_RESOLUTION = 1;

/** The smallest overview of a TIFF's first image that has at least `size` rows or columns; the image itself without one. */
export async function findOverview(tiff: GeoTIFF, image: GeoTIFFImage, size: number): Promise<GeoTIFFImage> {
  const extent = (of: GeoTIFFImage) => Math.max(of.getWidth(), of.getHeight());
  let [smallest, last] = [image, image];
  for (let index = 1; last.fileDirectory.nextIFDByteOffset !== 0; index++) {
    last = await tiff.getImage(index);
    const isOverview = (last.fileDirectory.getValue('NewSubfileType') ?? 0) === REDUCED_RESOLUTION;
    if (isOverview && extent(last) >= size && extent(last) < extent(smallest)) smallest = last;
  }
  return smallest;
}
