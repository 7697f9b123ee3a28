import ndarray from 'ndarray';
import { checkList, checkShape } from './errors';
import { createImage, type Image, type Mask, planes, validity } from './image';

/** An image and its valid pixels. */
export interface MaskedImage {
  /** [bands, rows, cols] */
  image: Image;
  /** [rows, cols], 0 = invalid. */
  mask: Mask;
}

/** Temporal mean over the dates at which a pixel is valid; 0 and invalid where no date is valid. */
export function maskedTemporalMean(dates: readonly MaskedImage[]): MaskedImage {
  checkList(dates, 'maskedTemporalMean', 'one image or more');
  const [bands, rows, cols] = dates[0].image.shape;
  const mean = createImage(bands, rows, cols);
  const counts = new Uint32Array(rows * cols);
  const outputs = planes(mean);
  for (const { image, mask } of dates) {
    const [inputs, valid] = [planes(image), validity(mean, mask)];
    checkShape(inputs.length === bands, 'maskedTemporalMean', `${bands} bands`, inputs.length);
    for (let i = 0; i < counts.length; i++) {
      if (!valid[i]) continue;
      counts[i]++;
      for (let b = 0; b < bands; b++) outputs[b][i] += inputs[b][i];
    }
  }
  for (const output of outputs) for (let i = 0; i < counts.length; i++) output[i] /= counts[i] || 1;
  return { image: mean, mask: ndarray(Uint8Array.from(counts, Math.sign), [rows, cols]) };
}

/** Pixels valid in all masks. */
export function intersectMasks(masks: readonly Mask[]): Mask {
  checkList(masks, 'intersectMasks', 'one mask or more');
  const [rows, cols] = masks[0].shape;
  const valid = masks.map((mask) => validity(createImage(0, rows, cols), mask));
  const data = Uint8Array.from({ length: rows * cols }, (_, i) => (valid.every((own) => own[i]) ? 1 : 0));
  return ndarray(data, [rows, cols]);
}

/** The image with invalid pixels replaced by the mean of the valid ones of each band; 0 without any. */
export function fillInvalid({ image, mask }: MaskedImage): Image {
  const [bands, rows, cols] = image.shape;
  const result = createImage(bands, rows, cols);
  const outputs = planes(result);
  const valid = validity(image, mask);
  planes(image).forEach((plane, b) => {
    let [sum, count] = [0, 0];
    for (let i = 0; i < plane.length; i++) {
      if (!valid[i]) continue;
      sum += plane[i];
      count++;
    }
    for (let i = 0; i < plane.length; i++) outputs[b][i] = valid[i] ? plane[i] : sum / (count || 1);
  });
  return result;
}
