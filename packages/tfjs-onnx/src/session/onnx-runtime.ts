import type { Env, InferenceSession, Tensor } from 'onnxruntime-common';

/** The part of an ONNX Runtime package that sessions need. */
export interface OnnxRuntime {
  InferenceSession: typeof InferenceSession;
  Tensor: typeof Tensor;
  env: Env;
  listSupportedBackends?: () => { name: string }[];
}

export const isNode = globalThis.process?.getBuiltinModule !== undefined;

/** The original, installed for CUDA, goes before its copy without an install script. Not literals, which bundlers would follow. */
const nativePackages = ['onnxruntime-node', '@mtpi/onnxruntime-node'];

/** With its entry for Node. Not a literal, so that bundlers leave it out. */
const webPackage = 'onnxruntime-web';

/** Loads ONNX Runtime's native build: the CPU, and GPUs where it has them. */
export async function loadNative(): Promise<OnnxRuntime> {
  if (!isNode) throw new Error('the native build runs in Node only');
  let failure = new Error('onnxruntime-node is not installed');
  for (const name of nativePackages) {
    try {
      return quiet(await import(/* @vite-ignore */ /* webpackIgnore: true */ name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') failure = error as Error;
    }
  }
  throw failure;
}

/** Loads `onnxruntime-web`: WebAssembly; in browsers, for WebGPU, its larger build for that. */
export async function loadWeb(device: 'wasm' | 'webgpu' = 'wasm'): Promise<OnnxRuntime> {
  if (isNode) return quiet(await import(/* @vite-ignore */ /* webpackIgnore: true */ webPackage));
  return quiet(
    await (device === 'webgpu' ? import('onnxruntime-web/webgpu') : import('onnxruntime-web/wasm')),
  );
}

interface Adapter {
  info: { isFallbackAdapter?: boolean; architecture: string };
}

/** Whether this page or worker can use a GPU; one that is emulated on the CPU is slower than WebAssembly and not counted. */
export async function hasWebGpu(): Promise<boolean> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<Adapter | null> } };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  return adapter != null && !adapter.info.isFallbackAdapter && adapter.info.architecture !== 'swiftshader';
}

function quiet(loaded: object): OnnxRuntime {
  const runtime = ('default' in loaded ? loaded.default : loaded) as OnnxRuntime;
  runtime.env.logLevel = 'fatal'; // errors are thrown as well
  return runtime;
}
