import { loadNetwork } from '@mtpi/model';
import { type CompiledFunction, compile, type SessionOptions } from '@mtpi/tfjs-onnx';
import type * as tf from '@tensorflow/tfjs';
import type { Batch, BatchSource } from './batch';
import { predicted } from './predicted';

/** Batches whose reference is what another network makes of them: a small network learns sooner from a large one. */
export class DistillationBatches implements BatchSource {
  private constructor(
    private readonly source: BatchSource,
    private readonly teacher: CompiledFunction,
  ) {}

  /**
   * @param teacher name of shipped weights, or path of a file; see `loadNetwork`, also for the errors.
   */
  static async open(
    source: BatchSource,
    teacher: string,
    options: SessionOptions = {},
  ): Promise<DistillationBatches> {
    const { network } = await loadNetwork(teacher);
    const apply = (...inputs: tf.Tensor[]) => {
      const [target, previous, next] = inputs as tf.Tensor4D[];
      return predicted(network.apply(target, previous, next));
    };
    return new DistillationBatches(source, compile(apply, options));
  }

  async batch(index: number): Promise<Batch> {
    const batch = await this.source.batch(index);
    const [reference] = await this.teacher.run([batch.target, batch.previous, batch.next]);
    return { ...batch, reference };
  }
}
