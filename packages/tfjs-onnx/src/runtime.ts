import type { InferenceSession, Tensor } from 'onnxruntime-common';
import { TfjsOnnxError } from './errors';

/** Where ONNX Runtime runs a graph: an execution provider, 'wasm' (`onnxruntime-web`), or the best that is there. */
export type Device = 'auto' | 'cpu' | 'webgpu' | 'cuda' | 'coreml' | 'dml' | 'wasm';

export interface SessionOptions {
  /** Default 'cpu'. 'auto' tries the accelerators that the installed ONNX Runtime lists, then the CPU. */
  device?: Device;
  /** Threads inside one op; default: as many as there are cores. */
  threads?: number;
  /** Told, in one line, when a session runs on a slower device than was asked for, and why. */
  onFallback?: (note: string) => void;
}

/** What makes each device available, in words. */
const REMEDIES: Record<Exclude<Device, 'auto'>, string> = {
  cpu:
    'npm i onnxruntime-node, with ONNXRUNTIME_NODE_INSTALL=skip in the environment where its install script ' +
    'cannot download CUDA',
  wasm: 'npm i onnxruntime-web',
  webgpu: 'needs a GPU with a driver for Vulkan, Metal or Direct3D 12, and on Linux libvulkan1',
  cuda:
    'needs Linux on x64, an NVIDIA GPU, CUDA 12, cuDNN 9, and the CUDA provider: ' +
    'ONNXRUNTIME_NODE_INSTALL=cuda12 npm i onnxruntime-node',
  coreml: 'needs macOS',
  dml: 'needs Windows',
};

type OnnxRuntime = Pick<typeof import('onnxruntime-common'), 'InferenceSession' | 'Tensor' | 'env'> & {
  listSupportedBackends?: () => { name: string }[];
};

export interface Session {
  session: InferenceSession;
  /** The class that the session takes its inputs in. */
  Tensor: typeof Tensor;
}

const moduleOf = (loaded: { default?: unknown }) => {
  const ort = (loaded.default ?? loaded) as OnnxRuntime;
  ort.env.logLevel = 'fatal'; // errors are thrown as well
  return ort;
};
const native = async () =>
  moduleOf(
    await import('onnxruntime-node').catch((cause) => {
      if (cause.code !== 'ERR_MODULE_NOT_FOUND') throw cause;
      throw new Error('onnxruntime-node is not installed', { cause });
    }),
  );
const wasm = async () => moduleOf(await import('onnxruntime-web'));

/** The message of an error, without the place in ONNX Runtime's source that raised it. */
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/^.* was false\. /s, '').trim();

/** All devices that ONNX Runtime has for Node, fastest first where they are there. */
export const DEVICES = ['cuda', 'coreml', 'dml', 'webgpu', 'cpu', 'wasm'] as const;

/** Versions of the packages of ONNX Runtime that are installed and load. */
export async function runtimeVersions(): Promise<Record<string, string>> {
  const versions = await Promise.allSettled([native(), wasm()]);
  return Object.fromEntries(
    versions.flatMap((loaded, i) => {
      if (loaded.status === 'rejected') return [];
      const { node, web } = loaded.value.env.versions;
      return [i === 0 ? ['onnxruntime-node', node ?? ''] : ['onnxruntime-web', web ?? '']];
    }),
  );
}

/** Devices that the installed ONNX Runtime lists, best first. One that is listed may still lack its driver. */
export async function availableDevices(): Promise<Exclude<Device, 'auto'>[]> {
  try {
    const names = (await native()).listSupportedBackends?.().map(({ name }) => name) ?? [];
    return (['cuda', 'coreml', 'dml', 'webgpu', 'cpu'] as const).filter(
      (device) => device === 'cpu' || names.includes(device),
    );
  } catch {
    return ['wasm'];
  }
}

/**
 * Opens a session.
 *
 * @param modelFor the serialized model for a device.
 * @throws TfjsOnnxError `RuntimeUnavailable` naming the reason and what to install.
 */
export async function createSession(
  modelFor: (device: Device) => Uint8Array,
  { device = 'cpu', threads, onFallback }: SessionOptions,
): Promise<Session> {
  const failures: string[] = [];
  const listed = await availableDevices();
  const candidates = device === 'auto' || (device === 'cpu' && listed[0] === 'wasm') ? listed : [device];
  if (device === 'cpu' && candidates[0] === 'wasm')
    failures.push(`${await native().then(() => '', reasonOf)} (${REMEDIES.cpu})`);
  for (const candidate of candidates) {
    const model = modelFor(candidate);
    try {
      const { InferenceSession, Tensor } = await (candidate === 'wasm' ? wasm() : native());
      const session = await InferenceSession.create(model, {
        executionProviders: [candidate],
        graphOptimizationLevel: 'all',
        enableMemPattern: false, // planning the memory makes the first runs slow and the later ones no faster
        logSeverityLevel: 3,
        ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      });
      const slower = candidate === 'wasm' ? ', several times slower than the native runtime' : '';
      if (failures.length > 0) onFallback?.(`running on ${candidate}${slower}: ${failures.join('; ')}`);
      return { session, Tensor };
    } catch (cause) {
      failures.push(`${candidate}: ${reasonOf(cause)} (${REMEDIES[candidate]})`);
    }
  }
  throw new TfjsOnnxError(
    'RuntimeUnavailable',
    `ONNX Runtime could not open a session on ${failures.join('; ')}`,
  );
}
