import type { TileLayout, TripletSource } from '@mtpi/model';
import { createImage, planes } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { LevelMeter } from '../src/despeckle/level-meter';

const [TILE, MARGIN] = [56, 4];

/** A scene that is brighter at the top left, by windows. */
function source(width: number, height: number): TripletSource {
  const read = async (window: { x: number; y: number; width: number; height: number }) => {
    const image = createImage(2, window.height, window.width);
    for (const plane of planes(image))
      for (let i = 0; i < plane.length; i++) {
        const [row, col] = [window.y + Math.floor(i / window.width), window.x + (i % window.width)];
        plane[i] = 1 + (row < 4 ? 9 : 0) + (col < 4 ? 9 : 0);
      }
    const mask = ndarray(new Uint8Array(window.height * window.width).fill(1), [window.height, window.width]);
    const date = { image, mask };
    return { target: date, previous: date, next: date };
  };
  return { width, height, bands: 2, read };
}

/** The windows of tiles, with their margin as far as the scene has it. */
const windowsOf = ({ xs, ys, rows, cols, width, height }: TileLayout) =>
  ys.flatMap((top) =>
    xs.map((left) => {
      const [x, y] = [Math.max(0, left - MARGIN), Math.max(0, top - MARGIN)];
      const [right, bottom] = [left + cols + MARGIN, top + rows + MARGIN];
      return { x, y, width: Math.min(width, right) - x, height: Math.min(height, bottom) - y };
    }),
  );

test.each([
  [40, 56],
  [56, 57],
  [57, 60],
  [60, 61],
  [62, 64],
  [64, 70],
])('the level of an unchanged scene of %i × %i pixels is unchanged', async (width, height) => {
  const starts = (length: number) => (length > TILE ? [0, length - TILE] : [0]);
  const layout: TileLayout = {
    ...{ width, height, overlap: 4, xs: starts(width), ys: starts(height) },
    ...{ cols: Math.min(TILE, width), rows: Math.min(TILE, height) },
  };
  const meter = new LevelMeter(layout);
  const scene = source(width, height);
  const { read } = meter.measuring(scene);
  for (const window of windowsOf(layout)) await read(window, {});
  async function* tileRows() {
    for (const y of layout.ys)
      yield { y, ...(await scene.read({ x: 0, y, width, height: layout.rows }, {})).target };
  }
  for await (const _ of meter.passing(tileRows()));
  for (const change of meter.level().levelChange!) expect(change).toBeCloseTo(0, 9);
});
