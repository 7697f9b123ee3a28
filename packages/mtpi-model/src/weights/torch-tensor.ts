import type { NamedTensor } from './safetensors';

/** How the elements of a storage are read. */
export interface ElementType {
  bytes: number;
  get(view: DataView, at: number): number;
}

/** The storages that are read, under the names of their classes. */
export const ELEMENT_TYPES: Record<string, ElementType> = {
  'torch.FloatStorage': { bytes: 4, get: (view, at) => view.getFloat32(at, true) },
  'torch.DoubleStorage': { bytes: 8, get: (view, at) => view.getFloat64(at, true) },
  'torch.LongStorage': { bytes: 8, get: (view, at) => Number(view.getBigInt64(at, true)) },
};

/** A run of elements that tensors look into. */
export interface Storage {
  type: ElementType;
  bytes: Uint8Array;
}

/** A tensor can repeat elements by strides of 0, so its size is limited here, not by the file. */
const MOST_ELEMENTS = 1 << 28;

const isIndex = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
const isIndices = (value: unknown): value is number[] => Array.isArray(value) && value.every(isIndex);

/** A strided view into a storage, copied only when it is asked for. */
export class TorchTensor {
  private constructor(
    private readonly storage: Storage,
    private readonly offset: number,
    private readonly shape: number[],
    private readonly strides: number[],
  ) {}

  /** The view of these sizes, undefined where they are not indices or reach beyond the storage. */
  static of(storage: Storage, offset: unknown, shape: unknown, strides: unknown): TorchTensor | undefined {
    if (!isIndex(offset) || !isIndices(shape) || !isIndices(strides)) return undefined;
    if (strides.length !== shape.length) return undefined;
    const size = shape.reduce((a, b) => a * b, 1);
    const last = shape.reduce((at, length, axis) => at + (length - 1) * strides[axis], offset);
    if (size > MOST_ELEMENTS || (size > 0 && (last + 1) * storage.type.bytes > storage.bytes.length))
      return undefined;
    return new TorchTensor(storage, offset, shape, strides);
  }

  /** The elements, row-major, as float32. */
  toNamedTensor(): NamedTensor {
    const { storage, shape, strides } = this;
    const { type, bytes } = storage;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
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
