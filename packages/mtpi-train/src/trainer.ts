import type { MtpiNet, TorchTraining } from '@mtpi/model';
import { type CompiledFunction, compile, type EngineOptions, type TensorLike } from '@mtpi/tfjs-onnx';
import type * as tf from '@tensorflow/tfjs';
import { type Batch, type BatchSource, tensorsOf } from './batches/batch';
import { type BestValidation, decodeCheckpoint, encodeCheckpoint } from './checkpoint';
import { TrainError } from './errors';
import { loadTorchTraining } from './run/torch-checkpoint';
import { type CosineSchedule, cosineRate } from './schedule';
import { TrainingStep, type TrainingStepOptions } from './training-step';

export interface TrainerOptions extends EngineOptions, TrainingStepOptions {
  schedule: CosineSchedule;
  /**
   * Step from which batch normalization uses its running statistics, as in prediction, instead of those of each batch:
   * the weights adapt to the statistics that they will be used with. Default: never.
   */
  freezeBatchNormFrom?: number;
  /** Batches whose mean loss is computed every so many steps, with the network as in prediction. Default: none. */
  validation?: { batches: readonly Batch[]; every: number };
  /** Steps without a lower validation loss after which training ends. Default: never. */
  patience?: number;
}

/** Report of one step. */
export interface StepReport {
  /** Steps done, this one included. */
  step: number;
  loss: number;
  gradientNorm: number;
  learningRate: number;
  /** Mean loss of the validation batches, if they were due after this step. */
  validation?: number;
}

export interface RunOptions {
  /** Total number of steps after which to stop. */
  until: number;
  signal?: AbortSignal;
  onStep?: (report: StepReport) => unknown;
}

/** A compiled function: the update of all weights, the same with frozen batch normalization, or the loss alone. */
type Stage = 'update' | 'frozenUpdate' | 'loss';

/** Trains a network. Each step, from encoding to AdamW, is a single graph. */
export class Trainer {
  /** Steps done. */
  step = 0;
  /** The lowest validation loss so far. */
  best: BestValidation | undefined;
  private readonly trainingStep: TrainingStep;
  private readonly compiled = new Map<Stage, CompiledFunction>();
  /** The compiled function that ran last: it has the latest values of the variables. */
  private latest: CompiledFunction | undefined;

  constructor(
    network: MtpiNet,
    private readonly source: BatchSource,
    private readonly options: TrainerOptions,
  ) {
    this.trainingStep = new TrainingStep(network, options);
  }

  /**
   * Trains until `until` steps are done, patience is exhausted or the signal aborts; the variables are up to date
   * afterwards.
   *
   * @throws TrainError `Diverged` if the loss or the gradient is not finite; the variables are then useless.
   */
  async run({ until, signal, onStep }: RunOptions): Promise<void> {
    const { schedule, validation, freezeBatchNormFrom = Number.POSITIVE_INFINITY } = this.options;
    const draw = (index: number) => {
      const batch = this.source.batch(index);
      batch.catch(() => {}); // rejection is handled where the batch is awaited
      return batch;
    };
    let batch = draw(this.step);
    try {
      while (this.step < until && !this.exhausted && !signal?.aborted) {
        const learningRate = cosineRate(schedule, this.step);
        const stage = this.step < freezeBatchNormFrom ? 'update' : 'frozenUpdate';
        const inputs = [{ data: Float32Array.of(learningRate), shape: [] }, ...tensorsOf(await batch)];
        const running = this.execute(stage, inputs);
        batch = draw(this.step + 1);
        const [loss, gradientNorm] = await running;
        this.step++;
        const report: StepReport = { step: this.step, loss, gradientNorm, learningRate };
        assertFinite(report);
        if (validation && this.step % validation.every === 0) {
          report.validation = await this.validate(validation.batches);
          assertFinite(report);
        }
        await onStep?.(report);
      }
    } finally {
      await batch.catch(() => {}); // drawn ahead, not needed
    }
    await this.latest?.storeVariables();
  }

  /** Whether validation has not improved for as many steps as `patience`. */
  get exhausted(): boolean {
    const { patience = Number.POSITIVE_INFINITY } = this.options;
    return this.best !== undefined && this.step - this.best.step >= patience;
  }

  /** Mean loss of the validation batches, with the network as in prediction; the lowest so far becomes `best`. */
  private async validate(batches: readonly Batch[]): Promise<number> {
    let sum = 0;
    for (const batch of batches) sum += (await this.execute('loss', tensorsOf(batch)))[0];
    const loss = sum / batches.length;
    if (loss < (this.best?.loss ?? Number.POSITIVE_INFINITY)) this.best = { step: this.step, loss };
    return loss;
  }

  /** Runs a compiled function on the latest values of the variables. Returns its scalars. */
  private async execute(stage: Stage, inputs: readonly TensorLike[]): Promise<number[]> {
    let compiled = this.compiled.get(stage);
    if (!compiled) {
      compiled = this.compile(stage);
      this.compiled.set(stage, compiled);
    }
    if (compiled !== this.latest) {
      await this.latest?.storeVariables();
      if (stage === 'frozenUpdate') await this.discard('update');
      compiled.reloadVariables();
      this.latest = compiled;
    }
    const results = await compiled.run(inputs);
    return results.map(({ data }) => data[0]);
  }

  private compile(stage: Stage): CompiledFunction {
    const { trainingStep: step } = this;
    const fn =
      stage === 'loss'
        ? (...batch: tf.Tensor[]) => step.loss(batch, false)
        : (learningRate: tf.Tensor, ...batch: tf.Tensor[]) =>
            step.update(learningRate as tf.Scalar, batch, stage === 'update');
    const { backend, device, threads, workers, onFallback, onOpen } = this.options;
    return compile(fn, { backend, device, threads, workers, onFallback, onOpen, freeze: false });
  }

  /** Frees the session of a function that runs no more. */
  private async discard(stage: Stage): Promise<void> {
    await this.compiled.get(stage)?.dispose();
    this.compiled.delete(stage);
  }

  /** The complete state of the training, as a safetensors file. */
  async save(): Promise<Uint8Array> {
    await this.latest?.storeVariables();
    const { weights, optimizer } = this.trainingStep;
    return encodeCheckpoint(weights, optimizer.state, { step: this.step, best: this.best });
  }

  /** Resumes from a checkpoint. `path` names it in errors. */
  restore(bytes: Uint8Array, path = 'checkpoint'): void {
    const { weights, optimizer } = this.trainingStep;
    const { step, best } = decodeCheckpoint(bytes, weights, optimizer.state, path);
    this.latest = undefined;
    this.step = step;
    this.best = best;
  }

  /** Continues a training by the published code, whose network is this trainer's. */
  restoreTorch(training: TorchTraining): void {
    loadTorchTraining(training, this.trainingStep);
    this.latest = undefined;
    this.step = training.step;
    this.best = undefined;
  }

  /** Releases the compiled functions and the state of the optimizer; the variables of the network stay, up to date. */
  async dispose(): Promise<void> {
    try {
      await this.latest?.storeVariables();
    } finally {
      this.latest = undefined;
      for (const compiled of this.compiled.values()) await compiled.dispose();
      this.compiled.clear();
      this.trainingStep.dispose();
    }
  }
}

function assertFinite({ step, loss, gradientNorm, learningRate, validation }: StepReport): void {
  if ([loss, gradientNorm, validation ?? 0].every(Number.isFinite)) return;
  const found =
    `loss ${loss}, gradient norm ${gradientNorm}` +
    `${validation === undefined ? '' : `, validation loss ${validation}`} at learning rate ${learningRate}`;
  throw new TrainError('Diverged', `step ${step}: expected finite numbers, found ${found}`, {
    expected: 'finite numbers',
    found,
    hint: 'resume from the last checkpoint with a lower learningRate or clipNorm',
  });
}
