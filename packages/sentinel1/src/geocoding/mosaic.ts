import { createImage, planes } from '@mtpi/polsar-priors';
import type { RasterSource } from '@mtpi/sar-io';
import ndarray from 'ndarray';
import type { RasterReader } from './bilinear';

/** Pixels that lattices may deviate from each other. */
const TOLERANCE = 0.01;

/** Rasters of one band on one lattice of pixels as one raster each, in the order of their first tiles. */
export function mosaics(tiles: readonly RasterSource[]): RasterSource[] {
  const groups: RasterSource[][] = [];
  for (const tile of tiles) {
    const group = groups.find(([first]) => pixelOffset(first, tile) !== undefined);
    if (group) group.push(tile);
    else groups.push([tile]);
  }
  return groups.map((group) => (group.length === 1 ? group[0] : mosaic(group)));
}

/** Columns and rows from the first pixel of a raster to that of another; undefined where they are not on one lattice. */
function pixelOffset(from: RasterSource, to: RasterSource): [columns: number, rows: number] | undefined {
  const [a, b] = [from.georeference, to.georeference];
  if (!a.transform || !b.transform || a.crs?.epsg !== b.crs?.epsg || a.crs?.epsg === undefined)
    return undefined;
  const [x, dx, skewX, y, skewY, dy] = a.transform;
  const [otherX, otherDx, , otherY, , otherDy] = b.transform;
  const length = Math.max(from.width, from.height, to.width, to.height);
  const sameStep =
    Math.abs(otherDx / dx - 1) < TOLERANCE / length && Math.abs(otherDy / dy - 1) < TOLERANCE / length;
  if (!sameStep || skewX !== 0 || skewY !== 0) return undefined;
  const [columns, rows] = [(otherX - x) / dx, (otherY - y) / dy];
  const isWhole = (value: number) => Math.abs(value - Math.round(value)) < TOLERANCE;
  return isWhole(columns) && isWhole(rows) ? [Math.round(columns), Math.round(rows)] : undefined;
}

function mosaic(tiles: readonly RasterSource[]): RasterSource {
  const [first] = tiles;
  const offsets = tiles.map((tile) => pixelOffset(first, tile)!);
  const [left, top] = [0, 1].map((axis) => Math.min(...offsets.map((offset) => offset[axis])));
  const placed = tiles.map((tile, i) => ({ tile, x: offsets[i][0] - left, y: offsets[i][1] - top }));
  const [x0, dx, , y0, , dy] = first.georeference.transform!;
  return {
    ...{ dataType: first.dataType, complex: first.complex, metadata: first.metadata },
    ...assembled(placed),
    path: tiles.map(({ path }) => path).join(', '),
    bands: first.bands,
    georeference: {
      ...first.georeference,
      transform: [x0 + left * dx, dx, 0, y0 + top * dy, 0, dy],
    },
    close: async () => {},
  };
}

interface PlacedTile {
  tile: RasterReader;
  /** First column and row. */
  x: number;
  y: number;
}

/** Tiles of one band in their places; where they overlap, the first valid one holds. */
export function assembled(placed: readonly PlacedTile[]): RasterReader {
  return {
    width: Math.max(...placed.map(({ tile, x }) => x + tile.width)),
    height: Math.max(...placed.map(({ tile, y }) => y + tile.height)),
    async read({ x, y, width, height }, options) {
      const image = createImage(1, height, width);
      const mask = ndarray(new Uint8Array(width * height), [height, width]);
      for (const { tile, x: tileX, y: tileY } of placed) {
        const [fromX, fromY] = [Math.max(x, tileX), Math.max(y, tileY)];
        const part = {
          ...{ x: fromX - tileX, y: fromY - tileY },
          width: Math.min(x + width, tileX + tile.width) - fromX,
          height: Math.min(y + height, tileY + tile.height) - fromY,
        };
        if (part.width <= 0 || part.height <= 0) continue;
        const read = await tile.read(part, options);
        const [values] = planes(read.image);
        for (let i = 0; i < values.length; i++) {
          const pixel = (fromY - y + Math.floor(i / part.width)) * width + fromX - x + (i % part.width);
          if (!read.mask.data[i] || mask.data[pixel]) continue;
          image.data[pixel] = values[i];
          mask.data[pixel] = 1;
        }
      }
      return { image, mask };
    },
  };
}
