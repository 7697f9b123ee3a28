import { join } from 'node:path';
import ndarray from 'ndarray';
import { expect, it } from 'vitest';
import { createGeoTiffBlob, crsOf, openGeoTiff } from '../src/index';
import { createGeoTiff, openGeoTiff as openFile } from '../src/node';
import { temporaryFolder } from './support';
import { writeTestTiff } from './tiff-writer';

const folder = temporaryFolder();

it('opens an overview of a file in place of its full image', async () => {
  const [width, height] = [1000, 600];
  const georeference = { crs: crsOf(32633), transform: [5e5, 10, 0, 5e6, 0, -10] as const };
  const sink = await createGeoTiffBlob({ width, height, bands: ['VV'], georeference, metadata: { A: 'b' } });
  await sink.write(ndarray(new Float32Array(width * height).fill(2), [1, height, width]));
  const blob = await sink.close();

  const overview = await openGeoTiff(blob, { overview: 400 });
  expect(overview).toMatchObject({ width: 500, height: 300, metadata: { A: 'b' } });
  expect(overview.bands.map(({ name }) => name)).toEqual(['VV']);
  expect(overview.georeference.transform).toEqual([5e5, 20, 0, 5e6, 0, -20]);
  const { image, mask } = await overview.read({ x: 0, y: 0, width: 500, height: 300 });
  expect(new Set(image.data)).toEqual(new Set([2]));
  expect(new Set(mask.data)).toEqual(new Set([1]));

  const full = await openGeoTiff(blob, { overview: 2000 });
  expect(full).toMatchObject({ width, height, georeference: { transform: [5e5, 10, 0, 5e6, 0, -10] } });
});

it('does not take a mask beside the file for one of its overview', async () => {
  const [width, height] = [64, 64];
  const path = join(folder, 'image.tif');
  const sink = await createGeoTiff(path, { width, height, bands: ['VV'], tileSize: 16 });
  await sink.write(ndarray(new Float32Array(width * height).fill(2), [1, height, width]));
  await sink.close();
  const half = Array.from({ length: width * height }, (_, i) => (i % width < width / 2 ? 0 : 255));
  writeTestTiff(`${path}.msk`, { width, height, type: 'uint8', bands: [half] });

  const overview = await openFile(path, { overview: 20 });
  expect(overview).toMatchObject({ width: 32, height: 32 });
  const { mask } = await overview.read({ x: 0, y: 0, width: 32, height: 32 });
  await overview.close();
  expect(new Set(mask.data)).toEqual(new Set([1]));
});
