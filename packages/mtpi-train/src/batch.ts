import { CHANNELS } from '@mtpi/model';
import type { TensorLike } from '@mtpi/tfjs-onnx';

/** What one training step needs. Images are encoded for the network, NHWC with 7 channels. */
export interface Batch {
  target: TensorLike;
  previous: TensorLike;
  next: TensorLike;
  /** What the prediction is compared with: an acquisition whose speckle is independent of all three inputs. */
  reference: TensorLike;
  /** (B, 1, 1, 1): 1 where the sample knows C12, 0 for intensities alone. */
  phase: TensorLike;
  /** (B, H, W, 1): 1 where the pixel counts in the loss. */
  mask: TensorLike;
}

/** An endless supply of batches. */
export interface BatchSource {
  /** The batch of this number, from 0: the same whenever and in whatever order it is drawn. */
  batch(index: number): Promise<Batch>;
}

/** A batch of zeros, its mask included, of square samples. */
export function emptyBatch(samples: number, size: number): Batch {
  const tensor = (...shape: number[]) => ({ data: new Float32Array(shape.reduce((a, b) => a * b)), shape });
  const image = () => tensor(samples, size, size, CHANNELS);
  return {
    target: image(),
    previous: image(),
    next: image(),
    reference: image(),
    phase: tensor(samples, 1, 1, 1),
    mask: tensor(samples, size, size, 1),
  };
}

/** The values of sample `b` of a tensor of a batch, where they are. */
export function sampleOf({ data, shape: [samples] }: TensorLike, b: number): Float32Array {
  const size = data.length / samples;
  return (data as Float32Array).subarray(b * size, (b + 1) * size);
}
