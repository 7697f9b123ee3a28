import type { Dataset, File } from 'h5wasm/node';
import { openFile } from '../bytes/file-source';
import { assertUnchanged, stateOf } from '../bytes/file-state';
import { mostBytes } from '../bytes/limits';
import type { Attributes, CfDataset, CfVariable } from '../cf/dataset';
import { SarIoError } from '../errors';
import type { DataType } from '../raster/raster';
import { checkGlobalHeap } from './global-heap';

/** Of the values of an attribute, and of the bytes of a text. */
const MOST_ATTRIBUTE_VALUES = 64;
const MOST_TEXT = 2 ** 16;
/** A chunk is decompressed as a whole. */
const MOST_CHUNK_BYTES = 2 ** 28;
const MOST_VARIABLES = 1000;
const MOST_TEXTS = 1000;

/** HDF5's classes of types. */
const [INTEGER, FLOAT, STRING] = [0, 1, 3];

/** Filters that the library has. */
const FILTERS = new Set(['none', 'deflate', 'shuffle', 'fletcher32', 'nbit', 'scaleoffset', 'szip']);

/**
 * Opens a netCDF-4 or HDF5 file; of its groups only the root is read. Pixels are read from disk when they are asked for.
 *
 * @throws SarIoError `CorruptFile`.
 */
export async function openHdf5(path: string): Promise<CfDataset> {
  const state = await stateOf(path);
  const bytes = await openFile(path, { state });
  await checkGlobalHeap(bytes).finally(() => bytes.close());
  const { File: H5File, ready } = await import('h5wasm/node');
  const library = await ready;
  // Otherwise errors are printed and not thrown.
  library.activate_throwing_error_handler();
  const file = attempt(path, 'an HDF5 file', () => new H5File(path, 'r'));
  try {
    const names = attempt(path, 'variables', () => file.keys()).slice(0, MOST_VARIABLES);
    return {
      path,
      attributes: attributesOf(file, path),
      variables: names.flatMap((name) => {
        const variable = variableOf(file, name, path);
        if (!variable) return [];
        const read: CfVariable['read'] = async (...box) => {
          const values = await variable.read(...box);
          assertUnchanged(path, state, await stateOf(path));
          return values;
        };
        return [{ ...variable, read }];
      }),
      close: async () => {
        file.close();
      },
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

function variableOf(file: File, name: string, path: string): CfVariable | undefined {
  const entity = attempt(path, name, () => file.get(name));
  if (!entity || !('slice' in entity)) return undefined;
  const dataset: Dataset = entity;
  const shape = attempt(path, name, () => dataset.shape);
  if (!shape) return undefined;
  const { type, size, signed, chunks, vlen } = dataset.metadata;
  const dataType = vlen ? undefined : dataTypeOf(type, size, signed);
  const attributes = attributesOf(dataset, path);
  // A dimension that has no values is stored as a dataset without meaning.
  if (/^This is a netCDF dimension but not a netCDF variable/.test(String(attributes.NAME ?? '')))
    return undefined;
  const dimensions = shape.map((_, axis) => dimensionOf(dataset, axis, name, path));
  return {
    ...{ name, shape, dataType, attributes, dimensions },
    async read(start, count, signal) {
      signal?.throwIfAborted();
      const bytes = (chunks ?? []).reduce((product, edge) => product * edge, size);
      if (bytes > mostBytes(MOST_CHUNK_BYTES))
        throw new SarIoError('UnsupportedFormat', {
          path,
          expected: `chunks of ${name} of at most ${MOST_CHUNK_BYTES / 2 ** 20} MiB`,
          found: `${(bytes / 2 ** 20).toFixed(0)} MiB`,
          hint: 'Rewrite it with smaller chunks, for example with nccopy -c time/1,y/512,x/512',
        });
      const values = attempt(
        path,
        name,
        () =>
          shape.length === 0
            ? [dataset.value as number | bigint].flat()
            : dataset.slice(start.map((first, i): [number, number] => [first, first + count[i]])),
        () => unknownFilter(dataset),
      );
      const numbers = values as ArrayLike<number | bigint>;
      const isBig = typeof numbers[0] === 'bigint';
      return isBig ? Float64Array.from(numbers as ArrayLike<bigint>, Number) : (numbers as ArrayLike<number>);
    },
    async texts() {
      if (type !== STRING && !vlen) return [];
      if (shape.reduce((product, length) => product * length, 1) > MOST_TEXTS) return [];
      return attempt(path, name, () => [dataset.value].flat().map(String));
    },
  };
}

/** The name of a dimension: of the scale that is attached to it; else of the variable itself, where it is one. */
function dimensionOf(dataset: Dataset, axis: number, name: string, path: string): string {
  const [scale] = attempt(path, name, () => dataset.get_attached_scales(axis));
  if (scale) return scale.slice(scale.lastIndexOf('/') + 1);
  return dataset.shape?.length === 1 ? name : `dim_${axis}`;
}

function dataTypeOf(type: number, size: number, signed: boolean): DataType | undefined {
  if (type === FLOAT) return size === 4 ? 'float32' : size === 8 ? 'float64' : undefined;
  if (type !== INTEGER || ![1, 2, 4, 8].includes(size)) return undefined;
  return size === 8 ? 'float64' : (`${signed ? '' : 'u'}int${8 * size}` as DataType);
}

/** Texts and short lists of numbers. */
function attributesOf(object: File | Dataset, path: string): Attributes {
  const found: Record<string, string | number | readonly number[]> = {};
  const attributes = attempt(path, 'attributes', () => object.attrs);
  for (const name of Object.keys(attributes)) {
    const { metadata, value } = attempt(path, `attribute ${name}`, () => {
      const attribute = attributes[name];
      const { type, size, total_size } = attribute.metadata;
      const isKnown = [INTEGER, FLOAT, STRING].includes(type);
      const isShort = total_size <= MOST_ATTRIBUTE_VALUES && size <= MOST_TEXT;
      return { metadata: attribute.metadata, value: isKnown && isShort ? attribute.value : null };
    });
    if (value === null || metadata.shape === null) continue;
    if (typeof value === 'string') found[name] = value;
    else if (Array.isArray(value) && typeof value[0] === 'string') found[name] = value[0];
    else {
      const numbers = Array.from([value].flat() as ArrayLike<ArrayLike<number> | number | bigint>).flatMap(
        (item) => (typeof item === 'object' ? Array.from(item, Number) : Number(item)),
      );
      found[name] = numbers.length === 1 ? numbers[0] : numbers;
    }
  }
  return found;
}

/** A filter of a variable's chunks that the library does not have. */
function unknownFilter(dataset: Dataset): SarIoError | undefined {
  const names = dataset.filters.map(({ id, name }) => ({ id, name }));
  const unknown = names.find(({ name, id }) => !FILTERS.has(name.toLowerCase()) && id > 6);
  if (!unknown) return undefined;
  return new SarIoError('UnsupportedFormat', {
    path: dataset.path,
    expected: 'values that are uncompressed or compressed by deflate',
    found: `filter ${unknown.id} (${unknown.name})`,
    hint: 'Rewrite it with deflate, for example with nccopy -d 4 or h5repack -f GZIP=4',
  });
}

/** Calls the library and converts its errors. */
function attempt<T>(path: string, what: string, work: () => T, reason?: () => SarIoError | undefined): T {
  try {
    return work();
  } catch (cause) {
    const known = reason?.();
    if (known) throw new SarIoError(known.code, `${path}: ${known.message}`, { ...known, path, cause });
    throw new SarIoError('CorruptFile', `${path}: ${what} cannot be read; the file is damaged or truncated`, {
      ...{ path, expected: what, cause, hint: 'Copy or download the file again' },
    });
  }
}
