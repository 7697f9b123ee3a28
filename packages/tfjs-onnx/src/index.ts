/**
 * Trace TensorFlow.js computations to ONNX and run them with ONNX Runtime.
 *
 * @module
 */
export { type CompiledFunction, type CompileOptions, compile, type TensorLike } from './compile';
export { isTfjsOnnxError, TfjsOnnxError, type TfjsOnnxErrorCode } from './errors';
export type { ElementType, Port } from './graph';
export { availableDevices, type Device, type SessionOptions } from './runtime';
export {
  type TensorFunction,
  type TensorSpec,
  type TracedModel,
  type TraceOptions,
  trace,
  type VariablePort,
} from './trace';
