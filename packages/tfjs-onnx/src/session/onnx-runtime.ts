import type { Env, InferenceSession, Tensor } from 'onnxruntime-common';

/** The part of an ONNX Runtime package that sessions need. */
export interface OnnxRuntime {
  InferenceSession: typeof InferenceSession;
  Tensor: typeof Tensor;
  env: Env;
  listSupportedBackends?: () => { name: string }[];
}

export const isNode = globalThis.process?.getBuiltinModule !== undefined;

/** A variable: bundlers for browsers would follow a literal. */
const nativePackage = 'onnxruntime-node';

/** Loads `onnxruntime-node`: the CPU, and GPUs where its build has them. */
export async function loadNative(): Promise<OnnxRuntime> {
  if (!isNode) throw new Error('onnxruntime-node runs in Node only');
  try {
    return quiet(await import(/* @vite-ignore */ /* webpackIgnore: true */ nativePackage));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new Error('onnxruntime-node is not installed', { cause });
  }
}

/** Loads `onnxruntime-web`: WebAssembly. */
export const loadWeb = async (): Promise<OnnxRuntime> => quiet(await import('onnxruntime-web'));

export function quiet(loaded: object): OnnxRuntime {
  const runtime = ('default' in loaded ? loaded.default : loaded) as OnnxRuntime;
  runtime.env.logLevel = 'fatal'; // errors are thrown as well
  return runtime;
}
