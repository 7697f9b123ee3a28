import { join } from 'node:path';
import type { Warning } from '@mtpi/jobs';
import { expect, it } from 'vitest';
import { crsOf } from '../src/index';
import { createGeoTiff, openStackDates } from '../src/node';
import { imageOf, temporaryFolder, writeInStrips } from './support';

const folder = temporaryFolder();
const SIZE = 40;

/** Powers about −10 dB and −16 dB that differ between seeds. */
async function write(name: string, seed: number, bands = ['VV', 'VH'], origin = 0): Promise<string[]> {
  const path = join(folder, `${name}.tif`);
  const georeference = { crs: crsOf(32633), transform: [origin, 10, 0, 5200000, 0, -10] as const };
  const options = { width: SIZE, height: SIZE, bands, georeference };
  const sink = await createGeoTiff(path, options);
  const values = Array.from({ length: bands.length * SIZE * SIZE }, (_, i) => {
    const level = i < SIZE * SIZE ? 0.1 : 0.025;
    return level * (1 + 0.5 * Math.sin(i * seed));
  });
  await writeInStrips(sink, imageOf(values, bands.length, SIZE, SIZE));
  return [path];
}

it('opens the dates in chronological order and tells what it assumes', async () => {
  const paths = [await write('b_20240113T050000', 2), await write('c_20240101T050000', 1)];
  const warnings: Warning[] = [];
  const options = { onWarning: (warning: Warning) => warnings.push(warning) };
  const dates = await openStackDates(paths, options);
  expect(dates.map((date) => date.paths[0])).toEqual([paths[1][0], paths[0][0]]);
  expect(warnings).toEqual([]);
  await Promise.all(dates.map((date) => date.close()));
  const undated = await openStackDates([...paths, await write('a', 3)], options);
  expect(undated.map(({ acquired }) => acquired?.getUTCDate())).toEqual([13, 1, undefined]);
  expect(warnings).toMatchObject([{ code: 'OrderAssumed', input: join(folder, 'a.tif') }]);
  await Promise.all(undated.map((date) => date.close()));
});

it.each([
  ['polarizations', () => write('20240125T050000', 3, ['HH', 'HV']), /HH\+HV; the first date's is VV\+VH/],
  [
    'kind',
    () => write('20240125T050001', 3, ['C11', 'C22', 'C12_real', 'C12_imag']),
    /intensity.*covariance/,
  ],
  ['grid', () => write('20240125T050002', 3, ['VV', 'VH'], 3), /origin/],
  ['date of the same image', () => write('20240125T050003', 1), /Has the pixels of .*20240101T050000\.tif/],
])('refuses a stack with another %s', async (_, other, message) => {
  const own = [await write('20240101T050000', 1), await write('20240113T050000', 2)];
  await expect(openStackDates([...own, await other()])).rejects.toThrow(message);
});
