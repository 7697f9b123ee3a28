import { abortable, atOnce, isSteps } from '@mtpi/jobs';
import * as tf from '@tensorflow/tfjs';
import type { TfjsBackend } from '../engine-options';
import { TfjsOnnxError } from '../errors';
import type { TensorFunction } from '../trace/trace';
import { type CompiledFunction, disposedError, type RunOptions } from './compiled-function';
import { dtypeOf, type TensorLike } from './tensor-like';
import { useTfjsBackend } from './tfjs-backend';

/** A tensor function run op by op on a backend of TensorFlow.js, where its variables are. */
export class EagerFunction implements CompiledFunction {
  /** The run that was called last. */
  private last: Promise<unknown> = Promise.resolve();
  private disposed = false;

  constructor(
    private readonly fn: TensorFunction,
    private readonly backend: TfjsBackend,
  ) {}

  async run(inputs: readonly TensorLike[], { signal }: RunOptions = {}): Promise<TensorLike[]> {
    if (this.disposed) throw disposedError('run');
    const running = this.last.then(() => {
      signal?.throwIfAborted();
      return this.compute(inputs);
    });
    this.last = running.catch(() => {}); // rejection is handled by the caller
    return abortable(running, signal);
  }

  private async compute(inputs: readonly TensorLike[]): Promise<TensorLike[]> {
    await useTfjsBackend(this.backend);
    return withValidation(async () => {
      const outputs = tf.tidy(() => {
        const tensors = inputs.map(({ data, shape }) => tf.tensor(data, [...shape], dtypeOf(data)));
        const returned = this.fn(...tensors);
        const result = isSteps(returned) ? atOnce(returned) : returned;
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
    });
  }

  async warmUp(): Promise<void> {
    if (this.disposed) throw disposedError('warmUp');
    await useTfjsBackend(this.backend);
  }

  async storeVariables(): Promise<void> {}

  reloadVariables(): void {}

  /** Moves the variables out of WebGPU's memory, which Node can't read synchronously. */
  async dispose(): Promise<void> {
    this.disposed = true;
    if (this.backend !== 'tfjs-webgpu') return;
    await tf.setBackend('cpu');
    for (const variable of Object.values(tf.engine().state.registeredVariables)) {
      const data = await variable.data();
      tf.tidy(() => variable.assign(tf.tensor(data, variable.shape, variable.dtype)));
    }
  }
}

/** WebGPU returns numbers even from a program that it refused: this throws if it refused any. */
async function withValidation<T>(compute: () => Promise<T>): Promise<T> {
  const { device } = tf.backend() as unknown as { device?: ErrorScopes };
  device?.pushErrorScope('validation');
  let refused: { message: string } | null | undefined;
  const result = await compute().finally(async () => {
    refused = await device?.popErrorScope();
  });
  if (refused) throw new TfjsOnnxError('UnsupportedKernel', `backend tfjs-webgpu: ${refused.message.trim()}`);
  return result;
}

/** The part of a `GPUDevice` that is needed here. */
interface ErrorScopes {
  pushErrorScope(filter: 'validation'): void;
  popErrorScope(): Promise<{ message: string } | null>;
}
