/**
 * Memory order of a traced value: `order[p]` is the logical axis stored at physical position p.
 * TensorFlow.js computes in NHWC, ONNX in NCHW; keeping the order beside the value makes a transpose free until an op
 * needs its operand in a particular order.
 */
export type Order = readonly number[];

/** The order in which logical and physical axes coincide. */
export const identity = (rank: number): number[] => Array.from({ length: rank }, (_, axis) => axis);

/** Physical order (N, C, H, W) of a logical NHWC tensor. */
export const channelsFirst: Order = [0, 3, 1, 2];

export const sameOrder = (a: Order, b: Order): boolean =>
  a.length === b.length && a.every((axis, i) => axis === b[i]);

/** Dimensions as stored. */
export const physicalDims = (shape: readonly number[], order: Order): number[] =>
  order.map((axis) => shape[axis]);

/** ONNX `perm` that brings a tensor stored in order `from` into order `to`. */
export const permutation = (from: Order, to: Order): number[] => to.map((axis) => from.indexOf(axis));

/** True if moving axes by `perm` leaves the elements where they are, because only axes of length 1 change places. */
export function isReshape(dims: readonly number[], perm: readonly number[]): boolean {
  const moved = perm.filter((axis) => dims[axis] !== 1);
  return moved.every((axis, i) => i === 0 || axis > moved[i - 1]);
}

/** A copy of row-major `data` of shape `dims` with its axes moved by `perm`. */
export function transposeArray<T extends Float32Array | Int32Array | Uint8Array>(
  data: T,
  dims: readonly number[],
  perm: readonly number[],
): T {
  const strides = new Array<number>(dims.length).fill(1);
  for (let axis = dims.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * dims[axis + 1];
  const result = data.slice() as T;
  const outDims = perm.map((axis) => dims[axis]);
  const outStrides = perm.map((axis) => strides[axis]);
  const index = new Array<number>(dims.length).fill(0);
  for (let i = 0, source = 0; i < result.length; i++) {
    result[i] = data[source];
    for (let axis = index.length - 1; axis >= 0; axis--) {
      source += outStrides[axis];
      if (++index[axis] < outDims[axis]) break;
      source -= outStrides[axis] * outDims[axis];
      index[axis] = 0;
    }
  }
  return result;
}
