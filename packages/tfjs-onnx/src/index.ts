/**
 * Trace TensorFlow.js computations to ONNX and run them with ONNX Runtime.
 *
 * @module
 */
export { benchmarkMatMul } from './benchmark-mat-mul';
export { type Backend, type CompileOptions, compile, type EngineOptions } from './compile';
export type { CompiledFunction, RunOptions } from './compiled-function';
export { isTfjsOnnxError, TfjsOnnxError, type TfjsOnnxErrorCode } from './errors';
export type { ElementType, Port } from './graph';
export { DEVICES, type Device } from './session/device';
export { availableDevices, runtimeVersions, type SessionOptions } from './session/open-session';
export type { TensorLike } from './tensor-like';
export { TFJS_BACKENDS, type TfjsBackend } from './tfjs-backend';
export {
  type FreeTensorSpec,
  type TensorFunction,
  type TensorSpec,
  type TracedModel,
  type TraceOptions,
  trace,
  type VariablePort,
} from './trace';
