import type { EngineOptions } from '@mtpi/tfjs-onnx';

/** More workers than this take too much memory: each holds the network and a tile's intermediate images. */
const MOST_WORKERS = 4;

/**
 * Options that spread threads over tiles instead of within one: threads that share a tile wait for each other at every
 * operation of the network. On GPUs, and where the user chose the workers, as given.
 */
export function sideBySide(options: EngineOptions): EngineOptions {
  const { backend = 'onnxruntime', device = 'cpu', threads = availableParallelism() } = options;
  if (backend !== 'onnxruntime' || !['cpu', 'wasm'].includes(device) || options.workers !== undefined)
    return options;
  const workers = Math.min(threads, MOST_WORKERS);
  return { ...options, workers, threads: Math.floor(threads / workers) };
}

/** Cores that this process or page may use. */
const availableParallelism = (): number =>
  globalThis.process?.getBuiltinModule?.('node:os').availableParallelism() ?? navigator.hardwareConcurrency;
