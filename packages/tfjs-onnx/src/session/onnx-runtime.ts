import type { Env, InferenceSession, Tensor } from 'onnxruntime-common';

/** The part of an ONNX Runtime package that sessions need. */
export interface OnnxRuntime {
  InferenceSession: typeof InferenceSession;
  Tensor: typeof Tensor;
  env: Env;
  listSupportedBackends?: () => { name: string }[];
}

/** Node's module loader, not imported, since bundlers for browsers would follow an import; undefined in browsers. */
const node = globalThis.process?.getBuiltinModule?.('node:module');

export const isNode = node !== undefined;

/** Loads `onnxruntime-node`: the CPU, and GPUs where its build has them. */
export async function loadNative(): Promise<OnnxRuntime> {
  if (!node) throw new Error('onnxruntime-node runs in Node only');
  try {
    return quiet(node.createRequire(import.meta.url)('onnxruntime-node'));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw cause;
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
