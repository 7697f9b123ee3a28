import type { Device, Provider } from './session/device';

/** All backends of TensorFlow.js for Node, the fastest first. All but tfjs-cpu are packages that the user installs. */
export const TFJS_BACKENDS = ['tfjs-node-gpu', 'tfjs-node', 'tfjs-webgpu', 'tfjs-wasm', 'tfjs-cpu'] as const;

/** A backend of TensorFlow.js. */
export type TfjsBackend = (typeof TFJS_BACKENDS)[number];

/** Runs tensor functions: ONNX Runtime, or a backend of TensorFlow.js, op by op. */
export type Backend = 'onnxruntime' | TfjsBackend;

export interface SessionOptions {
  /** Default 'cpu', in browsers 'wasm'. 'auto' tries the accelerators that ONNX Runtime lists, then the CPU. */
  device?: Device;
  /** Threads inside one operation; default: the number of cores. */
  threads?: number;
  /**
   * Workers that run the function side by side, each with a session of its own. Default 1. 0: ONNX Runtime runs in the
   * calling thread, which each run blocks; for callers that are in a thread of their own.
   */
  workers?: number;
  /** Receives one line when a session runs on a slower device or thread than was asked for. */
  onFallback?: (note: string) => void;
  /** Receives the device on which sessions have opened. */
  onOpen?: (device: Provider) => void;
}

/** Where a tensor function runs. */
export interface EngineOptions extends SessionOptions {
  /** Default 'onnxruntime'; the other options are for it only. */
  backend?: Backend;
}
