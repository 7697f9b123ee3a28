/**
 * Trace TensorFlow.js computations to ONNX and run them with ONNX Runtime.
 *
 * @module
 */

export { isTfjsOnnxError, TfjsOnnxError, type TfjsOnnxErrorCode } from './errors';
export { benchmarkMatMul } from './run/benchmark-mat-mul';
export { type CompileOptions, compile } from './run/compile';
export type { CompiledFunction, RunOptions } from './run/compiled-function';
export type { TensorLike } from './run/tensor-like';
export { availableDevices, runtimeVersions } from './session/open-session';
export type { ElementType, Port } from './trace/graph';
export {
  type FreeTensorSpec,
  type TensorFunction,
  type TensorSpec,
  type TracedModel,
  type TraceOptions,
  trace,
  type VariablePort,
} from './trace/trace';
export * from './types';
