import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { abortable } from '@mtpi/jobs';
import type { Window } from '@mtpi/polsar-priors';
import { defineCrs, type MapGrid } from '@mtpi/sar-io';
import ndarray from 'ndarray';
import type { Tinypool } from 'tinypool';
import { workerPool } from '../threads';
import { type RadarGeometry, radarGeometry } from './radar-geometry';
import { computeTile, type MapTile, type TileInputs, type TileValues } from './terrain-tile';

/**
 * Worker threads that compute the tiles of terrain-corrected maps. They start with the first tile. They ask the calling
 * thread for the image and the heights, which it reads.
 */
export class TerrainPool {
  private readonly pool: Tinypool | undefined;
  /** Number of tiles to compute side by side: two for each thread, so that none waits for a slow tile. */
  readonly ahead: number;

  /** @param threads 0: computes on the calling thread. */
  constructor(threads: number) {
    this.ahead = Math.max(1, 2 * threads);
    this.pool = workerPool({ module: 'terrain-worker', name: 'tile', caller: import.meta.url }, threads);
  }

  /** As `computeTile`; geometries without parameters on the calling thread. */
  async compute(
    tile: MapTile,
    inputs: TileInputs,
    signal: AbortSignal | undefined,
  ): Promise<TileValues | undefined> {
    const { pool } = this;
    const { orbit, parameters } = inputs.geometry;
    if (!pool || !parameters) return computeTile(tile, inputs, signal);
    const { port1: port, port2 } = new MessageChannel();
    const task: Task = {
      ...{ tile, orbit, parameters, port: port2, flatten: inputs.flatten },
      source: inputs.source && { width: inputs.source.width, height: inputs.source.height },
    };
    const computed = new Promise<TileValues | undefined>((resolve, reject) => {
      port.on('message', (question: Question) => {
        answer(question, inputs, signal).then(
          ([reply, transfer]) => port.postMessage(reply, transfer),
          reject,
        );
      });
      pool.run(task, { transferList: [port2] }).then(resolve, reject);
    });
    return abortable(computed, signal).finally(() => port.close());
  }

  /** Ends the threads; tiles in progress are rejected. */
  async close(): Promise<void> {
    await this.pool?.destroy();
  }
}

interface Task extends Pick<Required<RadarGeometry>, 'orbit' | 'parameters'>, Pick<TileInputs, 'flatten'> {
  tile: MapTile;
  source?: { width: number; height: number };
  port: MessagePort;
}

/** Request of a thread: heights of a part of a map, or a window of the image. */
type Question = { heights: [grid: MapGrid, part: Window] } | { window: Window };

/** A `MaskedImage` as sent between threads. */
interface Pixels {
  shape: number[];
  values: Float32Array;
  valid: Uint8Array;
}

/** The reply to a thread, and the memory that is handed over to it. */
async function answer(
  question: Question,
  { elevation, source }: TileInputs,
  signal: AbortSignal | undefined,
): Promise<[reply: Float64Array | Pixels, transfer: ArrayBuffer[]]> {
  if ('heights' in question) return [await elevation.heightsAt(...question.heights, { signal }), []];
  const { image, mask } = await source!.read(question.window, { signal });
  const [values, valid] = [image.data, mask.data.slice()]; // the mask may be the caller's own memory
  return [{ shape: image.shape, values, valid }, [values.buffer as ArrayBuffer, valid.buffer]];
}

/** Runs in a worker thread. */
export async function tile({ tile, orbit, parameters, flatten, source, port }: Task): Promise<unknown> {
  // The port is closed where the answer fails, or nobody waits for the tile any more.
  const ask = <T>(question: Question): Promise<T> =>
    new Promise((resolve, reject) => {
      port.once('message', resolve);
      port.once('close', reject);
      port.postMessage(question);
    });
  await defineCrs(tile.grid.crs);
  return computeTile(tile, {
    geometry: radarGeometry(orbit, parameters),
    elevation: { heightsAt: (grid, part) => ask({ heights: [grid, part] }) },
    source: source && {
      ...source,
      async read(window) {
        const { shape, values, valid } = await ask<Pixels>({ window });
        return { image: ndarray(values, shape), mask: ndarray(valid, shape.slice(1)) };
      },
    },
    flatten,
  });
}
