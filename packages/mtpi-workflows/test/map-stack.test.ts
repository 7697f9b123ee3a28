import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRaster } from '@mtpi/sar-io/node';
import type { StackDescription } from '@mtpi/sentinel1';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Hills } from '../../sentinel1/test/mini-safe/hills';
import { writeMiniSafe } from '../../sentinel1/test/mini-safe/mini-safe';
import { despeckleFile, prepareStack } from '../src/index';

let folder: string;
let stack: StackDescription;

/** Three dates of SLC products of hills, covered by one field, terrain-corrected to one map and despeckled there. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mtpi-map-stack-'));
  const mini = await writeMiniSafe(folder, { field: [1e5, 1e5] });
  const dem = await new Hills(mini).writeDem(folder);
  const paths = mini.products.map(({ path }) => path);
  const map = join(folder, 'map');
  stack = await prepareStack(paths, map, { geocode: { dem, spacing: 20 }, threads: 0 });
  const [previous, target, next] = stack.dates.map(({ files: [file] }) => join(map, file));
  const output = join(folder, 'despeckled.tif');
  await despeckleFile({ previous, target, next }, output, { weights: 'mtpi-small' });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(path: string) {
  const raster = await openRaster(path);
  const { width, height, bands, georeference, metadata } = raster;
  const { image, mask } = await raster.read({ x: 0, y: 0, width, height });
  await raster.close();
  const size = width * height;
  const planes = bands.map((_, b) => image.data.subarray(b * size, (b + 1) * size));
  return { width, height, georeference, metadata, planes, mask: mask.data };
}

test('a terrain-corrected SLC stack is despeckled on its grid, valid where the target is, at its level', async () => {
  const result = await read(join(folder, 'despeckled.tif'));
  const target = await read(join(folder, 'map', stack.dates[1].files[0]));
  expect([result.width, result.height]).toEqual([stack.width, stack.height]);
  expect(result.georeference.transform).toEqual(stack.map!.transform);
  expect(`EPSG:${result.georeference.crs?.epsg}`).toBe(stack.map!.crs);
  expect(result.metadata.MTPI_EQUIVALENT_NUMBER_OF_LOOKS).toBe(stack.swaths[0].equivalentLooks!.toFixed(2));

  const valid = target.mask.reduce((sum, value) => sum + value, 0);
  expect(Math.min(valid, target.mask.length - valid)).toBeGreaterThan(1000);
  expect(Buffer.from(result.mask).equals(Buffer.from(target.mask))).toBe(true);

  for (const band of [0, 1]) {
    const mean = ({ planes }: typeof target) =>
      planes[band].reduce((sum, value, i) => sum + (target.mask[i] ? value : 0), 0);
    expect(Math.abs(10 * Math.log10(mean(result) / mean(target)))).toBeLessThan(0.1);
  }
});
