import { TfjsOnnxError } from '../errors';
import type { Attribute } from '../trace/graph';
import type { Tracer, Value } from '../trace/tracer';

export interface KernelContext {
  tracer: Tracer;
  /** Inputs by their tfjs names; list inputs (concat, addN, pack) are reached through `valueList`. */
  inputs: Record<string, Value>;
  // biome-ignore lint/suspicious/noExplicitAny: tfjs types the attributes of each kernel apart from the kernel.
  attrs: any;
}

/** Emits the ONNX nodes of one tfjs kernel. */
export type Kernel = (context: KernelContext) => Value | Value[];

/** @throws TfjsOnnxError `UnsupportedKernel` for what is said. */
export function refuse(what: string): never {
  throw new TfjsOnnxError('UnsupportedKernel', `trace: ${what} cannot be converted to ONNX`);
}

/** All inputs of a kernel that takes a list. */
export const valueList = (inputs: Record<string, Value>): Value[] => Object.values(inputs).flat();

/** A kernel that is one ONNX op on each element of its only input. */
export const unary =
  (op: string, attributes: Record<string, Attribute> = {}): Kernel =>
  ({ tracer, inputs }) => {
    const [x] = Object.values(inputs);
    return tracer.like(x, tracer.graph.emit(op, [tracer.stored(x)], attributes));
  };
