import { planes } from '@mtpi/polsar-priors';
import type { MaskedImage } from '@mtpi/sar-io';
import type { TensorLike } from '@mtpi/tfjs-onnx';

/** An image of each sample. */
export interface ImageBatch {
  /** (B, 4, H, W): C11, C22, Re C12, Im C12 in linear power, 0 where invalid; C12 is 0 for intensities alone. */
  image: TensorLike;
  /** (B, H, W): 1 for valid pixels, else 0. */
  mask: TensorLike;
}

/** Input of one training step: covariances, which the step encodes for the network. */
export interface Batch {
  target: ImageBatch;
  previous: ImageBatch;
  next: ImageBatch;
  /** The prediction is compared with this: an acquisition whose speckle is independent of all three inputs. */
  reference: ImageBatch;
  /** (B, 1, 1, 1): 1 for samples with C12, 0 for intensities alone. */
  phase: TensorLike;
  /** (B, H, W, 1): weight of each pixel in the loss, 0 for pixels that do not count. */
  lossWeight: TensorLike;
}

/** An endless supply of batches. */
export interface BatchSource {
  /** The batch of this index, from 0: the same whenever and in whatever order it is drawn. */
  batch(index: number): Promise<Batch>;
}

/** A batch of zeros, all pixels invalid, of square samples. */
export function emptyBatch(samples: number, size: number): Batch {
  const tensor = (...shape: number[]) => ({ data: new Float32Array(shape.reduce((a, b) => a * b)), shape });
  const images = (): ImageBatch => ({
    image: tensor(samples, 4, size, size),
    mask: tensor(samples, size, size),
  });
  return {
    target: images(),
    previous: images(),
    next: images(),
    reference: images(),
    phase: tensor(samples, 1, 1, 1),
    lossWeight: tensor(samples, size, size, 1),
  };
}

/** Copies an image, of 4 bands or 2, into sample `b`. */
export function setSample({ image, mask }: ImageBatch, b: number, sample: MaskedImage): void {
  const valid = sampleOf(mask, b);
  valid.set(sample.mask.data);
  const values = sampleOf(image, b);
  planes(sample.image).forEach((plane, band) => {
    const start = band * plane.length;
    for (let i = 0; i < plane.length; i++) values[start + i] = valid[i] ? plane[i] : 0;
  });
}

/** The values of sample `b` of a tensor, without a copy. */
export function sampleOf({ data, shape: [samples] }: TensorLike, b: number): Float32Array {
  const size = data.length / samples;
  return (data as Float32Array).subarray(b * size, (b + 1) * size);
}

/** The tensors of a batch in the order of the inputs of `TrainingStep`. */
export const tensorsOf = ({ target, previous, next, reference, phase, lossWeight }: Batch): TensorLike[] => [
  ...[target, previous, next, reference].map(({ image }) => image),
  ...[target, previous, next, reference].map(({ mask }) => mask),
  phase,
  lossWeight,
];
