import { TfjsOnnxError } from '../errors';
import type { TensorSpec } from '../trace/trace';
import type { TensorLike } from './tensor-like';

export interface RunOptions {
  /**
   * Rejects the run with its reason at once. A computation in progress continues in the worker, and its result is discarded; a
   * training step that was aborted may have changed the variables or not.
   */
  signal?: AbortSignal;
  /**
   * true: the inputs' memory is moved to the worker, and the caller's arrays are empty afterwards. Default false: it is
   * copied.
   */
  transfer?: boolean;
}

/** A tensor function, ready to run on values outside tfjs. */
export interface CompiledFunction {
  /**
   * Computes the function. Runs are worked off in their order. The first one with given shapes traces the function,
   * which blocks the calling thread, for each of its steps where it is a generator function; `warmUp` does so ahead.
   *
   * With `freeze: false`, ONNX Runtime reads variables from tfjs on first use and keeps them afterwards.
   */
  run(inputs: readonly TensorLike[], options?: RunOptions): Promise<TensorLike[]>;
  /** Does all that the first run with inputs of these shapes would do beside running. */
  warmUp(inputs: readonly TensorSpec[]): Promise<void>;
  /** Writes the values that ONNX Runtime keeps of variables into the tfjs variables. */
  storeVariables(): Promise<void>;
  /** The next run reads the tfjs variables anew; for a frozen function, whose constants they are, it traces anew. */
  reloadVariables(): void;
  /** Closes the sessions, after the runs that have been called. Those called later reject with `InvalidArgument`. */
  dispose(): Promise<void>;
}

/** The error of a call that comes after `dispose`. */
export const disposedError = (call: string): TfjsOnnxError =>
  new TfjsOnnxError('InvalidArgument', `${call}: the function is disposed of`, { hint: 'compile it again' });
