import * as tf from '@tensorflow/tfjs';
import type { TfjsBackend } from '../engine-options';
import { TfjsOnnxError } from '../errors';

interface Source {
  /** Name that TensorFlow.js knows the backend by. */
  name: string;
  /** Packages to install; the first one registers the backend. */
  packages: string[];
  /** Requirements beside its packages. */
  needs?: string;
}

const nodeBinding = 'needs Node ≤ 22 and the TensorFlow library that its install script downloads';

const SOURCES: Record<TfjsBackend, Source> = {
  'tfjs-node-gpu': {
    name: 'tensorflow',
    packages: ['@tensorflow/tfjs-node-gpu'],
    needs: `${nodeBinding}; an NVIDIA GPU with CUDA 11.2 and cuDNN 8`,
  },
  'tfjs-node': { name: 'tensorflow', packages: ['@tensorflow/tfjs-node'], needs: nodeBinding },
  'tfjs-webgpu': {
    name: 'webgpu',
    packages: ['@tensorflow/tfjs-backend-webgpu', 'webgpu'],
    needs: 'needs a GPU with a driver for Vulkan, Metal or Direct3D 12, and on Linux libvulkan1',
  },
  'tfjs-wasm': { name: 'wasm', packages: ['@tensorflow/tfjs-backend-wasm'] },
  'tfjs-cpu': { name: 'cpu', packages: [] },
};

/** Imports a package that may not be installed; bundlers do not follow it. */
const load = (specifier: string) => import(/* @vite-ignore */ specifier);

/** Adds `navigator.gpu` to Node, as browsers have it, with Dawn. */
async function provideWebGpu(): Promise<void> {
  if (globalThis.navigator && 'gpu' in globalThis.navigator) return;
  const { create, globals } = await load('webgpu');
  Object.assign(globalThis, globals);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: create([]) }, configurable: true });
}

/** Summands of one WebGPU program: with the sum, as many buffers as every device grants. */
const SUMMANDS = 7;

/** Replaces WebGPU's AddN, which binds all summands at once, more than devices grant: this one adds a few at a time. */
function sumInParts(): void {
  const whole = tf.getKernel('AddN', 'webgpu');
  tf.unregisterKernel('AddN', 'webgpu');
  tf.registerKernel({
    ...whole,
    kernelFunc: ({ inputs, backend, ...rest }) => {
      const sum = (some: tf.TensorInfo[]) =>
        whole.kernelFunc({
          inputs: some as unknown as tf.NamedTensorInfoMap,
          backend,
          ...rest,
        }) as tf.TensorInfo;
      let [total, ...others] = inputs as unknown as tf.TensorInfo[];
      const first = total;
      while (others.length > 0) {
        const next = sum([total, ...others.splice(0, SUMMANDS - 1)]);
        if (total !== first) (backend as tf.KernelBackend).disposeData(total.dataId);
        total = next;
      }
      return total === first ? sum([first]) : total;
    },
  });
}

let starting: Promise<unknown> = Promise.resolve();

/**
 * Makes a backend the one that TensorFlow.js runs on. Calls are answered in turn, since a backend that is still starting
 * gives up when another one is chosen.
 *
 * @throws TfjsOnnxError `RuntimeUnavailable` with the packages to install.
 */
export function useTfjsBackend(backend: TfjsBackend): Promise<void> {
  const started = starting.then(() => start(backend));
  starting = started.catch(() => {}); // rejection is handled by the caller
  return started;
}

async function start(backend: TfjsBackend): Promise<void> {
  const { name, packages, needs } = SOURCES[backend];
  if (tf.getBackend() === name) return;
  let reason = 'TensorFlow.js could not start it';
  try {
    if (name === 'webgpu') await provideWebGpu();
    if (packages.length > 0) await load(packages[0]);
    if (name === 'webgpu' && !tf.findBackend(name)) sumInParts();
    if (await tf.setBackend(name)) return;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    reason = code === 'ERR_MODULE_NOT_FOUND' ? 'it is not installed' : message.split('\n')[0];
  }
  const remedy = [packages.length > 0 ? `npm i ${packages.join(' ')}` : '', needs].filter(Boolean).join('; ');
  throw new TfjsOnnxError('RuntimeUnavailable', `backend ${backend}: ${reason} (${remedy})`);
}
