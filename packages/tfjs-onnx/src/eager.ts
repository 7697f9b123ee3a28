import * as tf from '@tensorflow/tfjs';
import type { CompiledFunction } from './compile';
import { TfjsOnnxError } from './errors';
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
    const valid = watchWebGpu();
    const outputs = tf.tidy(() => {
      const tensors = inputs.map(({ data, shape }) => tf.tensor(data, [...shape], dtypeOf(data)));
      const result = this.fn(...tensors);
      return Array.isArray(result) ? result : [result];
    });
    try {
      const results = await Promise.all(
        outputs.map(async (tensor) => ({
          data: (await tensor.data()) as Float32Array,
          shape: tensor.shape,
        })),
      );
      await valid();
      return results;
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

/** WebGPU gives numbers even where it refused a program: tells in the end, by an error, whether it has. */
function watchWebGpu(): () => Promise<void> {
  const { device } = tf.backend() as unknown as { device?: ErrorScopes };
  device?.pushErrorScope('validation');
  return async () => {
    const error = await device?.popErrorScope();
    if (error) throw new TfjsOnnxError('UnsupportedKernel', `backend tfjs-webgpu: ${error.message.trim()}`);
  };
}

/** What is needed here of a `GPUDevice`. */
interface ErrorScopes {
  pushErrorScope(filter: 'validation'): void;
  popErrorScope(): Promise<{ message: string } | null>;
}
