import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFile } from '@mtpi/sar-io/node';
import { describe, expect, it } from 'vitest';
import { DATA, gdal, temporaryFolder, withoutData, withoutGdal } from '../../sar-io/test/support';
import { Measurement } from '../src/product/measurement';
import { parseAnnotation } from '../src/product/parse-annotation';
import { complexTiff, LINES, nameOf, SMALL, smallPixels, smallSafe, type TiffOptions } from './small-safe';

const folder = temporaryFolder();
const small = parseAnnotation(smallSafe().get(nameOf('annotation')) as string, 'a.xml');

const same = (a: Int16Array, b: Int16Array) => a.length === b.length && a.every((value, i) => value === b[i]);

async function open(path: string, annotation = small) {
  return Measurement.open(await openFile(path), annotation);
}

describe('bursts', () => {
  const cases: [string, TiffOptions][] = [
    ['contiguous', {}],
    ['with gaps between strips', { gap: 6 }],
    ['deflated', { deflate: true }],
  ];

  it.each(cases)('%s are read whole and in parts', async (name, options) => {
    const path = join(folder, `${name}.tiff`);
    writeFileSync(path, complexTiff(smallPixels, SMALL.samples, LINES, options));
    const measurement = await open(path);
    expect(await measurement.readBurst(1)).toEqual(smallPixels.slice(4 * 6 * 2));
    expect(await measurement.readBurst(1, { firstLine: 1, lines: 2 })).toEqual(
      smallPixels.slice(5 * 6 * 2, 7 * 6 * 2),
    );
    expect(await measurement.readBurst(0, { firstLine: 3 })).toEqual(smallPixels.slice(3 * 6 * 2, 4 * 6 * 2));
    await measurement.close();
  });

  it.each([
    ['no such burst', 2, {}],
    ['a fraction', 0.5, {}],
    ['too many lines', 0, { firstLine: 2, lines: 3 }],
    ['before the first line', 1, { firstLine: -1 }],
    ['nothing', 0, { lines: 0 }],
  ])('are refused outside: %s', async (_, index, window) => {
    const path = join(folder, 'outside.tiff');
    writeFileSync(path, complexTiff(smallPixels, SMALL.samples, LINES));
    const measurement = await open(path);
    await expect(measurement.readBurst(index, window)).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining('expected lines among the 4 of bursts 0 to 1, found'),
    });
    await measurement.close();
  });

  it('stop where they are cancelled', async () => {
    for (const deflate of [false, true]) {
      const path = join(folder, `cancel-${deflate}.tiff`);
      writeFileSync(path, complexTiff(smallPixels, SMALL.samples, LINES, { deflate }));
      const measurement = await open(path);
      await expect(measurement.readBurst(0, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
      await measurement.close();
      const file = await openFile(path);
      const opening = Measurement.open(file, small, { signal: AbortSignal.abort() });
      await expect(opening).rejects.toThrow(/abort/i);
      await file.close();
    }
  });
});

describe.skipIf(withoutData)('real pixels', () => {
  const CROP = join(DATA, 's1-slc-vv-crop/s1a-iw3-slc-vv_subset_hight9800_10400_width11000_11000.tiff');
  /** As if the crop were a product of one burst. */
  const annotation = {
    ...small,
    samples: 1401,
    lines: 601,
    linesPerBurst: 601,
    bursts: small.bursts.slice(0, 1),
  };

  it('have the statistics known of them', async () => {
    const measurement = await open(CROP, annotation);
    const pairs = await measurement.readBurst(0);
    expect(Array.from(pairs.slice(0, 6))).toEqual([-27, -5, 19, 0, 14, 18]);
    expect(pairs.reduce((sum, value) => sum + value * value, 0)).toBe(5785578707);
    expect(pairs.filter((value, i) => i % 2 === 0 && value === 0 && pairs[i + 1] === 0).length).toBe(2621);
    await measurement.close();
  });

  it.skipIf(withoutGdal).each([
    ['NONE', 'NO'],
    ['DEFLATE', 'NO'],
    ['LZW', 'NO'],
    ['ZSTD', 'NO'],
    ['DEFLATE', 'YES'],
  ])('written by GDAL with %s, tiled %s, are the same', async (compression, tiled) => {
    const path = join(folder, `${compression}-${tiled}.tiff`);
    gdal('gdal_translate', '-q', '-co', `COMPRESS=${compression}`, '-co', `TILED=${tiled}`, CROP, path);
    const [copy, original] = [await open(path, annotation), await open(CROP, annotation)];
    for (const window of [{}, { firstLine: 100, lines: 333 }]) {
      expect(same(await copy.readBurst(0, window), await original.readBurst(0, window))).toBe(true);
    }
    await copy.close();
    await original.close();
  });
});
