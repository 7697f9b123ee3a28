import { join } from 'node:path';
import type { Warning } from '@mtpi/jobs';
import { expect, it } from 'vitest';
import { crsOf } from '../src/index';
import { createGeoTiff, openStackDates } from '../src/node';
import { imageOf, temporaryFolder, writeInStrips } from './support';

const folder = temporaryFolder();
const SIZE = 40;

/** Powers about −10 dB and −16 dB that differ between seeds. */
async function write(
  name: string,
  seed: number,
  bands = ['VV', 'VH'],
  { origin = 0, metadata = {} }: { origin?: number; metadata?: Record<string, string> } = {},
): Promise<string[]> {
  const path = join(folder, `${name}.tif`);
  const georeference = { crs: crsOf(32633), transform: [origin, 10, 0, 5200000, 0, -10] as const };
  const options = { width: SIZE, height: SIZE, bands, georeference, metadata };
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
  ['grid', () => write('20240125T050002', 3, ['VV', 'VH'], { origin: 3 }), /origin/],
  [
    'method applied to it',
    () => write('20240125T050004', 3, undefined, { metadata: { MTPI_WEIGHTS: 'mtpi' } }),
    /Is a result of mtpi despeckle/,
  ],
  [
    'network applied to it',
    () => write('20240125T050005', 3, undefined, { metadata: { SOFTWARE: '@mtpi/model 0.1.0' } }),
    /Is a result of mtpi despeckle/,
  ],
  ['date of the same image', () => write('20240125T050003', 1), /Has the pixels of .*20240101T050000\.tif/],
])('refuses a stack with another %s', async (_, other, message) => {
  const own = [await write('20240101T050000', 1), await write('20240113T050000', 2)];
  await expect(openStackDates([...own, await other()])).rejects.toThrow(message);
});

it.each([
  ['pass', { PASS: 'ASCENDING' }, { PASS: 'DESCENDING' }, "Pass descending; the first date's is ascending"],
  [
    'relative orbit',
    { RELATIVE_ORBIT: '44' },
    { REL_ORBIT: '95' },
    "Relative orbit 95; the first date's is 44",
  ],
  [
    'calibration',
    { CALIBRATION: 'sigma0' },
    { CALIBRATION: 'beta0' },
    "Calibration beta0; the first date's is sigma0",
  ],
  [
    'pass in letters',
    { pass: 'D' },
    { ORBIT_DIRECTION: 'Asc' },
    "Pass ascending; the first date's is descending",
  ],
  [
    'track',
    { RELATIVE_ORBIT: 'T117' },
    { relative_orbit: '044' },
    "Relative orbit 44; the first date's is 117",
  ],
  [
    'calibration in words',
    { calibration: 'Gamma Nought' },
    { CALIBRATION: 'sigma-zero' },
    "Calibration sigma0; the first date's is gamma0",
  ],
  [
    'calibration in Greek',
    { CALIBRATION: 'γ0' },
    { CALIBRATION: 'Beta' },
    "Calibration beta0; the first date's is gamma0",
  ],
])('tells of another %s', async (name, first, second, message) => {
  const warnings: Warning[] = [];
  const paths = [
    await write(`${name}_20240101`, 1, undefined, { metadata: first }),
    await write(`${name}_20240113`, 2, undefined, { metadata: second }),
  ];
  const dates = await openStackDates(paths, { onWarning: (warning) => warnings.push(warning) });
  await Promise.all(dates.map((date) => date.close()));
  expect(warnings).toMatchObject([{ message, input: paths[1][0] }]);
});

it('tells of HyP3 products in sigma0 and gamma0', async () => {
  const warnings: Warning[] = [];
  const paths = [
    await write('S1A_IW_20240305T052853_DVP_RTC30_G_gpuned_ABCD', 1),
    await write('S1A_IW_20240317T052853_DVP_RTC30_G_spuned_ABCD', 2),
  ];
  const dates = await openStackDates(paths, { onWarning: (warning) => warnings.push(warning) });
  await Promise.all(dates.map((date) => date.close()));
  expect(dates.map(({ calibration }) => calibration)).toEqual(['gamma0', 'sigma0']);
  expect(warnings).toMatchObject([{ code: 'CalibrationsDiffer' }]);
});

it('refuses VV and VH of different calibrations', async () => {
  const path = await write('20240101T050009', 1, ['Sigma0_VV', 'Beta0_VH']);
  await expect(openStackDates([path])).rejects.toThrow(
    /expected sigma0 as in Sigma0_VV .*found beta0 in Beta0_VH/,
  );
});
