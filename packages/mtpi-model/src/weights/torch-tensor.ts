import type { NamedTensor } from './safetensors';

/** Reads elements of a storage. */
export interface ElementType {
  bytes: number;
  get(view: DataView, at: number): number;
}

/** Supported storages by the names of their classes. */
export const ELEMENT_TYPES: Record<string, ElementType> = {
  'torch.FloatStorage': { bytes: 4, get: (view, at) => view.getFloat32(at, true) },
  'torch.DoubleStorage': { bytes: 8, get: (view, at) => view.getFloat64(at, true) },
  'torch.LongStorage': { bytes: 8, get: (view, at) => Number(view.getBigInt64(at, true)) },
};

/** Consecutive elements that tensors are views of. */
export interface Storage {
  type: ElementType;
  bytes: Uint8Array;
}

const isIndex = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
const isIndices = (value: unknown): value is number[] => Array.isArray(value) && value.every(isIndex);

/** A strided view of a storage, copied by `toNamedTensor` only. */
export class TorchTensor {
  private constructor(
    private readonly storage: Storage,
    private readonly offset: number,
    private readonly shape: number[],
    private readonly strides: number[],
  ) {}

  /** A view, undefined if its sizes are not indices, or if it reaches beyond the storage or repeats its elements. */
  static of(storage: Storage, offset: unknown, shape: unknown, strides: unknown): TorchTensor | undefined {
    if (!isIndex(offset) || !isIndices(shape) || !isIndices(strides)) return undefined;
    if (strides.length !== shape.length) return undefined;
    const size = shape.reduce((a, b) => a * b, 1);
    if (!Number.isSafeInteger(size)) return undefined;
    const last = shape.reduce((at, length, axis) => at + (length - 1) * strides[axis], offset);
    const { type, bytes } = storage;
    if (size > 0 && Math.max(size, last + 1) * type.bytes > bytes.length) return undefined;
    return new TorchTensor(storage, offset, shape, strides);
  }

  /** Number of elements. */
  get size(): number {
    return this.shape.reduce((a, b) => a * b, 1);
  }

  /** The elements, row-major, as float32. */
  toNamedTensor(): NamedTensor {
    const { storage, shape, strides } = this;
    const { type, bytes } = storage;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const data = new Float32Array(this.size);
    const index = shape.map(() => 0);
    let at = this.offset;
    for (let i = 0; i < data.length; i++) {
      data[i] = type.get(view, at * type.bytes);
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        at += strides[axis];
        if (++index[axis] < shape[axis]) break;
        at -= shape[axis] * strides[axis];
        index[axis] = 0;
      }
    }
    return { shape: [...shape], data };
  }
}
