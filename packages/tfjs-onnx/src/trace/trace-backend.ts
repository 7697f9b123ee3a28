import { isSteps, type Steps } from '@mtpi/jobs';
import * as tf from '@tensorflow/tfjs';
import { TfjsOnnxError } from '../errors';
import { elementwiseKernels, type KernelContext, kernels } from '../kernels';
import type { Tracer, Value, Values } from './tracer';

export const backendName = 'onnx-trace';

/** Constants above this many elements are computed in the graph instead of being stored in it. */
const FOLD_LIMIT = 1 << 20;

/** A tfjs backend whose kernels append ONNX nodes to the current trace instead of computing. */
class TraceBackend extends tf.KernelBackend {
  tracer: Tracer | null = null;

  private get current(): Tracer {
    if (!this.tracer) {
      throw new TfjsOnnxError('InvalidArgument', `the '${backendName}' backend works only inside trace()`, {
        hint: 'choose another backend with tf.setBackend',
      });
    }
    return this.tracer;
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    return this.current.bind(this.current.constant(typed(values as Values, dtype), shape, dtype));
  }

  override readSync(dataId: object): Values {
    const value = this.tracer?.find(dataId);
    const constant = value && this.tracer?.whole(value).constant;
    if (constant) return constant;
    const what = value ? `${value.name ?? 'a constant'} of shape [${value.shape}]` : 'a tensor';
    throw new TfjsOnnxError(
      'ValueRead',
      `trace: the function read the value of ${what} (dataSync, data, array, print, …); while tracing there are only shapes`,
      { found: what, hint: 'compute with tensors, or pass the value as an argument' },
    );
  }

  override async read(dataId: object): Promise<Values> {
    return this.readSync(dataId);
  }

  override move(dataId: object): void {
    this.readSync(dataId);
  }

  override numDataIds = (): number => 0;
  override refCount = (): number => 1;
  override incRef(): void {}
  decRef(): void {}
  override disposeData = (): boolean => true;
  override memory = () => ({ unreliable: true });
  override floatPrecision = (): 16 | 32 => 32;
  override epsilon = (): number => 1e-7;
}

const backend = new TraceBackend();
let registered = false;

/** Registers the backend and its kernels with tfjs, once. */
function register(): void {
  if (registered) return;
  registered = true;
  tf.registerBackend(backendName, () => backend, 0);
  const names = new Set([
    ...Object.keys(kernels),
    ...tf.getKernelsForBackend('cpu').map((kernel) => kernel.kernelName),
  ]);
  for (const kernelName of names) {
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs }) =>
        run(kernelName, inputs, attrs ?? {}) as tf.TensorInfo | tf.TensorInfo[],
    });
  }
}

function run(
  kernelName: string,
  inputs: tf.NamedTensorInfoMap,
  attrs: object,
): tf.TensorInfo | tf.TensorInfo[] {
  const tracer = backend.tracer as Tracer;
  const shapes: number[][] = [];
  const operand = (info: tf.TensorInfo): Value => {
    const value = tracer.value(info);
    shapes.push(value.shape);
    return elementwiseKernels.has(kernelName) ? (value.core ?? value) : tracer.whole(value);
  };
  const values = Object.fromEntries(
    Object.entries(inputs as Record<string, tf.TensorInfo | tf.TensorInfo[]>)
      .filter(([, info]) => info != null)
      .map(([key, info]) => [key, Array.isArray(info) ? info.map(operand) : operand(info)]),
  );
  const result =
    fold(kernelName, values, attrs, Array.isArray(inputs), tracer.graph.free.any) ??
    emit(kernelName, { tracer, inputs: values as KernelContext['inputs'], attrs });
  const info = (value: Value): tf.TensorInfo => ({
    dataId: tracer.bind(value),
    shape: value.shape,
    dtype: value.dtype,
  });
  if (Array.isArray(result)) return result.map(info);
  if (!elementwiseKernels.has(kernelName)) return info(result);
  return info(tracer.repeat(result, shapes.reduce(tf.broadcast_util.assertAndGetBroadcastShape)));
}

function emit(kernelName: string, context: KernelContext): Value | Value[] {
  const kernel = kernels[kernelName];
  if (!kernel) {
    throw new TfjsOnnxError(
      'UnsupportedKernel',
      `trace: the kernel '${kernelName}' cannot be converted to ONNX`,
      {
        found: kernelName,
        hint: 'use other operations, or run the function on a backend of TensorFlow.js',
      },
    );
  }
  return kernel(context);
}

/** A copy of `values` in the array type of `dtype`, which tfjs' cpu kernels do not always use. */
function typed(values: ArrayLike<number>, dtype: tf.DataType): Values {
  if (dtype === 'float32') return Float32Array.from(values);
  return dtype === 'int32' ? Int32Array.from(values) : Uint8Array.from(values);
}

/** Runs a kernel whose inputs are all constants on the cpu backend; undefined where it can't or would bloat the graph. */
function fold(
  kernelName: string,
  inputs: Record<string, Value | Value[]>,
  attrs: object,
  listed: boolean,
  free: boolean,
): Value | Value[] | undefined {
  const flat = Object.values(inputs).flat();
  if (!flat.every((value) => value.constant)) return undefined;
  if (flat.length === 0 && free) return undefined; // its attributes may be free lengths
  const kernel = tf.getKernel(kernelName, 'cpu');
  const cpu = tf.findBackend('cpu') as tf.KernelBackend | null;
  if (!kernel || !cpu) return undefined;
  const ids: object[] = [];
  const toInfo = ({ constant, shape, dtype }: Value): tf.TensorInfo => {
    const dataId = cpu.write(constant as Values, shape, dtype);
    ids.push(dataId);
    return { dataId, shape, dtype };
  };
  const byName = Object.fromEntries(
    Object.entries(inputs).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.map(toInfo) : toInfo(value),
    ]),
  );
  const infos = listed ? Object.values(byName) : byName;
  const outputs = kernel.kernelFunc({
    inputs: infos as unknown as tf.NamedTensorInfoMap,
    attrs: attrs as tf.NamedAttrMap,
    backend: cpu,
  });
  const list = Array.isArray(outputs) ? outputs : [outputs];
  const folded = list.map(({ dataId, shape, dtype }) => {
    const constant = typed(cpu.readSync(dataId) as Values, dtype);
    ids.push(dataId);
    return { shape, dtype, constant, order: shape.map((_, axis) => axis) };
  });
  for (const id of new Set(ids)) cpu.disposeData(id, true);
  return folded.some(
    ({ constant }) => constant.length > FOLD_LIMIT && flat.every((v) => v.constant!.length < constant.length),
  )
    ? undefined
    : Array.isArray(outputs)
      ? folded
      : folded[0];
}

/**
 * Runs `body` with the tracing backend active, and lets it see variables that `body` has assigned with their traced values.
 * Between steps, and afterwards, the previous backend is active and variables have their own values.
 */
export function* withTracer<T>(
  tracer: Tracer,
  body: () => T | Steps<T>,
  inspect: (result: T, assigned: readonly tf.Variable[]) => void,
): Steps<void> {
  register();
  const tracing = new Tracing(tracer);
  tracing.resume();
  try {
    let result = body();
    if (isSteps(result)) {
      let step = result.next();
      for (; !step.done; step = result.next()) {
        tracing.suspend();
        yield;
        tracing.resume();
      }
      result = step.value;
    }
    inspect(result, tracing.assignedVariables());
    tracing.assertNoneCreated();
  } finally {
    tracing.end();
  }
}

const { state } = tf.engine();

/** State of TensorFlow.js that a trace changes: the active backend, the scope of tensors and the data of assigned variables. */
class Tracing {
  /** Undefined before the first tensor, with which TensorFlow.js chooses one. */
  private backendBefore: string | undefined;
  /** The data of all variables while the trace is active. */
  private own = new Map<tf.Variable, object>();
  /** The data of assigned variables in the trace. */
  private readonly assigned = new Map<tf.Variable, object>();
  private scope: typeof state.activeScope | undefined;

  constructor(private readonly tracer: Tracer) {}

  resume(): void {
    if (backend.tracer) throw new TfjsOnnxError('InvalidArgument', 'trace: called inside another trace');
    this.backendBefore = tf.getBackend();
    this.own = new Map(
      Object.values(state.registeredVariables).map((variable) => [variable, variable.dataId]),
    );
    for (const dataId of this.own.values()) ownerOf(dataId).incRef(dataId); // an assignment releases one
    for (const [variable, dataId] of this.assigned) variable.dataId = dataId;
    backend.tracer = this.tracer;
    void tf.setBackend(backendName);
    if (this.scope) {
      state.scopeStack.push(this.scope);
      state.activeScope = this.scope;
    } else {
      tf.engine().startScope();
      this.scope = state.activeScope;
    }
  }

  suspend(): void {
    state.scopeStack.pop();
    state.activeScope = state.scopeStack[state.scopeStack.length - 1] ?? null;
    this.restore();
  }

  /** Frees the tensors of the trace. */
  end(): void {
    if (backend.tracer !== this.tracer) return;
    tf.engine().endScope();
    this.restore();
  }

  assignedVariables(): tf.Variable[] {
    return [...this.own].flatMap(([variable, dataId]) => (variable.dataId === dataId ? [] : [variable]));
  }

  assertNoneCreated(): void {
    const created = Object.values(state.registeredVariables).find((variable) => !this.own.has(variable));
    if (!created) return;
    created.dispose();
    throw new TfjsOnnxError(
      'InvalidArgument',
      `trace: the variable '${created.name}' was created while tracing`,
      { found: created.name, hint: 'create it before' },
    );
  }

  private restore(): void {
    for (const [variable, dataId] of this.own) {
      const traced = variable.dataId;
      const isReleased = traced !== dataId && !this.assigned.has(variable); // by the first assignment
      if (traced !== dataId) this.assigned.set(variable, traced);
      variable.dataId = dataId;
      if (!isReleased) ownerOf(dataId).disposeData(dataId);
    }
    if (this.backendBefore) void tf.setBackend(this.backendBefore);
    else Object.assign(tf.engine(), { backendName: undefined, backendInstance: null });
    backend.tracer = null;
  }
}

const ownerOf = (dataId: object): tf.KernelBackend => state.tensorInfo.get(dataId)!.backend;
