import { checkSameShape, createImage, type Image, planes } from '../image';

/**
 * Mean of acquisitions of one place, pixel by pixel. Where nothing changed it has the looks of all of them; changes are
 * smeared over the dates. Finite only where all dates are.
 *
 * @param images one or more images of one shape.
 */
export function temporalMean(images: readonly Image[]): Image {
  const [bands, rows, cols] = images[0].shape;
  const result = createImage(bands, rows, cols);
  const outputs = planes(result);
  for (const image of images) {
    checkSameShape(images[0], image, 'temporalMean');
    planes(image).forEach((plane, b) => {
      for (let i = 0; i < plane.length; i++) outputs[b][i] += plane[i] / images.length;
    });
  }
  return result;
}
