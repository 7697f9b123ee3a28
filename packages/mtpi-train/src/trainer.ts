import type { NamedWeight } from '@mtpi/layers';
import type { InputTransform, MtpiNet } from '@mtpi/model';
import { type CompiledFunction, compile, type EngineOptions, type TensorLike } from '@mtpi/tfjs-onnx';
import * as tf from '@tensorflow/tfjs';
import { AdamW } from './adamw';
import type { Batch, BatchSource } from './batch';
import { type BestValidation, decodeCheckpoint, encodeCheckpoint } from './checkpoint';
import { TrainError } from './errors';
import { clipByGlobalNorm } from './gradient-clipping';
import { createObjective, type Objective, type ObjectiveKind, type TemporalKind } from './objective';
import { type CosineSchedule, cosineRate } from './schedule';

export interface TrainerOptions extends EngineOptions {
  schedule: CosineSchedule;
  transform: Extract<InputTransform, { kind: 'log' }>;
  /** Default 'wishart'. */
  objective?: ObjectiveKind;
  /** Temporal term of the collaborative loss. Default 'none'. */
  temporal?: TemporalKind;
  /** Decoupled weight decay. Default 1e-4. */
  weightDecay?: number;
  /** Largest joint norm of the gradients. Default 5. */
  clipNorm?: number;
  /**
   * Step from which batch normalization uses its running statistics, as prediction does, instead of each batch's own:
   * the weights settle to what they will be used with. Default: never.
   */
  settleFrom?: number;
  /** Batches whose loss is taken every so many steps, with the network as in prediction. Default: none. */
  validation?: { batches: readonly Batch[]; every: number };
  /** Steps without a lower validation loss after which training ends. Default: never. */
  patience?: number;
}

/** What one step reports. */
export interface StepReport {
  /** Steps done, this one included. */
  step: number;
  loss: number;
  gradientNorm: number;
  learningRate: number;
  /** Mean loss over the validation batches, where this step ended with it. */
  validation?: number;
}

export interface RunOptions {
  /** Stop after this many steps in all. */
  until: number;
  signal?: AbortSignal;
  onStep?: (report: StepReport) => unknown;
}

/** Trains a network by one compiled step: forward pass, loss, gradients, clipping and AdamW in a single graph. */
export class Trainer {
  /** Steps done. */
  step = 0;
  /** The lowest validation loss so far. */
  best: BestValidation | undefined;
  private readonly objective: Objective;
  /** The network's and the loss's variables under their names. */
  private readonly weights: NamedWeight[];
  private readonly optimizer: AdamW;
  private readonly variables: tf.Variable[];
  private compiled: { step: CompiledFunction; settling: boolean } | undefined;
  private compiledLoss: CompiledFunction | undefined;

  constructor(
    private readonly network: MtpiNet,
    private readonly source: BatchSource,
    private readonly options: TrainerOptions,
  ) {
    this.objective = createObjective(options.objective ?? 'wishart', options.transform, options.temporal);
    this.weights = [
      ...network.namedWeights(),
      ...this.objective.weights.map((w) => ({ ...w, name: `loss.${w.name}` })),
    ];
    this.variables = this.weights.flatMap(({ variable }) =>
      variable.trainable ? [variable.read() as tf.Variable] : [],
    );
    this.optimizer = new AdamW(this.variables, { weightDecay: options.weightDecay });
  }

  /** The loss of a batch given as tensors in the order of `inputsOf`. */
  private loss([target, previous, next, reference, phase, mask]: tf.Tensor[], training: boolean): tf.Scalar {
    const four = (t: tf.Tensor) => t as tf.Tensor4D;
    return this.objective.loss((...inputs) => this.network.apply(...inputs, { training }), {
      target: four(target),
      previous: four(previous),
      next: four(next),
      reference: four(reference),
      phase,
      mask: four(mask),
    });
  }

  /** The compiled step; `training` says whether batch normalization uses the batch's statistics. */
  private compileStep(training: boolean): CompiledFunction {
    const { clipNorm = 5 } = this.options;
    const step = (rate: tf.Tensor, ...batch: tf.Tensor[]) => {
      const { value, grads } = tf.variableGrads(() => this.loss(batch, training), this.variables);
      const { gradients, norm } = clipByGlobalNorm(
        this.variables.map(({ name }) => grads[name]),
        clipNorm,
      );
      this.optimizer.step(gradients, rate as tf.Scalar);
      return [value, norm];
    };
    return compile(step, { ...this.options, freeze: false });
  }

  /** The compiled step for what comes next, with the state of the one before. */
  private async prepare(): Promise<CompiledFunction> {
    const settling = this.step >= (this.options.settleFrom ?? Number.POSITIVE_INFINITY);
    if (this.compiled?.settling !== settling) {
      await this.compiled?.step.storeVariables();
      await this.compiled?.step.dispose();
      this.compiled = { step: this.compileStep(!settling), settling };
    }
    return this.compiled.step;
  }

  /** Mean loss over the validation batches, with the network as in prediction; a lower one than before is the best. */
  private async validate(batches: readonly Batch[]): Promise<number> {
    await this.compiled?.step.storeVariables();
    this.compiledLoss ??= compile((...batch) => this.loss(batch, false), { ...this.options, freeze: false });
    this.compiledLoss.reloadVariables();
    let sum = 0;
    for (const batch of batches) sum += (await this.compiledLoss.run(inputsOf(batch)))[0].data[0];
    const loss = sum / batches.length;
    if (loss < (this.best?.loss ?? Number.POSITIVE_INFINITY)) this.best = { step: this.step, loss };
    return loss;
  }

  /** Whether validation has not improved for so long that training ends. */
  get exhausted(): boolean {
    const { patience = Number.POSITIVE_INFINITY } = this.options;
    return this.best !== undefined && this.step - this.best.step >= patience;
  }

  /**
   * Trains until `until` steps are done, the patience is exhausted or the signal aborts; the variables are up to date
   * afterwards.
   *
   * @throws TrainError `Diverged` where the loss or the gradient is no finite number; the variables are of no use then.
   */
  async run({ until, signal, onStep }: RunOptions): Promise<void> {
    const { validation, schedule } = this.options;
    const draw = (index: number) => {
      const drawn = this.source.batch(index);
      drawn.catch(() => {}); // told where it is needed, if it is
      return drawn;
    };
    let batch = draw(this.step);
    try {
      while (this.step < until && !this.exhausted && !signal?.aborted) {
        const inputs = inputsOf(await batch);
        const learningRate = cosineRate(schedule, this.step);
        const compiled = await this.prepare();
        const running = compiled.run([{ data: Float32Array.of(learningRate), shape: [] }, ...inputs]);
        batch = draw(this.step + 1);
        const results = await running;
        this.step++;
        const [loss, gradientNorm] = results.map(({ data }) => data[0]);
        const report: StepReport = { step: this.step, loss, gradientNorm, learningRate };
        assertFinite(report);
        if (validation && this.step % validation.every === 0) {
          report.validation = await this.validate(validation.batches);
          assertFinite(report);
        }
        await onStep?.(report);
      }
    } finally {
      await batch.catch(() => {}); // read ahead, and not needed
    }
    await this.compiled?.step.storeVariables();
  }

  /** Everything that training goes on from, as a safetensors file. */
  async save(): Promise<Uint8Array> {
    await this.compiled?.step.storeVariables();
    return encodeCheckpoint(this.weights, this.optimizer.state, {
      step: this.step,
      best: this.best,
    });
  }

  /** Goes on from a checkpoint. `path` names it in errors. */
  restore(bytes: Uint8Array, path = 'checkpoint'): void {
    const { step, best } = decodeCheckpoint(bytes, this.weights, this.optimizer.state, path);
    this.compiled?.step.reloadVariables();
    this.step = step;
    this.best = best;
  }

  /** Releases the compiled graphs; the variables stay. */
  async dispose(): Promise<void> {
    await this.compiled?.step.storeVariables();
    await this.compiled?.step.dispose();
    await this.compiledLoss?.dispose();
    this.compiled = undefined;
    this.compiledLoss = undefined;
  }
}

const inputsOf = ({ target, previous, next, reference, phase, mask }: Batch): TensorLike[] => [
  target,
  previous,
  next,
  reference,
  phase,
  mask,
];

function assertFinite(report: StepReport): void {
  const { step, loss, gradientNorm, learningRate, validation = 0 } = report;
  if ([loss, gradientNorm, validation].every(Number.isFinite)) return;
  throw new TrainError(
    'Diverged',
    `step ${step}: expected finite numbers, found loss ${loss}, gradient norm ${gradientNorm}` +
      `${report.validation === undefined ? '' : `, validation ${validation}`} at learning rate ${learningRate}; ` +
      'go on from the last checkpoint with a lower rate or norm of gradients',
  );
}
