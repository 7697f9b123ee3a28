/**
 * Types and names of engines that do not need TensorFlow.js.
 *
 * @module
 */
export {
  type Backend,
  type EngineOptions,
  type SessionOptions,
  TFJS_BACKENDS,
  type TfjsBackend,
} from './engine-options';
export { DEVICES, type Device, type Provider } from './session/device';
