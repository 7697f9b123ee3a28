import type { Window } from '@mtpi/polsar-priors';
import { LRUCache } from 'lru-cache';
import type { NumberDataType, Array as ZarrArray, Chunk as ZarrChunk } from 'zarrita';
import { numberOf } from '../cf/dataset';
import type { TiePointGrid } from '../dimap/tie-points';
import { SarIoError } from '../errors';
import type { Plane } from '../raster/planar-source';
import type { BandInfo, DataType } from '../raster/raster';
import { type ArrayMetadata, parseArrayMetadata, parseJsonObject } from './array-metadata';
import { decompressChunk, UnknownCompressorError } from './decompress-chunk';
import type { ZarrStore } from './store';

/** Contents of a `.zattrs`. */
export type Attributes = Readonly<Record<string, unknown>>;

type Chunk = ZarrChunk<NumberDataType>;

/** Store from which zarrita reads an array. */
type ArrayStore = Pick<ZarrStore, 'get'>;

/** Of a grid of tie points at most. */
const MOST_TIE_POINTS = 2 ** 22;

/** Of decoded chunks kept for neighboring windows. */
const CACHED_NUMBERS = 2 ** 22;

const NUMBERS = ['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'float32', 'float64'] as const;

/** A two-dimensional array of numbers in a zarr group: a band, or a grid of tie points. */
export class ZarrBand implements Plane, BandInfo {
  readonly height: number;
  readonly width: number;
  readonly dataType: DataType;
  readonly unit?: string;
  readonly scale?: number;
  readonly offset?: number;
  readonly nodata?: number;
  /** SNAP's valid-pixel expression. */
  readonly validMask?: string;
  private readonly chunks: LRUCache<string, Promise<Chunk>>;

  private constructor(
    private readonly path: string,
    readonly name: string,
    private readonly array: ZarrArray<NumberDataType, ArrayStore>,
    private readonly attributes: Attributes,
  ) {
    [this.height, this.width] = array.shape;
    const [rows, columns] = array.chunks;
    const all = Math.ceil(this.height / rows) * Math.ceil(this.width / columns);
    const max = Math.max(1, Math.min(all, Math.floor(CACHED_NUMBERS / (rows * columns))));
    this.chunks = new LRUCache({ max });
    this.dataType = array.dtype;
    if (typeof attributes.units === 'string') this.unit = attributes.units;
    this.scale = numberOf(attributes, 'scale_factor');
    this.offset = numberOf(attributes, 'add_offset');
    // SNAP writes NaN as a text.
    const fill = Number(attributes._FillValue ?? attributes.missing_value ?? Number.NaN);
    if (attributes.no_data_value_used !== false && !Number.isNaN(fill)) this.nodata = fill;
    if (typeof attributes.valid_pixel_expression === 'string')
      this.validMask = attributes.valid_pixel_expression;
  }

  /** All of a group, in the order that SNAP had them. */
  static async all(store: ZarrStore, path: string, group: Attributes): Promise<ZarrBand[]> {
    const { open, root } = await import('zarrita');
    const order = Array.isArray(group.original_raster_data_node_order)
      ? group.original_raster_data_node_order
      : [];
    const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
    const names = (await store.names()).sort((a, b) => rank(a) - rank(b));
    const bands = await Promise.all(
      names.map(async (name) => {
        const document = await store.get(`/${name}/.zarray`);
        const metadata = document && parseArrayMetadata(document, `${path}/${name}/.zarray`);
        if (!metadata) return [];
        const own = root(decompressed(store, metadata)).resolve(name);
        const array = await readable(`${path}/${name}`, open.v2(own, { kind: 'array' }));
        if (!isNumeric(array)) return [];
        return [new ZarrBand(path, name, array, await attributesOf(store, path, `/${name}`))];
      }),
    );
    return bands.flat();
  }

  async read(window: Window, [target]: readonly Float32Array[], signal?: AbortSignal): Promise<void> {
    const [rows, columns] = this.array.chunks;
    const { x, y, width, height } = window;
    for (let cy = Math.floor(y / rows); cy * rows < y + height; cy++) {
      for (let cx = Math.floor(x / columns); cx * columns < x + width; cx++) {
        signal?.throwIfAborted();
        const { data, stride } = await this.chunk(cy, cx);
        const [left, right] = [Math.max(x, cx * columns), Math.min(x + width, (cx + 1) * columns)];
        const bottom = Math.min(y + height, (cy + 1) * rows);
        for (let row = Math.max(y, cy * rows); row < bottom; row++) {
          let from = (row - cy * rows) * stride[0] + (left - cx * columns) * stride[1];
          let to = (row - y) * width + left - x;
          for (let column = left; column < right; column++, from += stride[1]) target[to++] = data[from];
        }
      }
    }
  }

  /** As a grid of tie points, where SNAP marks it as one. */
  async tiePoints(): Promise<TiePointGrid | undefined> {
    const value = (name: string) => numberOf(this.attributes, name);
    const [dx, dy] = [value('subsampling_x'), value('subsampling_y')];
    if (dx === undefined || dy === undefined) return undefined;
    const { width: columns, height: rows } = this;
    if (columns * rows > MOST_TIE_POINTS) {
      throw new SarIoError('CorruptFile', {
        path: `${this.path}/${this.name}`,
        expected: `at most ${MOST_TIE_POINTS} tie points`,
        found: `${columns} × ${rows}`,
      });
    }
    const values = new Float32Array(columns * rows);
    await this.read({ x: 0, y: 0, width: columns, height: rows }, [values]);
    return {
      ...{ columns, rows, values },
      offset: [value('offset_x') ?? 0, value('offset_y') ?? 0],
      step: [dx, dy],
    };
  }

  private chunk(row: number, column: number): Promise<Chunk> {
    const key = `${row}.${column}`;
    const running = this.chunks.get(key);
    if (running) return running;
    const path = `${this.path}/${this.name}`;
    const chunk = readable(path, this.array.getChunk([row, column])).then((chunk) => {
      const expected = this.array.chunks[0] * this.array.chunks[1];
      if (chunk.data.length === expected) return chunk;
      const found = chunk.data.length;
      throw new SarIoError(
        'CorruptFile',
        `${path}: expected ${expected} numbers in chunk ${key}, found ${found}`,
      );
    });
    this.chunks.set(key, chunk);
    chunk.catch(() => this.chunks.delete(key));
    return chunk;
  }
}

/** @throws SarIoError `CorruptFile` where it is not JSON. */
export async function attributesOf(
  store: ZarrStore,
  path: string,
  key: '' | `/${string}`,
): Promise<Attributes> {
  const bytes = await store.get(`${key}/.zattrs`);
  return bytes ? parseJsonObject(bytes, `${path}${key}/.zattrs`) : {};
}

/** The files of an array without compression. */
function decompressed(store: ZarrStore, metadata: ArrayMetadata): ArrayStore {
  return {
    async get(key) {
      if (key.endsWith('/.zarray')) return metadata.uncompressed;
      const bytes = await store.get(key);
      const isChunk = /^\d+(?:[./]\d+)+$/.test(key.split('/').slice(2).join('/'));
      if (!bytes || !isChunk) return bytes;
      return decompressChunk(metadata.compressor, Uint8Array.from(bytes), metadata.chunkBytes);
    },
  };
}

function isNumeric(
  array: ZarrArray<never> | { dtype: string },
): array is ZarrArray<NumberDataType, ArrayStore> {
  return (NUMBERS as readonly string[]).includes(array.dtype);
}

/** Wraps an inner error in one that names the array. */
function readable<T>(what: string, work: Promise<T>): Promise<T> {
  return work.catch((cause) => {
    if (cause instanceof SarIoError) throw cause;
    const unknown =
      cause instanceof UnknownCompressorError ||
      (cause instanceof Error && cause.name === 'UnknownCodecError');
    const reason = cause instanceof Error ? cause.message : cause;
    throw new SarIoError(
      unknown ? 'UnsupportedFormat' : 'CorruptFile',
      `${what}: expected an array of zarr version 2, found: ${reason}`,
      { cause },
    );
  });
}
