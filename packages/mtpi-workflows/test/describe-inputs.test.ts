import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { createImage, planes } from '@mtpi/polsar-priors';
import { crsOf } from '@mtpi/sar-io';
import { createGeoTiff, createPolsarpro } from '@mtpi/sar-io/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SMALL, smallSafe, writeFolder } from '../../sentinel1/test/small-safe';
import { despeckleFile, listSeries } from '../src/index';
import {
  describeFile,
  describeInputs,
  factLines,
  renderQuicklook,
  resultRows,
  seriesRows,
} from '../src/inspect';
import { SIZE, tripletFolder } from './support';

let files: Awaited<ReturnType<typeof tripletFolder>>;

beforeAll(async () => {
  files = await tripletFolder();
  const { at, input, images, weights } = files;
  for (const [day, image] of Object.entries({
    ...{ 20240301: images.previous, 20240313: images.target, 20240325: images.next },
  })) {
    await mkdir(at(`dates/${day}`), { recursive: true });
    const sink = await createPolsarpro(at(`dates/${day}/C2`), { width: SIZE, height: SIZE });
    await sink.write(image);
    await sink.close();
  }
  const dates = { target: at('dates/20240313/C2'), previous: input.previous, next: input.next };
  await mkdir(at('results'));
  await despeckleFile(
    { ...dates, next: at('dates/20240325/C2'), previous: at('dates/20240301/C2') },
    at('C2out'),
    {
      weights,
    },
  );
  await despeckleFile(input, at('results/out.tif'), { weights, quicklook: true });
  await despeckleFile(input, at('results/vh.tif'), { weights, bands: ['C22'] });
});
afterAll(() => rm(files.folder, { recursive: true, force: true }));

test('several files that are not one series are described each', async () => {
  const { at, input, weights } = files;
  await writeFile(at('damaged.tif'), 'II*');
  const mixed = await describeInputs([at('results/out.tif'), input.target, weights, at('damaged.tif')]);
  expect(mixed).toMatchObject({
    files: [
      {
        bands: ['C11', 'C22', 'C12_real', 'C12_imag', 'H', 'A', 'alpha'],
        processing: { target: 'target.tif (2024-03-13)' },
      },
      { acquired: '2024-03-13T05:00:00Z', ...{ width: SIZE, height: SIZE } },
      { network: { baseChannels: 8 }, tile: 32 },
      { file: at('damaged.tif'), problem: expect.not.stringContaining('damaged.tif: ') },
    ],
  });
  expect(await describeInputs(Object.values(input))).toMatchObject({ list: { series: [{}], unused: [] } });
  await expect(describeInputs([at('none.tif')])).rejects.toMatchObject({ code: 'NotFound' });
});

test('of a folder of PolSARpro that is a result, all bands and the provenance are shown', async () => {
  const facts = await describeFile(files.at('C2out'));
  expect(facts).toMatchObject({
    bands: ['C11', 'C22', 'C12_real', 'C12_imag', 'H', 'A', 'alpha'],
    processing: { target: '20240313/C2 (2024-03-13)', acquired: '2024-03-13' },
  });
  expect(factLines(facts)).toEqual(
    expect.arrayContaining([
      'size                        64 × 64',
      'bands                       C11, C22, C12_real, C12_imag, H, A, alpha',
      'acquired                    2024-03-13',
      'H/A/alpha averaging window  5 × 5',
    ]),
  );
});

test('an image is shown as what it would be read, with the file of its other polarization', async () => {
  const { at } = files;
  await mkdir(at('pair'));
  const name = (polarization: string) => `pair/S1A_RTC_20240313T050000_${polarization}.tif`;
  for (const polarization of ['VH', 'VV']) {
    const sink = await createGeoTiff(at(name(polarization)), {
      ...{ width: SIZE, height: SIZE, bands: [polarization] },
      georeference: { crs: crsOf(32633), transform: [500000, 30, 0, 4500000, 0, -30] },
      metadata: { RELATIVE_ORBIT: '137', PASS: 'DESCENDING' },
    });
    const image = createImage(1, SIZE, SIZE);
    image.data.set(planes(files.images.target)[polarization === 'VV' ? 0 : 1]);
    await sink.write(image);
    await sink.close();
  }
  const facts = await describeFile(at(name('VV')));
  expect(facts).toMatchObject({
    ...{ origin: [500000, 4500000], pixel: [30, -30], unit: 'm' },
    input: {
      'read with': ['S1A_RTC_20240313T050000_VH.tif'],
      polarizations: ['VV', 'VH'],
      ...{ polarimetry: 'intensity', scale: 'linear', calibration: 'gamma0, from the names' },
      ...{ 'relative orbit': 137, pass: 'descending', platform: 'S1A' },
    },
  });
  expect(factLines(facts)).toEqual(
    expect.arrayContaining([
      'origin          500000, 4500000 m',
      'pixel           30 × 30 m',
      expect.stringMatching(/^corners {9}40\.651° N 15\.000° E, 40\.651° N 15\.023° E, /),
      'scale           linear',
    ]),
  );
  const { series } = await listSeries([at('pair')]);
  expect(seriesRows(series[0])[0].at(-1)).toBe('S1A_RTC_20240313T050000_{VV,VH}.tif');
  await rm(at(name('VH')));
  expect(await describeFile(at(name('VV')))).toMatchObject({
    input: { 'not usable': expect.stringMatching(/^single polarization VV/) },
  });
});

test('of a product, what is missing is told', async () => {
  const product = smallSafe();
  for (const name of product.keys()) if (/^measurement\/.*-vh-/.test(name)) product.delete(name);
  const path = await writeFolder(files.at(`products/${SMALL.name}.SAFE`), product);
  const facts = await describeFile(path);
  expect(facts.missing).toEqual(['measurement of IW2 VH']);
  expect(factLines(facts)).toContain('missing         measurement of IW2 VH');
  const { series } = await listSeries([path]);
  expect(series[0].acquisitions[0].remarks[0]).toMatch(/^incomplete: no measurement of IW2 VH$/);
});

test('a folder of results is listed by their dates, weights and numbers of dates', async () => {
  const { at, weights } = files;
  const described = await describeInputs([at('results')]);
  if (!('list' in described)) throw new Error('not a list');
  const { series, unused, results } = described.list;
  expect([series, unused]).toEqual([[], []]);
  const used = [basename(weights), '3'];
  expect(resultRows(results).sort()).toEqual([
    ['2024-03-13 05:00', ...used, 'out.tif'],
    ['2024-03-13 05:00', ...used, 'vh.tif'],
  ]);
});

test('folders C2 are shown with the folders of their dates', async () => {
  const { series } = await listSeries([files.at('dates')]);
  expect(seriesRows(series[0]).map((row) => [row[0], row.at(-1)])).toEqual([
    ['2024-03-01', '20240301/C2'],
    ['2024-03-13', '20240313/C2'],
    ['2024-03-25', '20240325/C2'],
  ]);
});

test('single bands and quicklooks of results are results', async () => {
  const { series, unused } = await listSeries([files.at('results')]);
  expect(series).toEqual([]);
  expect(unused.map(({ reason }) => reason)).toEqual(Array(3).fill('a result of mtpi despeckle'));
});

test.each([
  ['T3', 'T11', 'T33'],
  ['T4', 'T11', 'T44'],
  ['C3', 'C11', 'C33'],
  ['C4', 'C11', 'C44'],
  ['S2', 's11', 's22'],
])('a folder of a matrix %s is one line', async (matrix, ...bands) => {
  const folder = files.at(matrix);
  await mkdir(folder);
  for (const band of bands) {
    await copyFile(files.at('dates/20240313/C2/C11.bin'), `${folder}/${band}.bin`);
    await copyFile(files.at('dates/20240313/C2/C11.bin.hdr'), `${folder}/${band}.bin.hdr`);
  }
  const what = new RegExp(`a .* matrix ${matrix}`);
  const { unused } = await listSeries([folder]);
  expect(unused).toMatchObject([{ path: folder, paths: [folder], reason: expect.stringMatching(what) }]);
  await expect(describeFile(folder)).rejects.toMatchObject({
    path: folder,
    found: expect.stringMatching(what),
  });
});

test.each<[string, string, string | undefined, (power: number) => number]>([
  ['a unit', 'band', 'decibel', (power) => 10 * Math.log10(power)],
  ['a name', 'Sigma0_VV_db', undefined, (power) => 10 * Math.log10(power)],
  ['negative values', 'band', undefined, (power) => 10 * Math.log10(power)],
  ['an amplitude by its unit', 'band', 'amplitude', Math.sqrt],
  ['an amplitude by its name', 'Amplitude_VV', undefined, Math.sqrt],
])('a quicklook of one band has the scale of %s', async (_, name, unit, fromPower) => {
  const { at, images } = files;
  const grayOf = async (band: string, values: Float32Array, bandUnit?: string) => {
    const path = at('scaled.tif');
    const bands = [{ name: band, unit: bandUnit }];
    const sink = await createGeoTiff(path, { width: SIZE, height: SIZE, bands });
    const image = createImage(1, SIZE, SIZE);
    image.data.set(values);
    await sink.write(image);
    await sink.close();
    return (await renderQuicklook(path, { band, range: { min: -25, max: 5 } })).data;
  };
  const powers = planes(images.target)[0];
  const expected = await grayOf('power', powers);
  const gray = await grayOf(name, powers.map(fromPower), unit);
  // Float32 rounds a gray value up or down.
  for (let i = 0; i < gray.length; i += 13) expect(Math.abs(gray[i] - expected[i])).toBeLessThanOrEqual(1);
  expect(new Set(gray).size).toBeGreaterThan(50);
});

test('a quicklook of one band is stretched in its own units', async () => {
  const { at } = files;
  const input = at('results/out.tif');
  const gray = async (range: { min: number; max: number }) =>
    (await renderQuicklook(input, { band: 'alpha', range })).data.slice(0, SIZE * SIZE);
  const whole = await gray({ min: 0, max: 90 });
  const upper = await gray({ min: -90, max: 90 });
  for (let i = 0; i < whole.length; i += 97) expect(upper[i]).toBeCloseTo(127.5 + whole[i] / 2, -0.4);
  expect((await renderQuicklook(at('C2out'), { band: 'H' })).shape).toEqual([2, SIZE, SIZE]);
  await expect(renderQuicklook(input, { band: 'VV' })).rejects.toMatchObject({ found: 'VV' });
  await expect(renderQuicklook(input, { range: { min: 0, max: 1 } })).rejects.toMatchObject({
    code: 'InvalidArgument',
  });
});
