/**
 * Types that do not need those of TensorFlow.js.
 *
 * @module
 */
export type { Backend, EngineOptions, SessionOptions, TfjsBackend } from './engine-options';
export type { Device, Provider } from './session/device';
