import * as tf from '@tensorflow/tfjs';
import type { CompiledFunction } from './compile';
import { dtypeOf, type TensorLike } from './tensor-like';
import { type TfjsBackend, useTfjsBackend } from './tfjs-backend';
import type { TensorFunction } from './trace';

/** Run op by op on a backend of TensorFlow.js, where its variables live. */
export class EagerFunction implements CompiledFunction {
  constructor(
    private readonly fn: TensorFunction,
    private readonly backend: TfjsBackend,
  ) {}

  async run(...inputs: TensorLike[]): Promise<TensorLike[]> {
    await this.prepare();
    const outputs = tf.tidy(() => {
      const tensors = inputs.map(({ data, shape }) => tf.tensor(data, [...shape], dtypeOf(data)));
      const result = this.fn(...tensors);
      return Array.isArray(result) ? result : [result];
    });
    try {
      return await Promise.all(
        outputs.map(async (tensor) => ({
          data: (await tensor.data()) as Float32Array,
          shape: tensor.shape,
        })),
      );
    } finally {
      tf.dispose(outputs);
    }
  }

  prepare(): Promise<void> {
    return useTfjsBackend(this.backend);
  }

  sync(): void {}

  reset(): void {}

  /** Node can't read WebGPU's memory synchronously, as others who use the variables may want to: they leave it. */
  async dispose(): Promise<void> {
    if (this.backend !== 'tfjs-webgpu') return;
    await tf.setBackend('cpu');
    for (const variable of Object.values(tf.engine().state.registeredVariables)) {
      const data = await variable.data();
      tf.tidy(() => variable.assign(tf.tensor(data, variable.shape, variable.dtype)));
    }
  }
}
