import { loadNetwork, type MtpiNet, predictBatch } from '@mtpi/model';
import { type CompiledFunction, compile, type SessionOptions } from '@mtpi/tfjs-onnx';
import type * as tf from '@tensorflow/tfjs';
import type { Batch, BatchSource } from './batch';

/** Batches whose reference is the prediction of a teacher network (knowledge distillation). */
export class DistillationBatches implements BatchSource {
  private constructor(
    private readonly source: BatchSource,
    private readonly network: MtpiNet,
    private readonly teacher: CompiledFunction,
  ) {}

  /**
   * @param teacher name of shipped weights, or path of a file.
   * @throws as `loadNetwork`.
   */
  static async open(
    source: BatchSource,
    teacher: string,
    options: SessionOptions = {},
  ): Promise<DistillationBatches> {
    const trained = await loadNetwork(teacher);
    const predict = (...inputs: tf.Tensor[]) =>
      predictBatch(trained, inputs.slice(0, 3) as tf.Tensor4D[], {
        masks: inputs.slice(3) as tf.Tensor3D[],
      });
    return new DistillationBatches(source, trained.network, compile(predict, options));
  }

  async batch(index: number): Promise<Batch> {
    const batch = await this.source.batch(index);
    const { target, previous, next } = batch;
    const dates = [target, previous, next];
    const inputs = [...dates.map(({ image }) => image), ...dates.map(({ mask }) => mask)];
    const [image] = await this.teacher.run(inputs);
    const { data, shape } = target.mask;
    return { ...batch, reference: { image, mask: { data: new Float32Array(data.length).fill(1), shape } } };
  }

  /** Releases the teacher; there are no more batches. */
  async dispose(): Promise<void> {
    await this.teacher.dispose();
    this.network.dispose();
  }
}
