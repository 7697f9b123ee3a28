import type { ByteSource } from '../bytes/byte-source';
import type { Attributes } from '../cf/dataset';
import { SarIoError } from '../errors';
import type { DataType } from '../raster/raster';

/** Bytes from the start of a file in which its header is looked for. */
const HEADER_BYTES = [2 ** 20, 2 ** 25];
/** Longer lists of numbers are no attribute that is read. */
const MOST_ATTRIBUTE_VALUES = 64;

/** Tags of the lists. */
const [DIMENSIONS, VARIABLES, ATTRIBUTES] = [10, 11, 12];
/** The number of records of a file whose writer did not know it. */
const STREAMING = 0xffffffff;

export const CHAR = 2;

/** Types of numbers by their codes: all are big-endian. */
export const NUMBERS: Readonly<
  Record<number, { dataType: DataType; bytes: number; get(view: DataView, at: number): number }>
> = {
  1: { dataType: 'int8', bytes: 1, get: (view, at) => view.getInt8(at) },
  3: { dataType: 'int16', bytes: 2, get: (view, at) => view.getInt16(at) },
  4: { dataType: 'int32', bytes: 4, get: (view, at) => view.getInt32(at) },
  5: { dataType: 'float32', bytes: 4, get: (view, at) => view.getFloat32(at) },
  6: { dataType: 'float64', bytes: 8, get: (view, at) => view.getFloat64(at) },
};

export interface ClassicDimension {
  name: string;
  /** 0 of the one that grows by records. */
  size: number;
}

export interface ClassicVariable {
  name: string;
  dimensions: readonly ClassicDimension[];
  attributes: Attributes;
  /** A key of `NUMBERS`, or `CHAR`. */
  type: number;
  /** Where its numbers begin. */
  offset: number;
}

export interface ClassicHeader {
  attributes: Attributes;
  variables: readonly ClassicVariable[];
  /** Undefined where the writer did not know how many there would be. */
  records: number | undefined;
}

/**
 * The header of a netCDF file of the classic format, with offsets of 32 or 64 bits (netCDF User Guide, "The NetCDF Classic
 * Format Specification").
 *
 * @throws SarIoError `CorruptFile`, `UnsupportedFormat` (netCDF-5).
 */
export async function readClassicHeader(file: ByteSource): Promise<ClassicHeader> {
  const { path } = file;
  for (const most of HEADER_BYTES) {
    const bytes = await file.read(0, Math.min(most, file.size));
    if (bytes[3] === 5)
      throw new SarIoError('UnsupportedFormat', {
        path,
        expected: 'netCDF-3 or netCDF-4',
        found: 'netCDF-5 (64-bit data)',
        hint: 'Convert it with nccopy -k nc4',
      });
    try {
      return parseHeader(new Cursor(bytes), bytes[3] === 2);
    } catch (cause) {
      if (bytes.length < file.size && most !== HEADER_BYTES.at(-1)) continue;
      throw new SarIoError('CorruptFile', `${path}: its netCDF header cannot be read, is it truncated?`, {
        ...{ path, cause, hint: 'Copy or download the file again' },
      });
    }
  }
  throw new SarIoError('CorruptFile', { path, expected: 'a netCDF header', found: 'none' });
}

/** Reads one field after the other; throws a RangeError where they end early, or claim more than there is. */
class Cursor {
  private readonly view: DataView;
  private at = 4;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  uint32(): number {
    this.at += 4;
    return this.view.getUint32(this.at - 4);
  }

  uint64(): number {
    return this.uint32() * 2 ** 32 + this.uint32();
  }

  /** Of items that take some bytes each; padded to four. */
  skip(count: number, bytes: number): DataView {
    const length = count * bytes;
    if (length > this.bytes.length - this.at) throw new RangeError(`${length} bytes at ${this.at}`);
    const view = new DataView(this.view.buffer, this.view.byteOffset + this.at, length);
    this.at += Math.ceil(length / 4) * 4;
    return view;
  }

  text(length = this.uint32()): string {
    return new TextDecoder().decode(this.skip(length, 1)).replace(/\0+$/, '');
  }

  /** The items of a list, which is empty without its tag. */
  list<T>(tag: number, item: () => T): T[] {
    const [found, count] = [this.uint32(), this.uint32()];
    if (found !== tag && (found !== 0 || count !== 0)) throw new RangeError(`tag ${found} instead of ${tag}`);
    const items: T[] = [];
    while (items.length < count) items.push(item());
    return items;
  }
}

function parseHeader(cursor: Cursor, wideOffsets: boolean): ClassicHeader {
  const records = cursor.uint32();
  const dimensions = cursor.list(DIMENSIONS, () => ({ name: cursor.text(), size: cursor.uint32() }));
  const attributes = parseAttributes(cursor);
  const variables = cursor.list(VARIABLES, (): ClassicVariable => {
    const name = cursor.text();
    const indices = cursor.skip(cursor.uint32(), 4);
    const own = Array.from({ length: indices.byteLength / 4 }, (_, i) => {
      const index = indices.getUint32(4 * i);
      if (!dimensions[index]) throw new RangeError(`dimension ${index} of ${dimensions.length}`);
      return dimensions[index];
    });
    const variable = { name, dimensions: own, attributes: parseAttributes(cursor), type: cursor.uint32() };
    cursor.uint32(); // its size, which follows from its dimensions, and may not fit into 32 bits
    return { ...variable, offset: wideOffsets ? cursor.uint64() : cursor.uint32() };
  });
  return { attributes, variables, records: records === STREAMING ? undefined : records };
}

/** Texts and short lists of numbers. */
function parseAttributes(cursor: Cursor): Attributes {
  const items = cursor.list(ATTRIBUTES, () => {
    const [name, type, count] = [cursor.text(), cursor.uint32(), cursor.uint32()];
    if (type === CHAR) return [name, cursor.text(count)] as const;
    const number = NUMBERS[type];
    if (!number) throw new RangeError(`type ${type}`);
    const view = cursor.skip(count, number.bytes);
    if (count === 0 || count > MOST_ATTRIBUTE_VALUES) return undefined;
    const values = Array.from({ length: count }, (_, i) => number.get(view, i * number.bytes));
    return [name, count === 1 ? values[0] : values] as const;
  });
  return Object.fromEntries(items.filter((item) => item !== undefined));
}
