import * as tf from '@tensorflow/tfjs';
import type { InferenceSession, Tensor } from 'onnxruntime-common';
import { TfjsOnnxError } from './errors';
import { createSession, runtime, type SessionOptions } from './runtime';
import { type TensorFunction, type TracedModel, type TraceOptions, trace } from './trace';

/** Values and shape of a tensor outside tfjs. */
export interface TensorLike {
  data: Float32Array | Int32Array | Uint8Array;
  shape: readonly number[];
}

export interface CompileOptions extends SessionOptions, Pick<TraceOptions, 'freeze'> {}

interface Compiled {
  traced: TracedModel;
  session: InferenceSession;
}

/**
 * A tensor function run by ONNX Runtime. The first call with a given set of input shapes traces the function and opens
 * a session for it; later calls reuse it.
 */
export class CompiledFunction {
  private readonly sessions = new Map<string, Promise<Compiled>>();
  private readonly state = new Map<tf.Variable, Tensor>();

  constructor(
    private readonly fn: TensorFunction,
    private readonly options: CompileOptions,
  ) {}

  /**
   * Computes the function. With `freeze: false`, variables are read from tfjs on first use and live here afterwards;
   * `sync` writes them back.
   */
  async run(...inputs: TensorLike[]): Promise<TensorLike[]> {
    const { traced, session } = await this.prepare(...inputs);
    const { Tensor } = await runtime();
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

  /** Traces and opens the session for inputs of these shapes, without running it. */
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
    const traced = trace(this.fn, specs, { freeze: this.options.freeze });
    return { traced, session: await createSession(traced.model, this.options) };
  }

  /** Writes the variables' present values back into the tfjs variables. */
  sync(): void {
    for (const [variable, value] of this.state) {
      tf.tidy(() => variable.assign(tf.tensor(value.data as Float32Array, variable.shape, variable.dtype)));
    }
  }

  /** Forgets the values held here: the next run reads the tfjs variables anew. */
  reset(): void {
    this.state.clear();
  }

  /** Releases all sessions. */
  async dispose(): Promise<void> {
    const sessions = [...this.sessions.values()];
    this.sessions.clear();
    this.state.clear();
    for (const compiled of sessions) await (await compiled).session.release();
  }
}

/**
 * Compiles a synchronous tensor function to run on ONNX Runtime.
 *
 * @param fn as for `trace`. Frozen by default: variables are constants of the compiled function. With `freeze: false`
 *   the function may assign variables, for example in a training step; their state stays on the ONNX side.
 * @throws TfjsOnnxError as `trace` does, when first run with new shapes; `RuntimeUnavailable` if the device is not there.
 * @example
 * const relu = compile((x) => tf.relu(x));
 * const [y] = await relu.run({ data: Float32Array.of(-1, 2), shape: [2] });
 */
export function compile(fn: TensorFunction, options: CompileOptions = {}): CompiledFunction {
  if (typeof fn !== 'function')
    throw new TfjsOnnxError('InvalidArgument', `compile: expected a function, got ${typeof fn}`);
  return new CompiledFunction(fn, options);
}

function dtypeOf(data: TensorLike['data']): tf.DataType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof Uint8Array) return 'bool';
  throw new TfjsOnnxError(
    'InvalidArgument',
    'run: expected inputs as { data: Float32Array | Int32Array | Uint8Array, shape }',
  );
}
