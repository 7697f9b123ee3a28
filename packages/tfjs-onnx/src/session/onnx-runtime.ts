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

/** Loads `onnxruntime-web`: WebAssembly. */
export const loadWeb = async (): Promise<OnnxRuntime> => quiet(await import('onnxruntime-web'));

export function quiet(loaded: object): OnnxRuntime {
  const runtime = ('default' in loaded ? loaded.default : loaded) as OnnxRuntime;
  runtime.env.logLevel = 'fatal'; // errors are thrown as well
  return runtime;
}
