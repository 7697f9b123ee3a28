import type { InferenceSession, Tensor } from 'onnxruntime-common';
import type { TensorLike } from '../run/tensor-like';
import type { ElementType } from '../trace/graph';
import { DEVICES, type Provider } from './device';
import { hasWebGpu, isNode, loadNative, loadWeb, type OnnxRuntime } from './onnx-runtime';

/** A tensor with its ONNX element type, which its array alone does not give: `bool` is a Uint8Array. */
export interface TypedTensor extends TensorLike {
  type: ElementType;
}

export interface SessionRequest {
  /** The serialized model. */
  model: Uint8Array;
  device: Provider;
  /** Threads inside one operation; default: the number of cores. */
  threads?: number;
}

/** Where a value that the host holds enters a graph and leaves it. */
export interface HeldVariable {
  /** Number of the value, unique in the host. */
  variable: number;
  input?: string;
  output?: string;
}

export interface RunRequest {
  session: number;
  inputs: Record<string, TypedTensor>;
  variables: HeldVariable[];
  /** Outputs to return, in this order. */
  outputs: string[];
}

/**
 * Sessions of ONNX Runtime, and the variables whose values stay with them from run to run. Lives in the worker; its
 * methods are called there by `SessionClient`, one after the other.
 */
export class SessionHost {
  private readonly sessions = new Map<number, { session: InferenceSession; runtime: OnnxRuntime }>();
  private readonly variables = new Map<number, TypedTensor>();
  private count = 0;

  /** Devices that the installed ONNX Runtime lists, the fastest first; `reason`: why its native build does not load. */
  async devices(): Promise<{ devices: Provider[]; reason?: string }> {
    if (!isNode) return { devices: (await hasWebGpu()) ? ['webgpu', 'wasm'] : ['wasm'] };
    try {
      const names = (await loadNative()).listSupportedBackends?.().map(({ name }) => name) ?? [];
      return { devices: DEVICES.filter((device) => device === 'cpu' || names.includes(device)) };
    } catch (error) {
      return { devices: ['wasm'], reason: (error as Error).message };
    }
  }

  /** Versions of the installed ONNX Runtime packages that load. */
  async versions(): Promise<Record<string, string>> {
    const [native, web] = await Promise.allSettled([loadNative(), loadWeb()]);
    return {
      ...(native.status === 'fulfilled' && { 'onnxruntime-node': native.value.env.versions.node ?? '' }),
      ...(web.status === 'fulfilled' && { 'onnxruntime-web': web.value.env.versions.web ?? '' }),
    };
  }

  /** Opens a session and returns its number. */
  async open({ model, device, threads }: SessionRequest): Promise<number> {
    const runtime = await runtimeFor(device);
    if (runtime.env.wasm) runtime.env.wasm.numThreads = threads ?? wasmThreads(); // its own default is half the cores
    const session = await runtime.InferenceSession.create(model, {
      executionProviders: [device],
      graphOptimizationLevel: 'all',
      enableMemPattern: false, // planning the memory makes the first runs slow and the later ones no faster
      logSeverityLevel: 3,
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    });
    this.sessions.set(++this.count, { session, runtime });
    return this.count;
  }

  /** Runs a session; the values that its variables have afterwards stay here. */
  async run({ session: number, inputs, variables, outputs }: RunRequest): Promise<TensorLike[]> {
    const { session, runtime } = this.sessions.get(number)!;
    const feeds: Record<string, Tensor> = {};
    for (const [name, tensor] of Object.entries(inputs)) feeds[name] = tensorOf(runtime, tensor);
    for (const { variable, input } of variables)
      if (input !== undefined) feeds[input] = tensorOf(runtime, this.variables.get(variable)!);
    const results = await session.run(feeds);
    for (const { variable, output } of variables)
      if (output !== undefined)
        this.variables.set(variable, {
          type: results[output].type as ElementType,
          ...tensorLike(results[output]),
        });
    return outputs.map((name) => tensorLike(results[name]));
  }

  /** Sets a variable. */
  async write(variable: number, value: TypedTensor): Promise<void> {
    this.variables.set(variable, value);
  }

  /** Copies of the variables' values. */
  async read(variables: number[]): Promise<TensorLike[]> {
    return variables.map((variable) => {
      const { data, shape } = this.variables.get(variable)!;
      return { data: data.slice(), shape };
    });
  }

  async forget(variables: number[]): Promise<void> {
    for (const variable of variables) this.variables.delete(variable);
  }

  /** Closes a session. */
  async close(number: number): Promise<void> {
    await this.sessions.get(number)?.session.release();
    this.sessions.delete(number);
  }
}

const runtimeFor = (device: Provider): Promise<OnnxRuntime> => {
  if (device === 'wasm' || (device === 'webgpu' && !isNode)) return loadWeb(device);
  return loadNative();
};

/** The number of cores; 1 in pages that may not share memory between threads. */
function wasmThreads(): number {
  if (isNode) return process.getBuiltinModule('node:os').availableParallelism();
  return globalThis.crossOriginIsolated ? navigator.hardwareConcurrency : 1;
}

const tensorOf = ({ Tensor }: OnnxRuntime, { type, data, shape }: TypedTensor): Tensor =>
  new Tensor(type as 'float32', data as Float32Array, shape);

const tensorLike = ({ data, dims }: Tensor): TensorLike => ({
  data: data as TensorLike['data'],
  shape: dims,
});
