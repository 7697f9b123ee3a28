import { type Despeckler, loadDespeckler } from '@mtpi/model';
import { availableDevices } from '@mtpi/tfjs-onnx';
import * as tf from '@tensorflow/tfjs';

/** Where the network runs: on the GPU, or on the CPU as WebAssembly. */
export type Engine = 'webgpu' | 'wasm';

export type Weights = 'mtpi' | 'mtpi-small';

let loaded: { weights: Weights; engine: Engine; despeckler: Despeckler } | undefined;

/** A despeckler, kept for the next call with the same arguments. Without an engine, the fastest that is there. */
export async function despecklerFor(
  weights: Weights,
  engine?: Engine,
): Promise<{ despeckler: Despeckler; engine: Engine }> {
  const chosen = engine ?? ((await availableDevices())[0] as Engine);
  if (loaded?.weights === weights && loaded.engine === chosen) return loaded;
  await loaded?.despeckler.dispose();
  loaded = undefined;
  if (chosen === 'webgpu' && !(await hasWebGpu()))
    throw new Error(
      'WebGPU is not available in this browser on this computer; choose the processor under “Runs on”',
    );
  await tf.setBackend('cpu'); // holds the weights until the network is traced
  loaded = { weights, engine: chosen, despeckler: await loadDespeckler(weights, { device: chosen }) };
  return loaded;
}

async function hasWebGpu(): Promise<boolean> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<object | null> } };
  return Boolean(await gpu?.requestAdapter().catch(() => null));
}
