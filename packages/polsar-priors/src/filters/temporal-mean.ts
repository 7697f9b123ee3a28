import { checkList } from '../errors';
import { checkSameShape, createImage, type Image, planes } from '../image';

/**
 * Temporal mean of co-registered acquisitions, pixel by pixel. It multiplies the looks where nothing changes between dates
 * and mixes the dates where something does. NaN wherever any date is NaN.
 *
 * @param images one or more images of one shape.
 */
export function temporalMean(images: readonly Image[]): Image {
  checkList(images, 'temporalMean', 'one image or more');
  for (const image of images) checkSameShape(images[0], image, 'temporalMean');
  const [bands, rows, cols] = images[0].shape;
  const result = createImage(bands, rows, cols);
  const outputs = planes(result);
  for (const image of images) {
    planes(image).forEach((plane, b) => {
      for (let i = 0; i < plane.length; i++) outputs[b][i] += plane[i] / images.length;
    });
  }
  return result;
}
