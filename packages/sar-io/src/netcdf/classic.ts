import type { NetCDFReader } from 'netcdfjs';
import type { ByteSource } from '../bytes/byte-source';
import { openFile } from '../bytes/file-source';
import type { Attributes, CfDataset, CfVariable } from '../cf/dataset';
import { SarIoError } from '../errors';
import type { DataType } from '../raster';

/** Bytes from the start of a file in which its header is looked for. */
const HEADER_BYTES = [2 ** 20, 2 ** 25];
const MOST_TEXT = 2 ** 16;

/** Types of the classic format: all numbers are big-endian. */
const TYPES: Readonly<
  Record<string, readonly [DataType, bytes: number, (view: DataView, at: number) => number]>
> = {
  byte: ['int8', 1, (view, at) => view.getInt8(at)],
  short: ['int16', 2, (view, at) => view.getInt16(at)],
  int: ['int32', 4, (view, at) => view.getInt32(at)],
  float: ['float32', 4, (view, at) => view.getFloat32(at)],
  double: ['float64', 8, (view, at) => view.getFloat64(at)],
};

/**
 * Opens a netCDF file of the classic format (netCDF-3), also with 64-bit offsets. Pixels are read from disk when they are
 * asked for.
 *
 * @throws SarIoError `CorruptFile`, `UnsupportedFormat` (netCDF-5).
 */
export async function openClassic(path: string): Promise<CfDataset> {
  const file = await openFile(path);
  try {
    const header = await readHeader(file);
    checkDimensions(path, header);
    const records = header.variables.filter(({ record }) => record);
    const variables = header.variables.map((variable): CfVariable => {
      const dimensions = variable.dimensions.map((index) => header.dimensions[index]);
      const isText = variable.type === 'char';
      const [dataType, bytes = 1] = TYPES[variable.type] ?? [];
      const shape = dimensions.map(({ size }, axis) =>
        axis === 0 && variable.record ? header.recordDimension.length : size,
      );
      const slab = shape.slice(variable.record ? 1 : 0).reduce((product, length) => product * length, bytes);
      // A single record variable is not padded to four bytes.
      const step = !variable.record
        ? slab / (shape[0] ?? 1)
        : records.length === 1
          ? slab
          : header.recordDimension.recordStep!;
      const layout = { shape, offset: variable.offset, bytes, step };
      return {
        name: variable.name,
        dimensions: dimensions.map(({ name }) => name),
        shape,
        ...(dataType && { dataType }),
        attributes: attributesOf(variable.attributes),
        read: (start, count) => readBox(file, layout, variable.type, start, count),
        texts: async () => (isText ? readTexts(file, layout) : []),
      };
    });
    return { path, attributes: attributesOf(header.globalAttributes), variables, close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readHeader(file: ByteSource) {
  const { NetCDFReader } = await import('netcdfjs');
  const { path } = file;
  const [, , , version] = await file.read(0, Math.min(4, file.size));
  if (version === 5)
    throw new SarIoError('UnsupportedFormat', {
      path,
      expected: 'netCDF-3 or netCDF-4',
      found: 'netCDF-5 (64-bit data)',
      hint: 'Convert it with nccopy -k nc4',
    });
  for (const most of HEADER_BYTES) {
    const bytes = await file.read(0, Math.min(most, file.size));
    try {
      return new NetCDFReader(bytes).header;
    } catch (cause) {
      if (bytes.length < file.size && most !== HEADER_BYTES.at(-1)) continue;
      throw new SarIoError('CorruptFile', `${path}: its netCDF header cannot be read, is it truncated?`, {
        ...{ path, cause, hint: 'Copy or download the file again' },
      });
    }
  }
  throw new SarIoError('CorruptFile', { path, expected: 'a netCDF header', found: 'none' });
}

/** @throws SarIoError `CorruptFile` where a variable has a dimension that the file has not. */
function checkDimensions(path: string, { dimensions, variables }: NetCDFReader['header']): void {
  for (const variable of variables) {
    const missing = variable.dimensions.find((index) => !dimensions[index]);
    if (missing === undefined) continue;
    throw new SarIoError('CorruptFile', {
      path,
      expected: `${dimensions.length} dimensions`,
      found: `dimension ${missing} of ${variable.name}`,
    });
  }
}

interface Layout {
  shape: readonly number[];
  offset: number;
  /** Of a number. */
  bytes: number;
  /** Bytes from one index of the first dimension to the next. */
  step: number;
}

/** Numbers of a box; each of its rows lies together. */
async function readBox(
  file: ByteSource,
  { shape, offset, bytes, step }: Layout,
  type: string,
  start: readonly number[],
  count: readonly number[],
): Promise<Float64Array> {
  const [, , get] = TYPES[type] ?? [];
  if (!get) throw new SarIoError('CorruptFile', { path: file.path, expected: 'numbers', found: type });
  const values = new Float64Array(count.reduce((product, length) => product * length, 1));
  const axes = shape.length;
  const strides = shape.map((_, axis) =>
    axis === 0 ? step : shape.slice(axis + 1).reduce((product, length) => product * length, bytes),
  );
  // A row that is one record of a variable with one dimension has its numbers apart.
  const run = axes > 1 ? count[axes - 1] : step === bytes && axes === 1 ? count[0] : 1;
  for (let done = 0; done < values.length; done += run) {
    let [rest, position] = [done, offset];
    for (let axis = axes - 1; axis >= 0; axis--) {
      position += (start[axis] + (rest % count[axis])) * strides[axis];
      rest = Math.floor(rest / count[axis]);
    }
    const part = await file.read(position, run * bytes);
    const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
    for (let i = 0; i < run; i++) values[done + i] = get(view, i * bytes);
  }
  return values;
}

/** Texts along the first dimension, padded along the last. */
async function readTexts(file: ByteSource, { shape, offset }: Layout): Promise<string[]> {
  const length = shape.at(-1) ?? 1;
  const count = shape.length > 1 ? shape[0] : 1;
  if (count * length > MOST_TEXT) return [];
  const bytes = await file.read(offset, count * length);
  return Array.from({ length: count }, (_, i) =>
    new TextDecoder().decode(bytes.subarray(i * length, (i + 1) * length)).replace(/[\0 ]+$/, ''),
  );
}

function attributesOf(list: readonly { name: string; value: unknown }[]): Attributes {
  return Object.fromEntries(
    list.flatMap(({ name, value }): [string, string | number | readonly number[]][] => {
      if (typeof value === 'string' || typeof value === 'number') return [[name, value]];
      if (Array.isArray(value)) return [[name, value.length === 1 ? value[0] : value]];
      return [];
    }),
  );
}
