import ndarray from 'ndarray';
import { expect, it } from 'vitest';
import { createGeoTiffBlob, crsOf, openGeoTiff } from '../src/index';

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
