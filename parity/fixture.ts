import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type NamedTensor, parseSafetensors } from '@mtpi/model';
import type { TensorLike } from '@mtpi/tfjs-onnx';
import * as tf from '@tensorflow/tfjs';

/** Numbers of the published network (NCHW) as a file of the fixtures holds them. */
export class Fixture {
  readonly stem: string;
  readonly metadata: Record<string, string>;
  readonly tensors: ReadonlyMap<string, NamedTensor>;

  constructor(
    private readonly folder: string,
    file: string,
  ) {
    this.stem = basename(file, '.safetensors');
    const { tensors, metadata } = parseSafetensors(readFileSync(join(folder, file)), file);
    this.tensors = tensors;
    this.metadata = metadata;
  }

  /** The bytes of another file of the same folder. */
  sibling(file: string): Uint8Array {
    return readFileSync(join(this.folder, file));
  }

  /** A number of the metadata. */
  option(key: string): number {
    const value = Number(this.metadata[key]);
    if (!Number.isFinite(value)) throw new Error(`${this.stem}: the metadata give no number as '${key}'`);
    return value;
  }

  tensor(name: string): NamedTensor {
    const tensor = this.tensors.get(name);
    if (!tensor) throw new Error(`${this.stem}: there is no tensor '${name}'`);
    return tensor;
  }

  /** Tensors whose names start with `prefix`, without it. */
  group(prefix: string): Map<string, NamedTensor> {
    return new Map(
      [...this.tensors].flatMap(([name, tensor]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as const] : [],
      ),
    );
  }

  /** An image, NHWC. */
  image(name: string): TensorLike & { data: Float32Array } {
    const { data, shape } = this.tensor(name);
    return tf.tidy(() => {
      const image = tf.transpose(tf.tensor(data, shape), [0, 2, 3, 1]);
      return { data: image.dataSync().slice() as Float32Array, shape: image.shape };
    });
  }
}

/** A tensor of these values. */
export const toTensor = ({ data, shape }: TensorLike) =>
  tf.tensor(data, [...shape] as [number, number, number, number]) as tf.Tensor4D;
