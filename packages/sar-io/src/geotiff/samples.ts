import type { DataType } from '../raster/raster';

type Component =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** The numbers of a decoded block, pixel by pixel. */
export type Samples = Component;

interface SampleType {
  dataType: DataType;
  /** Numbers a sample is made of: 2 where it is complex. */
  components: 1 | 2;
  array: new (buffer: ArrayBuffer, byteOffset: number, length: number) => Component;
  /** Bytes of one number. */
  bytes: 1 | 2 | 4 | 8;
  /** In the file, eight samples make a byte, and each row begins with a new one. */
  packed?: boolean;
}

const type = (
  dataType: DataType,
  array: SampleType['array'],
  bytes: SampleType['bytes'],
  components: SampleType['components'] = 1,
): SampleType => ({ dataType, array, bytes, components });

/** By TIFF's SampleFormat and BitsPerSample; formats 5 and 6 are complex integers and complex floats. */
const TYPES: Record<string, SampleType> = {
  '1/1': { ...type('uint8', Uint8Array, 1), packed: true },
  '1/8': type('uint8', Uint8Array, 1),
  '1/16': type('uint16', Uint16Array, 2),
  '1/32': type('uint32', Uint32Array, 4),
  '2/8': type('int8', Int8Array, 1),
  '2/16': type('int16', Int16Array, 2),
  '2/32': type('int32', Int32Array, 4),
  '3/32': type('float32', Float32Array, 4),
  '3/64': type('float64', Float64Array, 8),
  '5/32': type('cint16', Int16Array, 2, 2),
  '5/64': type('cint32', Int32Array, 4, 2),
  '6/64': type('cfloat32', Float32Array, 4, 2),
  '6/128': type('cfloat64', Float64Array, 8, 2),
};

export type { SampleType };

/** How samples of this format and size are stored; undefined where this package does not read them. */
export function sampleType(format: number, bits: number): SampleType | undefined {
  return TYPES[`${format}/${bits}`];
}

/** The bytes of a block as numbers, brought into this machine's byte order (little-endian). */
export function samplesOf(block: ArrayBuffer, { array, bytes }: SampleType, littleEndian: boolean): Samples {
  if (!littleEndian) swapBytes(new Uint8Array(block), bytes);
  return new array(block, 0, Math.floor(block.byteLength / bytes));
}

/** Bits, the first in a byte's highest, as a byte each; every row of the block begins with a new byte. */
export function unpackBits(block: ArrayBuffer, rowLength: number, rows: number): ArrayBuffer {
  const bytes = new Uint8Array(block);
  const rowBytes = Math.ceil(rowLength / 8);
  const numbers = new Uint8Array(rowLength * rows);
  for (let i = 0; i < numbers.length; i++) {
    const [row, column] = [Math.floor(i / rowLength), i % rowLength];
    numbers[i] = (bytes[row * rowBytes + (column >> 3)] >> (7 - (column & 7))) & 1;
  }
  return numbers.buffer;
}

/** Reverses the bytes of each number, in place. */
export function swapBytes(block: Uint8Array, bytes: number): void {
  if (bytes === 1) return;
  for (let first = 0; first + bytes <= block.length; first += bytes) {
    for (let a = first, b = first + bytes - 1; a < b; a++, b--) [block[a], block[b]] = [block[b], block[a]];
  }
}
