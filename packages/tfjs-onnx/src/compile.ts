import * as tf from '@tensorflow/tfjs';
import type { Tensor } from 'onnxruntime-common';
import { EagerFunction } from './eager';
import { TfjsOnnxError } from './errors';
import { createSession, type Session, type SessionOptions } from './runtime';
import { dtypeOf, type TensorLike } from './tensor-like';
import type { TfjsBackend } from './tfjs-backend';
import { type TensorFunction, type TracedModel, type TraceOptions, trace } from './trace';

/** What runs a tensor function: ONNX Runtime, or a backend of TensorFlow.js, op by op. */
export type Backend = 'onnxruntime' | TfjsBackend;

/** Where a tensor function runs. */
export interface EngineOptions extends SessionOptions {
  /** Default 'onnxruntime', which alone heeds the other options. */
  backend?: Backend;
}

export interface CompileOptions extends EngineOptions, Pick<TraceOptions, 'freeze'> {}

/** A tensor function, ready to run on values outside tfjs. */
export interface CompiledFunction {
  /**
   * Computes the function. With `freeze: false`, ONNX Runtime reads variables from tfjs on first use and keeps them
   * afterwards; `sync` writes them back.
   */
  run(...inputs: TensorLike[]): Promise<TensorLike[]>;
  /** Readies what runs inputs of these shapes, without running it. */
  prepare(...inputs: readonly TensorLike[]): Promise<unknown>;
  /** Writes the variables' present values back into the tfjs variables. */
  sync(): void;
  /** Forgets the values held here: the next run reads the tfjs variables anew. */
  reset(): void;
  /** Releases what `prepare` made. */
  dispose(): Promise<void>;
}

interface Compiled extends Session {
  traced: TracedModel;
}

/** Run by ONNX Runtime: the first call with a given set of input shapes traces the function and opens a session. */
class OnnxFunction implements CompiledFunction {
  private readonly sessions = new Map<string, Promise<Compiled>>();
  private readonly state = new Map<tf.Variable, Tensor>();

  constructor(
    private readonly fn: TensorFunction,
    private readonly options: CompileOptions,
  ) {}

  async run(...inputs: TensorLike[]): Promise<TensorLike[]> {
    const { traced, session, Tensor } = await this.prepare(...inputs);
    const feeds: Record<string, Tensor> = {};
    traced.inputs.forEach(({ name, type }, i) => {
      feeds[name] = new Tensor(type as 'float32', inputs[i].data as Float32Array, inputs[i].shape);
    });
    for (const { variable, input } of traced.variables) {
      if (input === undefined) continue;
      let value = this.state.get(variable);
      if (!value) {
        value = new Tensor(
          variable.dtype as 'float32',
          variable.dataSync().slice() as Float32Array,
          variable.shape,
        );
        this.state.set(variable, value);
      }
      feeds[input] = value;
    }
    const results = await session.run(feeds);
    for (const { variable, output } of traced.variables) {
      if (output !== undefined) this.state.set(variable, results[output]);
    }
    return traced.outputs.map(({ name }) => ({
      data: results[name].data as Float32Array,
      shape: results[name].dims,
    }));
  }

  prepare(...inputs: readonly TensorLike[]): Promise<Compiled> {
    const specs = inputs.map(({ data, shape }) => ({ shape, dtype: dtypeOf(data) }));
    const key = specs.map(({ shape, dtype }) => `${dtype}[${shape}]`).join(' ');
    let compiled = this.sessions.get(key);
    if (!compiled) {
      compiled = this.open(specs);
      compiled.catch(() => this.sessions.delete(key));
      this.sessions.set(key, compiled);
    }
    return compiled;
  }

  private async open(specs: { shape: readonly number[]; dtype: tf.DataType }[]): Promise<Compiled> {
    let traced!: TracedModel;
    const session = await createSession((device) => {
      traced = trace(this.fn, specs, { freeze: this.options.freeze, webgpu: device === 'webgpu' });
      return traced.model;
    }, this.options);
    return { traced, ...session };
  }

  sync(): void {
    for (const [variable, value] of this.state) {
      tf.tidy(() => variable.assign(tf.tensor(value.data as Float32Array, variable.shape, variable.dtype)));
    }
  }

  reset(): void {
    this.state.clear();
  }

  async dispose(): Promise<void> {
    const sessions = [...this.sessions.values()];
    this.sessions.clear();
    this.state.clear();
    for (const compiled of sessions) await (await compiled).session.release();
  }
}

/**
 * Compiles a synchronous tensor function to run on ONNX Runtime, or readies it for a backend of TensorFlow.js.
 *
 * @param fn as for `trace`. Frozen by default: variables are constants of the compiled function. With `freeze: false`
 *   the function may assign variables, for example in a training step; their state stays on the ONNX side.
 * @throws TfjsOnnxError as `trace` does, when first run with new shapes; `RuntimeUnavailable` if the device or
 *   backend is not there.
 * @example
 * const relu = compile((x) => tf.relu(x));
 * const [y] = await relu.run({ data: Float32Array.of(-1, 2), shape: [2] });
 */
export function compile(fn: TensorFunction, options: CompileOptions = {}): CompiledFunction {
  if (typeof fn !== 'function')
    throw new TfjsOnnxError('InvalidArgument', `compile: expected a function, got ${typeof fn}`);
  const { backend = 'onnxruntime' } = options;
  return backend === 'onnxruntime' ? new OnnxFunction(fn, options) : new EagerFunction(fn, backend);
}
