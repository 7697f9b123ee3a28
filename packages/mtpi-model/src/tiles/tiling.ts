import { ModelError } from '../errors';

/** Tiles of one size that cover a scene: one begins at each of `ys` × `xs`, and neighbors share pixels. */
export interface TileLayout {
  width: number;
  height: number;
  /** Rows and columns of a tile, without its margin: no more than the scene has. */
  rows: number;
  cols: number;
  /** Pixels that neighbors are blended over. */
  overlap: number;
  /** First row of each tile row, first column of each column. */
  ys: readonly number[];
  xs: readonly number[];
}

/**
 * Lays tiles over a scene of width × height pixels.
 *
 * @param tile rows and columns of a tile. @param overlap pixels that neighbors are blended over.
 * @param margin pixels on each side of a tile that are read but not kept.
 * @throws ModelError `InvalidArgument` for a tile or overlap that can't be.
 */
export function layOutTiles(
  width: number,
  height: number,
  tile: number,
  overlap: number,
  margin: number,
): TileLayout {
  const kept = tile - 2 * margin;
  const fail = (option: string, expected: string, found: number): never => {
    throw new ModelError('InvalidArgument', {
      ...{ subject: 'despeckle', expected: `${option} to be ${expected}`, found: String(found) },
      hint: `Choose another ${option} (--${option}).`,
    });
  };
  if (!(tile >= 16)) fail('tile', 'at least 16', tile);
  const most = Math.floor(kept / 2);
  if (!(overlap >= 0 && overlap <= most)) fail('overlap', `from 0 to ${most} for tiles of ${tile}`, overlap);
  const [rows, cols] = [Math.min(kept, height), Math.min(kept, width)];
  const [ys, xs] = [tileStarts(height, rows, overlap), tileStarts(width, cols, overlap)];
  return { width, height, rows, cols, overlap, ys, xs };
}

/**
 * First pixels of tiles of `tile` pixels that cover `length` with at least `overlap` pixels shared by neighbors.
 * The last tile ends with the image; a single tile covers an image no longer than it.
 */
export function tileStarts(length: number, tile: number, overlap: number): number[] {
  if (length <= tile) return [0];
  const count = Math.ceil((length - overlap) / (tile - overlap));
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - tile)) / (count - 1)));
}

/**
 * Blending weights along one axis of a tile: rising and falling over `overlap` pixels as sin², so that overlapping
 * tiles pass into each other without an edge. Flat towards the image's own border.
 */
export function blendingRamp(tile: number, overlap: number, first: boolean, last: boolean): Float32Array {
  return Float32Array.from({ length: tile }, (_, i) => {
    const rise = first ? 1 : Math.sin((Math.PI / 2) * Math.min(1, (i + 0.5) / overlap)) ** 2;
    const fall = last ? 1 : Math.sin((Math.PI / 2) * Math.min(1, (tile - i - 0.5) / overlap)) ** 2;
    return rise * fall;
  });
}
