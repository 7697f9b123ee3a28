import type { NamedWeight } from '@mtpi/layers';
import type { InputTransform, MtpiNet } from '@mtpi/model';
import { type CompiledFunction, compile, type SessionOptions } from '@mtpi/tfjs-onnx';
import * as tf from '@tensorflow/tfjs';
import { AdamW } from './adamw';
import type { BatchSource } from './batch';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint';
import { clipByGlobalNorm } from './gradient-clipping';
import { createObjective, type Objective, type ObjectiveKind } from './objective';
import { type CosineSchedule, cosineRate } from './schedule';

export interface TrainerOptions extends SessionOptions {
  schedule: CosineSchedule;
  transform: Extract<InputTransform, { kind: 'log' }>;
  /** Default 'wishart'. */
  objective?: ObjectiveKind;
  /** Decoupled weight decay. Default 1e-4. */
  weightDecay?: number;
  /** Largest joint norm of the gradients. Default 5. */
  clipNorm?: number;
  /**
   * Step from which batch normalization uses its running statistics, as prediction does, instead of each batch's own:
   * the weights settle to what they will be used with. Default: never.
   */
  settleFrom?: number;
}

/** What one step reports. */
export interface StepReport {
  /** Steps done, this one included. */
  step: number;
  loss: number;
  gradientNorm: number;
  learningRate: number;
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
  /** The source's state before the batch that comes next. */
  private sourceState: unknown;
  private readonly objective: Objective;
  /** The network's and the loss's variables under their names. */
  private readonly weights: NamedWeight[];
  private readonly optimizer: AdamW;
  private readonly variables: tf.Variable[];
  private compiled: { step: CompiledFunction; settling: boolean } | undefined;

  constructor(
    private readonly network: MtpiNet,
    private readonly source: BatchSource,
    private readonly options: TrainerOptions,
  ) {
    this.objective = createObjective(options.objective ?? 'wishart', options.transform);
    this.weights = [
      ...network.namedWeights(),
      ...this.objective.weights.map((w) => ({ ...w, name: `loss.${w.name}` })),
    ];
    this.variables = this.weights.flatMap(({ variable }) =>
      variable.trainable ? [variable.read() as tf.Variable] : [],
    );
    this.optimizer = new AdamW(this.variables, { weightDecay: options.weightDecay });
    this.sourceState = source.save();
  }

  /** The compiled step; `training` says whether batch normalization uses the batch's statistics. */
  private compileStep(training: boolean): CompiledFunction {
    const { clipNorm = 5 } = this.options;
    const [four, scalar] = [(t: tf.Tensor) => t as tf.Tensor4D, (t: tf.Tensor) => t as tf.Scalar];
    const step = (...[target, previous, next, reference, phase, mask, rate]: tf.Tensor[]) => {
      const { value, grads } = tf.variableGrads(() => {
        const prediction = this.network.apply(four(target), four(previous), four(next), { training });
        return this.objective.loss(prediction, four(reference), phase, four(mask));
      }, this.variables);
      const { gradients, norm } = clipByGlobalNorm(
        this.variables.map(({ name }) => grads[name]),
        clipNorm,
      );
      this.optimizer.step(gradients, scalar(rate));
      return [value, norm];
    };
    return compile(step, { ...this.options, freeze: false });
  }

  /** The compiled step for what comes next, with the state of the one before. */
  private async prepare(): Promise<CompiledFunction> {
    const settling = this.step >= (this.options.settleFrom ?? Number.POSITIVE_INFINITY);
    if (this.compiled?.settling !== settling) {
      this.compiled?.step.sync();
      await this.compiled?.step.dispose();
      this.compiled = { step: this.compileStep(!settling), settling };
    }
    return this.compiled.step;
  }

  /** Trains until `until` steps are done or the signal aborts; the variables are up to date afterwards. */
  async run({ until, signal, onStep }: RunOptions): Promise<void> {
    this.source.restore(this.sourceState);
    let batch = this.source.next();
    while (this.step < until && !signal?.aborted) {
      const { target, previous, next, reference, phase, mask } = await batch;
      const learningRate = cosineRate(this.options.schedule, this.step);
      const rate = { data: Float32Array.of(learningRate), shape: [] };
      const compiled = await this.prepare();
      const running = compiled.run(target, previous, next, reference, phase, mask, rate);
      const sourceState = this.source.save();
      batch = this.source.next();
      const results = await running;
      this.step++;
      this.sourceState = sourceState;
      const [loss, gradientNorm] = results.map(({ data }) => data[0]);
      await onStep?.({ step: this.step, loss, gradientNorm, learningRate });
    }
    this.compiled?.step.sync();
  }

  /** Everything that training goes on from, as a safetensors file. */
  save(): Uint8Array {
    this.compiled?.step.sync();
    return encodeCheckpoint(this.weights, this.optimizer.state, {
      step: this.step,
      source: this.sourceState,
    });
  }

  /** Goes on from a checkpoint. `path` names it in errors. */
  restore(bytes: Uint8Array, path = 'checkpoint'): void {
    const { step, source } = decodeCheckpoint(bytes, this.weights, this.optimizer.state, path);
    this.compiled?.step.reset();
    this.step = step;
    this.sourceState = source;
  }
}
