/**
 * Trace TensorFlow.js computations to ONNX and run them with ONNX Runtime.
 *
 * @module
 */
export {
  type Backend,
  type CompiledFunction,
  type CompileOptions,
  compile,
  type EngineOptions,
} from './compile';
export { isTfjsOnnxError, TfjsOnnxError, type TfjsOnnxErrorCode } from './errors';
export type { ElementType, Port } from './graph';
export { matrixRate } from './matrix-rate';
export { availableDevices, DEVICES, type Device, runtimeVersions, type SessionOptions } from './runtime';
export type { TensorLike } from './tensor-like';
export { TFJS_BACKENDS, type TfjsBackend } from './tfjs-backend';
export {
  type TensorFunction,
  type TensorSpec,
  type TracedModel,
  type TraceOptions,
  trace,
  type VariablePort,
} from './trace';
