import { type ByteSource, checkRange } from '../bytes/byte-source';
import { openFile } from '../bytes/file-source';
import type { CfDataset, CfVariable } from '../cf/dataset';
import { SarIoError } from '../errors';
import { CHAR, type ClassicVariable, NUMBERS, readClassicHeader } from './classic-header';

const MOST_TEXT = 2 ** 16;

/**
 * Opens a netCDF file of the classic format (netCDF-3), also with 64-bit offsets. Pixels are read from disk when they are
 * asked for.
 *
 * @throws SarIoError `CorruptFile`, `UnsupportedFormat` (netCDF-5).
 */
export async function openClassic(path: string): Promise<CfDataset> {
  const file = await openFile(path);
  try {
    const { attributes, variables, records } = await readClassicHeader(file);
    const recordVariables = variables.filter(isRecord);
    // A single record variable is not padded to four bytes.
    const [single] = recordVariables.length === 1 ? recordVariables : [];
    const recordBytes = single
      ? slabBytes(single)
      : recordVariables.reduce((sum, variable) => sum + 4 * Math.ceil(slabBytes(variable) / 4), 0);
    const firstRecord = Math.min(...recordVariables.map(({ offset }) => offset));
    const written = records ?? Math.max(0, Math.floor((file.size - firstRecord) / recordBytes));
    return {
      path,
      attributes,
      variables: variables.map((variable): CfVariable => {
        const { name, dimensions, type, offset } = variable;
        const shape = dimensions.map(({ size }, axis) => (axis === 0 && isRecord(variable) ? written : size));
        const step = isRecord(variable) ? recordBytes : slabBytes(variable);
        const layout = { name, shape, offset, type, step };
        return {
          name,
          dimensions: dimensions.map((dimension) => dimension.name),
          shape,
          ...(NUMBERS[type] && { dataType: NUMBERS[type].dataType }),
          attributes: variable.attributes,
          read: (start, count, signal) => readBox(file, layout, start, count, signal),
          texts: async () => (type === CHAR ? readTexts(file, layout) : []),
        };
      }),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

const isRecord = ({ dimensions }: ClassicVariable) => dimensions[0]?.size === 0;

/** Of one index of the first dimension. */
const slabBytes = ({ dimensions, type }: ClassicVariable) =>
  dimensions.slice(1).reduce((product, { size }) => product * size, NUMBERS[type]?.bytes ?? 1);

interface Layout {
  name: string;
  shape: readonly number[];
  offset: number;
  type: number;
  /** Bytes from one index of the first dimension to the next. */
  step: number;
}

/** Numbers of a box; each of its rows lies together. */
async function readBox(
  file: ByteSource,
  { name, shape, offset, type, step }: Layout,
  start: readonly number[],
  count: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const number = NUMBERS[type];
  if (!number)
    throw new SarIoError('CorruptFile', {
      path: file.path,
      expected: `numbers in ${name}`,
      found: `type ${type}`,
    });
  const { bytes, get } = number;
  const length = count.reduce((product, size) => product * size, 1);
  checkRange(file, offset, length * bytes);
  const values = new Float64Array(length);
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
    const part = await file.read(position, run * bytes, signal);
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
