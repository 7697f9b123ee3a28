import { execFileSync } from 'node:child_process';
import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { planes } from '@mtpi/polsar-priors';
import { crsOf } from '@mtpi/sar-io';
import { createGeoTiff, createPolsarpro, openAcquisition, openRaster } from '@mtpi/sar-io/node';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { withoutGdal } from '../../sar-io/test/support';
import { convertWeights, despeckleFile, despeckleShard, mergeShards } from '../src/index';
import { describeFile, writeQuicklook } from '../src/inspect';
import { isOwnFile } from '../src/output/is-result';
import { metadataItems } from '../src/result/provenance';
import { resultOf } from '../src/result/result';
import { stacItem } from '../src/result/stac-item';
import { ITEM_SCHEMA } from './stac-schemas';
import { SIZE, tripletFolder, utm, writeRaster } from './support';

let files: Awaited<ReturnType<typeof tripletFolder>>;
let linear: Awaited<ReturnType<typeof read>>;

beforeAll(async () => {
  files = await tripletFolder();
  await despeckle('linear.tif', { quicklook: true, stac: true });
  linear = await read('linear.tif');
});
afterAll(() => rm(files.folder, { recursive: true, force: true }));

const despeckle = (name: string, options: Parameters<typeof despeckleFile>[2] = {}) =>
  despeckleFile(files.input, files.at(name), { weights: files.weights, ...options });

async function read(name: string) {
  const raster = await openRaster(files.at(name));
  const { width, height, bands, metadata } = raster;
  const { image } = await raster.read({ x: 0, y: 0, width, height });
  await raster.close();
  return { bands, metadata, planes: planes(image) };
}

test('beside an array stands what it cannot hold', async () => {
  const { warnings } = await despeckle('out.npy');
  expect(warnings).toEqual([]);
  expect(JSON.parse(await readFile(files.at('out.npy.json'), 'utf8'))).toMatchObject({
    bands: ['C11', 'C22', 'C12_real', 'C12_imag', 'H', 'A', 'alpha'].map((name) => ({ name })),
    georeference: utm(500_000),
    processing: { target: 'target.tif (2024-03-13)' },
  });
  expect(await isOwnFile(files.at('out.npy.json'))).toBe(true); // which a later run replaces
  await writeFile(files.at('own.npy.json'), '{}');
  await expect(despeckle('own.npy')).rejects.toMatchObject({ code: 'UnsafeOutput' });
});

test('a change of the mean below zero is metadata that scripts read', () => {
  expect(metadataItems({ 'change in mean backscatter': 'VV −0.01 dB' })).toEqual({
    MTPI_CHANGE_IN_MEAN_BACKSCATTER: 'VV -0.01 dB',
  });
});

test('what was done stands in the metadata, and is shown', async () => {
  const expected = {
    target: 'target.tif (2024-03-13)',
    previous: 'previous.tif (2024-03-01)',
    next: 'next.tif (2024-03-25)',
    weights: expect.stringMatching(/^w\.safetensors, SHA-256 [\da-f]{64}$/),
    network: 'progressive, 8 channels, 1 DDCR unit',
    'input scale': 'linear',
    calibration: 'not stated',
    'equivalent number of looks': 'not stated, 1 to 16 assumed',
    tile: '32, overlap 2',
    engine: 'ONNX Runtime on cpu',
    'change in mean backscatter': expect.stringMatching(/^VV \S+ dB, VH \S+ dB$/),
    versions: expect.stringMatching(/^mtpi \d/),
  };
  expect(await describeFile(files.at('linear.tif'))).toMatchObject({ crs: 'EPSG:32633' });
  const { processing } = (await describeFile(files.at('linear.tif'))) as { processing: object };
  expect(processing).toMatchObject({ ...expected, 'H/A/alpha averaging window': '5 × 5' });
  expect(linear.metadata).toMatchObject({
    SOFTWARE: expect.stringMatching(/^@mtpi\/workflows \d/),
    MTPI_TARGET: expected.target,
    MTPI_CHANGE_IN_MEAN_BACKSCATTER: expected['change in mean backscatter'],
  });
});

test('merged shards and resumed runs have the level and the bytes of a whole run', async () => {
  const { input, at, weights } = files;
  for (const index of [0, 1]) await despeckleShard(input, at('merged.tif'), { index, count: 2 }, { weights });
  const { metrics } = await mergeShards(at('merged.tif'));
  expect(metrics.levelChange).toHaveLength(2);
  await despeckle('resumed.tif', { resume: true });
  const whole = await readFile(at('linear.tif'));
  for (const name of ['merged.tif', 'resumed.tif'])
    expect((await readFile(at(name))).equals(whole)).toBe(true);
});

test('a STAC Item of a target without a date is refused before the work', async () => {
  const undated = files.at('undated.tif');
  const sink = await createGeoTiff(undated, {
    ...{ width: SIZE, height: SIZE, georeference: utm(500_000) },
    bands: ['C11', 'C22', 'C12_real', 'C12_imag'],
  });
  await sink.write(files.images.target);
  await sink.close();
  let progress = 0;
  const options = { weights: files.weights, stac: true, onProgress: () => progress++ };
  await expect(
    despeckleFile({ ...files.input, target: undated }, files.at('no-item.tif'), options),
  ).rejects.toMatchObject({
    code: 'InvalidArgument',
    path: undated,
    hint: expect.stringContaining('--stac'),
  });
  expect(progress).toBe(0);
});

test('intensities are written in dB or as amplitude, and declare it', async () => {
  await despeckle('decibel.tif', { outputScale: 'db' });
  const decibel = await read('decibel.tif');
  expect(linear.bands.map(({ unit }) => unit)).toEqual([
    ...Array(2).fill('linear power'),
    ...Array(5).fill(undefined),
  ]);
  expect(decibel.bands.map(({ unit }) => unit)).toEqual(['dB', 'dB', ...Array(5).fill(undefined)]);
  decibel.planes[1].forEach((value, i) => {
    expect(value).toBeCloseTo(10 * Math.log10(linear.planes[1][i]), 4);
  });
  expect(decibel.planes[2]).toEqual(linear.planes[2]);
  await despeckle('amplitude.tif', { outputScale: 'amplitude', bands: ['C22'] });
  const amplitude = await read('amplitude.tif');
  expect(amplitude.bands).toMatchObject([{ name: 'C22', unit: 'amplitude' }]);
  expect(amplitude.planes[0]).toEqual(linear.planes[1].map(Math.sqrt));
});

test('a folder holds linear power only, and says what its headers cannot hold', async () => {
  for (const outputScale of ['db', 'amplitude'] as const) {
    let progress = 0;
    const options = { outputScale, onProgress: () => progress++ };
    await expect(despeckle('scaled', options)).rejects.toMatchObject({
      ...{ code: 'InvalidArgument', found: outputScale, path: files.at('scaled') },
      hint: expect.stringContaining('.tif'),
    });
    const shard = despeckleShard(files.input, files.at('scaled'), { index: 0, count: 2 }, options);
    await expect(shard).rejects.toMatchObject({ code: 'InvalidArgument', found: outputScale });
    expect(progress).toBe(0);
  }
  const gcps = [0, SIZE].flatMap((row) =>
    [0, SIZE].map((column) => ({ column, row, x: 15 + column / 1e4, y: 40 - row / 1e4, z: 0 })),
  );
  const radar = await tripletFolder({ crs: crsOf(4326), gcps });
  const { warnings } = await despeckleFile(radar.input, radar.at('C2'), { weights: radar.weights });
  await rm(radar.folder, { recursive: true });
  expect(warnings).toContainEqual({
    ...{ code: 'GeoreferenceLost', input: radar.at('C2') },
    message: 'The headers of a folder cannot hold ground control points',
  });
});

test('bands are chosen, in the order asked for, together or each in a file', async () => {
  const { paths } = await despeckle('chosen.tif', { bands: ['alpha', 'C11'] });
  expect(paths).toEqual([files.at('chosen.tif')]);
  const chosen = await read('chosen.tif');
  expect(chosen.planes).toEqual([linear.planes[6], linear.planes[0]]);
  const apart = await despeckle('apart.tif', { bands: ['C11', 'H'], separateBands: true, stac: true });
  expect(apart.paths).toEqual([files.at('apart_C11.tif'), files.at('apart_H.tif')]);
  expect((await read('apart_H.tif')).planes).toEqual([linear.planes[4]]);
  expect(await readdir(files.folder)).not.toContain('apart.tif');
  const { assets } = JSON.parse(await readFile(files.at('apart.json'), 'utf8'));
  expect(Object.keys(assets)).toEqual(['C11', 'H']);
  await expect(despeckle('x.tif', { bands: ['VV'] })).rejects.toMatchObject({
    code: 'InvalidArgument',
    expected: 'bands out of C11, C22, C12_real, C12_imag, H, A, alpha',
  });
  await expect(despeckle('x.tif', { bands: ['C11', 'C11'] })).rejects.toMatchObject({
    ...{ code: 'InvalidArgument', expected: 'each band once', found: 'C11, C11' },
  });
  const onWarning = vi.fn();
  const swapped = { ...files.input, previous: files.input.next, next: files.input.previous };
  const options = { weights: files.weights, stac: true, onWarning };
  const refused = despeckleFile(swapped, files.at('x.npy'), options);
  await expect(refused).rejects.toMatchObject({ code: 'InvalidArgument' });
  expect(onWarning).not.toHaveBeenCalled();
  const report = files.at('x.html');
  await expect(despeckle('x.tif', { bands: ['C11'], report })).rejects.toMatchObject({
    code: 'InvalidArgument',
  });
});

test('HH and HV of a covariance stay HH and HV in a folder, a GeoTIFF and its STAC Item', async () => {
  const folders = { target: '20240313', previous: '20240301', next: '20240325' };
  const options = { width: SIZE, height: SIZE, polarizations: ['HH', 'HV'] } as const;
  const input = { ...files.input };
  for (const name of ['target', 'previous', 'next'] as const) {
    input[name] = files.at(folders[name]);
    const sink = await createPolsarpro(input[name], options);
    await sink.write(files.images[name]);
    await sink.close();
  }
  const { weights, at } = files;
  await despeckleFile(input, at('hh'), { weights });
  expect(await readFile(at('hh/config.txt'), 'utf8')).toMatch(/PolarType\npp1/);
  await despeckleFile(input, at('hh.tif'), { weights, stac: true });
  expect((await read('hh.tif')).metadata).toMatchObject({ POLARIZATIONS: 'HH HV' });
  const { properties } = JSON.parse(await readFile(at('hh.json'), 'utf8'));
  expect(properties['sar:polarizations']).toEqual(['HH', 'HV']);
  const target = await openAcquisition(input.target);
  await target.close();
  const warnings = [{ code: 'PolarizationAssumed', severity: 'note', message: '', input: '' }] as const;
  expect(resultOf({ ...target, warnings }, 4, {}).metadata).not.toHaveProperty('POLARIZATIONS');
  const day = new Date('2024-03-13');
  expect(resultOf({ ...target, acquired: day }, 4, {}).metadata.ACQUISITION_TIME).toBe('2024-03-13');
});

test('what is written beside an output replaces neither it nor an input', async () => {
  const twice = despeckle('one.tif', { report: files.at('one.tif') });
  await expect(twice).rejects.toMatchObject({ code: 'InvalidArgument', found: 'one name twice' });
  const page = despeckle('one.tif', { report: files.at('one.json'), stac: true });
  await expect(page).rejects.toMatchObject({ code: 'InvalidArgument', found: 'one name twice' });
  const input = files.at('in_quicklook.tif');
  await copyFile(files.at('previous.tif'), input);
  const over = despeckleFile({ ...files.input, previous: input }, files.at('in.tif'), {
    ...{ weights: files.weights, quicklook: true },
  });
  await expect(over).rejects.toMatchObject({ code: 'UnsafeOutput', path: input });
  expect(await readdir(files.folder)).not.toContain('one.tif');
});

test('a name that follows from another one replaces only what an earlier run wrote', async () => {
  const refused = { code: 'UnsafeOutput', found: 'a file of other origin' };
  for (const [name, options] of [
    ['of-others.json', { stac: true }],
    ['of-others_quicklook.tif', { quicklook: true }],
    ['of-others_H.tif', { separateBands: true, bands: ['H'] }],
  ] as const) {
    await copyFile(files.at(name.endsWith('json') ? 'w.safetensors' : 'target.tif'), files.at(name));
    await expect(despeckle('of-others.tif', options)).rejects.toMatchObject({
      ...refused,
      path: files.at(name),
    });
  }
  expect(await readdir(files.folder)).not.toContain('of-others.tif');
  const { weights, input, at } = files;
  const separate = { weights, separateBands: true, bands: ['H'] };
  await despeckleShard(input, at('of-others.tif'), { index: 0, count: 1 }, separate);
  await expect(mergeShards(at('of-others.tif'))).rejects.toMatchObject({
    ...refused,
    path: at('of-others_H.tif'),
  });
  await despeckle('linear.tif', { quicklook: true, stac: true }); // again
  await writeFile(files.at('of-others.tif'), 'of somebody');
  await despeckle('of-others.tif', { bands: ['H'] }); // as the name was given
});

test('hrefs of a STAC Item are references, whatever the names of files', async () => {
  const path = files.at('o ut#1%41:ö.tif');
  await copyFile(files.at('linear.tif'), path);
  const { assets } = await stacItem([path], { item: files.at('items/o.json') });
  expect(assets.data).toMatchObject({ href: './../o%20ut%231%2541%3A%C3%B6.tif' });
  expect(assets.data['raster:bands']).toMatchObject([{ name: 'C11', unit: 'linear power' }, {}, {}, {}, {}, {}, {}]); // biome-ignore format: bands
});

test('a result states calibration, orbit and pass as inputs do, and its powers are read as such', async () => {
  const metadata = { CALIBRATION: 'gamma0', RELATIVE_ORBIT: '137', NOISE_SUBTRACTED: 'yes' };
  const target = files.at('stated.tif');
  await writeRaster(target, files.images.target, 13, utm(500_000), { metadata });
  const { weights, input, at } = files;
  const { warnings, provenance } = await despeckleFile({ ...input, target }, at('states.tif'), {
    ...{ weights, bands: ['C11', 'C22'] },
  });
  const stated = { ...metadata, PASS: 'DESCENDING' };
  expect((await read('states.tif')).metadata).toMatchObject({ ...stated, MTPI_CALIBRATION: 'gamma0' });
  expect(linear.metadata).not.toHaveProperty('CALIBRATION');
  expect(linear.metadata).not.toHaveProperty('NOISE_SUBTRACTED');
  expect(warnings).toContainEqual(expect.objectContaining({ code: 'NoiseSubtracted', input: target }));
  expect(provenance['thermal noise']).toBe('subtracted beforehand');
  const result = await openAcquisition(at('states.tif'));
  await result.close();
  expect(result).toMatchObject({ scale: 'linear', calibration: 'gamma0' });
  expect(result.warnings.map(({ code }) => code)).not.toContain('ScaleAssumed');
});

test('the weights beside a LayersModel replace only those of an earlier one', async () => {
  const { weights, at } = files;
  for (let run = 0; run < 2; run++) await convertWeights(weights, at('model.json'));
  await writeFile(at('other.weights.bin'), 'of somebody');
  const refused = convertWeights(weights, at('other.json'));
  await expect(refused).rejects.toMatchObject({ code: 'UnsafeOutput', path: at('other.weights.bin') });
  expect(await readFile(at('other.weights.bin'), 'utf8')).toBe('of somebody');
});

test('a result that is given as an input is told', async () => {
  const target = files.at('linear.tif');
  const { warnings } = await despeckleFile({ ...files.input, target }, files.at('twice.tif'), {
    weights: files.weights,
  });
  expect(warnings).toContainEqual(expect.objectContaining({ code: 'AlreadyDespeckled', input: target }));
});

test('a quicklook replaces another picture only where its name was given', async () => {
  const before = process.cwd();
  process.chdir(files.folder);
  try {
    for (let run = 0; run < 2; run++) expect(await writeQuicklook('previous.tif')).toBe('previous.png');
    await writeFile('target.png', 'of somebody');
    await expect(writeQuicklook('target.tif')).rejects.toMatchObject({
      ...{ code: 'UnsafeOutput', path: 'target.png', hint: expect.stringContaining('--output') },
    });
    expect(await readFile('target.png', 'utf8')).toBe('of somebody');
    expect(await writeQuicklook('target.tif', 'target.png')).toBe('target.png');
  } finally {
    process.chdir(before);
  }
});

test.skipIf(withoutGdal)('the quicklook is a COG of bytes that GDAL reads as a color image', async () => {
  const info = JSON.parse(
    execFileSync('gdalinfo', ['-json', '-mm', files.at('linear_quicklook.tif')], { encoding: 'utf8' }),
  );
  expect(info.metadata.IMAGE_STRUCTURE).toMatchObject({ LAYOUT: 'COG', COMPRESSION: 'DEFLATE' });
  const bands = info.bands.map((band: Record<string, unknown>) => [
    band.type,
    band.noDataValue,
    band.colorInterpretation,
  ]);
  expect(bands).toEqual(['Red', 'Green', 'Blue'].map((color) => ['Byte', 0, color]));
  for (const { computedMin, computedMax } of info.bands) {
    expect(computedMin).toBeLessThan(40);
    expect(computedMax).toBeGreaterThan(200);
  }
});

test('the STAC Item follows the schemas of STAC 1.0 and of its extensions', async () => {
  const item = JSON.parse(await readFile(files.at('linear.json'), 'utf8'));
  const validate = new Ajv({ strict: false, allErrors: true }).compile(ITEM_SCHEMA);
  expect([validate(item), validate.errors]).toEqual([true, null]);
  expect(item).toMatchObject({
    id: 'linear',
    properties: {
      datetime: '2024-03-13T05:00:00.000Z',
      'proj:epsg': 32633,
      'proj:shape': [64, 64],
      'sat:orbit_state': 'descending',
      gsd: 10,
    },
    assets: { data: { href: './linear.tif' }, overview: { href: './linear_quicklook.tif' } },
  });
  const [west, south, east, north] = item.bbox;
  expect([west, south]).toEqual([expect.closeTo(15, 2), expect.closeTo(40.64, 1)]);
  expect(east).toBeGreaterThan(west);
  expect(north).toBeGreaterThan(south);
  // The mode is known from nowhere, so that the Item does not have the extension.
  expect(item.properties).not.toHaveProperty('sar:instrument_mode');
  expect(item.properties).not.toHaveProperty('platform');
  expect(item.stac_extensions.join()).not.toMatch(/sar/);
  const target = files.at('S1A_IW_SLC__1SDV_20240313T050000_20240313T050030_052952_06658B_96CB.tif');
  await copyFile(files.input.target, target);
  const { weights } = files;
  await despeckleFile({ ...files.input, target }, files.at('named.tif'), { weights, stac: true });
  const named = JSON.parse(await readFile(files.at('named.json'), 'utf8'));
  expect([validate(named), validate.errors]).toEqual([true, null]);
  expect(named.properties).toMatchObject({
    platform: 'sentinel-1a',
    'sar:instrument_mode': 'IW',
    'sar:polarizations': ['VV', 'VH'],
    'sat:orbit_state': 'descending',
    'sat:relative_orbit': 30,
  });
  expect(named.stac_extensions.join()).toMatch(/sar/);
  delete named.properties['sar:product_type'];
  expect(validate(named)).toBe(false);
});
