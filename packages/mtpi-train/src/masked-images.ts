import { createImage, type Image, type Mask, planes } from '@mtpi/polsar-priors';
import type { MaskedImage } from '@mtpi/sar-io';
import ndarray from 'ndarray';

/** Mean over the dates at which a pixel is valid; 0 and invalid where no date is valid. */
export function timeMean(dates: readonly MaskedImage[]): MaskedImage {
  const [bands, rows, cols] = dates[0].image.shape;
  const mean = createImage(bands, rows, cols);
  const counts = new Uint8Array(rows * cols);
  const outputs = planes(mean);
  for (const { image, mask } of dates) {
    const inputs = planes(image);
    for (let i = 0; i < counts.length; i++) {
      if (!mask.data[i]) continue;
      counts[i]++;
      for (let b = 0; b < bands; b++) outputs[b][i] += inputs[b][i];
    }
  }
  for (const output of outputs) for (let i = 0; i < counts.length; i++) output[i] /= counts[i] || 1;
  return { image: mean, mask: ndarray(Uint8Array.from(counts, Math.sign), [rows, cols]) };
}

/** Pixels valid in all of the masks. */
export function validInAll(masks: readonly Mask[]): Mask {
  const data = masks[0].data.map((_, i) => (masks.every((mask) => mask.data[i]) ? 1 : 0));
  return ndarray(data as Uint8Array, masks[0].shape);
}

/** The image with invalid pixels replaced by the mean of the valid ones of each band. */
export function fillInvalid({ image, mask }: MaskedImage): Image {
  const [bands, rows, cols] = image.shape;
  const result = createImage(bands, rows, cols);
  const outputs = planes(result);
  planes(image).forEach((plane, b) => {
    let [sum, count] = [0, 0];
    for (let i = 0; i < plane.length; i++) {
      if (!mask.data[i]) continue;
      sum += plane[i];
      count++;
    }
    for (let i = 0; i < plane.length; i++) outputs[b][i] = mask.data[i] ? plane[i] : sum / count;
  });
  return result;
}
