import type { InferenceSession, Tensor } from 'onnxruntime-common';
import { TfjsOnnxError } from './errors';

/** Where a graph runs: an execution provider of ONNX Runtime, or the best that is there. */
export type Device = 'auto' | 'cpu' | 'webgpu' | 'cuda' | 'coreml' | 'dml';

export interface SessionOptions {
  /** Default 'cpu'. 'auto' tries the accelerators that the installed ONNX Runtime lists, then the CPU. */
  device?: Device;
  /** Threads inside one op; default: as many as there are cores. */
  threads?: number;
}

interface Runtime {
  InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  Tensor: typeof Tensor;
  wasm: boolean;
  backends: string[];
}

let loading: Promise<Runtime> | undefined;

/** ONNX Runtime: the native build where it is installed, WebAssembly otherwise; loaded on first use. */
export function runtime(): Promise<Runtime> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Runtime> {
  try {
    const ort = await import('onnxruntime-node');
    return {
      ...pick(ort),
      wasm: false,
      backends: (ort.listSupportedBackends?.() ?? []).map(({ name }) => name),
    };
  } catch (native) {
    try {
      return { ...pick(await import('onnxruntime-web')), wasm: true, backends: ['cpu'] };
    } catch (cause) {
      const reason = native instanceof Error ? native.message : native;
      throw new TfjsOnnxError(
        'RuntimeUnavailable',
        `neither onnxruntime-node (${reason}) nor onnxruntime-web could be loaded; run: npm i onnxruntime-node`,
        { cause },
      );
    }
  }
}

const pick = (ort: typeof import('onnxruntime-common') & { default?: unknown }) => {
  const module = (ort.default ?? ort) as typeof ort;
  return { InferenceSession: module.InferenceSession, Tensor: module.Tensor };
};

/** Devices that the installed ONNX Runtime can use, best first. */
export async function availableDevices(): Promise<Device[]> {
  const { backends } = await runtime();
  return (['cuda', 'coreml', 'dml', 'webgpu', 'cpu'] as const).filter(
    (device) => device === 'cpu' || backends.includes(device),
  );
}

/** Opens a session for serialized `model`. */
export async function createSession(
  model: Uint8Array,
  { device = 'cpu', threads }: SessionOptions,
): Promise<InferenceSession> {
  const ort = await runtime();
  const candidates = device === 'auto' ? await availableDevices() : [device];
  let failure: unknown;
  for (const candidate of candidates) {
    const provider = ort.wasm && candidate === 'cpu' ? 'wasm' : candidate;
    try {
      return await ort.InferenceSession.create(model, {
        executionProviders: [provider],
        graphOptimizationLevel: 'all',
        enableMemPattern: false, // planning the memory makes the first runs slow and the later ones no faster
        logSeverityLevel: 3,
        ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      });
    } catch (cause) {
      failure = cause;
    }
  }
  const reason = failure instanceof Error ? failure.message : failure;
  throw new TfjsOnnxError(
    'RuntimeUnavailable',
    `ONNX Runtime could not open a session on '${device}': ${reason}`,
    { cause: failure },
  );
}
