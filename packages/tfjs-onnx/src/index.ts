/**
 * Trace TensorFlow.js computations to ONNX and run them with ONNX Runtime.
 *
 * @module
 */
export { benchmarkMatMul } from './benchmark-mat-mul';
export { type CompileOptions, compile } from './compile';
export type { CompiledFunction, RunOptions } from './compiled-function';
export type { Backend, EngineOptions, SessionOptions, TfjsBackend } from './engine-options';
export { isTfjsOnnxError, TfjsOnnxError, type TfjsOnnxErrorCode } from './errors';
export type { ElementType, Port } from './graph';
export { DEVICES, type Device, type Provider } from './session/device';
export { availableDevices, runtimeVersions } from './session/open-session';
export type { TensorLike } from './tensor-like';
export { TFJS_BACKENDS } from './tfjs-backend';
export {
  type FreeTensorSpec,
  type TensorFunction,
  type TensorSpec,
  type TracedModel,
  type TraceOptions,
  trace,
  type VariablePort,
} from './trace';
