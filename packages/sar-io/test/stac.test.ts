import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it, vi } from 'vitest';
import {
  listAcquisitions,
  listInputFiles,
  onSameOrbit,
  openAcquisition,
  statedOrbit,
  statedPass,
} from '../src/node';
import { temporaryFolder } from './support';
import { writeTestTiff } from './tiff-writer';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const numbers = (band: number) => Array.from({ length: 12 }, (_, i) => 1 + i + 20 * band);

beforeAll(() => {
  for (const [b, name] of ['first_vv.tif', 'first_vh.tif', 'second_vv.tif', 'second_vh.tif'].entries())
    writeTestTiff(at(name), { width: 4, height: 3, type: 'float32', bands: [numbers(b % 2)] });
});

const TIFF = 'image/tiff; application=geotiff; profile=cloud-optimized';

type Assets = Record<string, Record<string, unknown>>;

const item = (id: string, datetime: string | null, assets: Assets, more = {}) => ({
  type: 'Feature',
  stac_version: '1.0.0',
  id,
  geometry: null,
  properties: { datetime, ...more },
  links: [],
  assets,
});
const pair = (prefix: string): Assets => ({
  thumbnail: { href: `${prefix}_vv.png`, type: 'image/png', roles: ['thumbnail'] },
  vh: { href: `./${prefix}_vh.tif`, type: TIFF, roles: ['data'] },
  vv: { href: `./${prefix}_vv.tif`, type: TIFF, roles: ['data'] },
});

function write(name: string, document: unknown): string {
  writeFileSync(at(name), typeof document === 'string' ? document : JSON.stringify(document));
  return at(name);
}

it('an Item is its VV and VH, at the time that it states', async () => {
  const path = write('item.json', item('S1A', '2024-03-05T17:08:15.250Z', pair('first')));
  const acquisition = await openAcquisition(path);
  expect(acquisition).toMatchObject({
    paths: [at('first_vv.tif'), at('first_vh.tif')],
    channels: ['VV', 'VH'],
    acquired: new Date('2024-03-05T17:08:15.250Z'),
  });
  const { image } = await acquisition.read({ x: 0, y: 0, width: 4, height: 3 });
  expect(Array.from(image.data)).toEqual([...numbers(0), ...numbers(1)]);
  await acquisition.close();
  expect(await listAcquisitions(path)).toEqual([[path]]);
  expect(await listInputFiles(path)).toEqual([path, at('first_vv.tif'), at('first_vh.tif')]);
});

it('the orbit, the pass and, where the files have none, the place are those of the Item', async () => {
  const more = {
    ...{ 'sat:relative_orbit': 44, 'sat:orbit_state': 'descending' },
    ...{ 'proj:code': 'EPSG:32633', 'proj:transform': [10, 0, 500000, 0, -10, 5200000, 0, 0, 1] },
  };
  const other = { ...more, 'sat:relative_orbit': 95, 'sat:orbit_state': 'ascending' };
  const [first, second] = await Promise.all(
    [
      item('S1A', '2024-03-05T00:00:00Z', pair('first'), more),
      item('S1B', '2024-03-17T00:00:00Z', pair('second'), other),
    ].map((one) => openAcquisition(write(`${one.id}.json`, one))),
  );
  expect(first.georeference).toEqual({
    crs: { epsg: 32633, geographic: false },
    transform: [500000, 10, 0, 5200000, 0, -10],
  });
  expect([first, second].map(statedOrbit)).toEqual([44, 95]);
  expect([first, second].map(statedPass)).toEqual(['descending', 'ascending']);
  expect(onSameOrbit(first, second)).toBe(false);
  expect(first.warnings.map(({ code }) => code)).toEqual(['ChannelsSuspicious']);
  await Promise.all([first.close(), second.close()]);
});

it('files of another day than their Item are an error among the warnings', async () => {
  for (const band of ['vv', 'vh'])
    writeTestTiff(at(`20240317_${band}.tif`), { width: 4, height: 3, type: 'float32', bands: [numbers(0)] });
  const path = write('other.json', item('S1A', '2024-03-05T17:08:15Z', pair('20240317')));
  const { warnings, close } = await openAcquisition(path);
  await close();
  expect(warnings).toContainEqual(expect.objectContaining({ code: 'TimesDiffer', severity: 'error' }));
});

it.each([
  ['raster:bands', { 'raster:bands': [{ scale: 0.5, offset: 1, nodata: 3, unit: 'amplitude' }] }],
  [
    'bands of STAC 1.1',
    { bands: [{ 'raster:scale': 0.5, 'raster:offset': 1, nodata: 3, unit: 'amplitude' }] },
  ],
  ['the asset', { 'raster:scale': 0.5, 'raster:offset': 1, nodata: 3, unit: 'amplitude' }],
])('scale, offset, nodata and unit of %s count where the file has none', async (_, more) => {
  const assets = pair('first');
  const path = write('scaled.json', item('S1A', '2024-03-05T17:08:15Z', { ...assets, vv: { ...assets.vv, ...more }, vh: { ...assets.vh, ...more } })); // biome-ignore format: one call
  const acquisition = await openAcquisition(path);
  const { image, mask } = await acquisition.read({ x: 0, y: 0, width: 4, height: 3 });
  await acquisition.close();
  expect(acquisition.scale).toBe('amplitude');
  expect(Array.from(mask.data)).toEqual(numbers(0).map((number) => Number(number !== 3)));
  const powers = [...numbers(0), ...numbers(1)].map((number, i) =>
    i % 12 === 2 ? 0 : (0.5 * number + 1) ** 2,
  );
  expect(Array.from(image.data)).toEqual(powers);
});

it('what the file itself says goes before the Item', async () => {
  const items = (scale: number) => `<Item name="SCALE" sample="0" role="scale">${scale}</Item>`;
  for (const [b, name] of ['own_vv.tif', 'own_vh.tif'].entries())
    writeTestTiff(at(name), { width: 4, height: 3, type: 'float32', bands: [numbers(b)], items: items(2) });
  const assets = pair('own');
  for (const key of ['vv', 'vh'])
    assets[key] = { ...assets[key], 'raster:bands': [{ scale: 0.1, offset: 0 }] };
  const acquisition = await openAcquisition(write('own.json', item('S1A', '2024-03-05T17:08:15Z', assets)));
  const { image } = await acquisition.read({ x: 0, y: 0, width: 4, height: 3 });
  await acquisition.close();
  expect(Array.from(image.data)).toEqual([...numbers(0), ...numbers(1)].map((number) => 2 * number));
});

it('stated nodata is the stored number, also where the file has a scale of its own', async () => {
  const items = '<Item name="SCALE" sample="0" role="scale">0.1</Item>';
  for (const [b, name] of ['tenths_vv.tif', 'tenths_vh.tif'].entries())
    writeTestTiff(at(name), { width: 4, height: 3, type: 'float32', bands: [numbers(b)], items });
  const assets = pair('tenths');
  for (const key of ['vv', 'vh']) assets[key] = { ...assets[key], nodata: key === 'vv' ? 3 : 27 };
  const acquisition = await openAcquisition(
    write('tenths.json', item('S1A', '2024-03-05T17:08:15Z', assets)),
  );
  const { mask } = await acquisition.read({ x: 0, y: 0, width: 4, height: 3 });
  await acquisition.close();
  expect(Array.from(mask.data)).toEqual(
    numbers(0).map((number) => Number(number !== 3 && number + 20 !== 27)),
  );
});

it('an ItemCollection is a stack of its Items', async () => {
  const path = write('search.json', {
    type: 'FeatureCollection',
    features: [
      item('second', '2024-03-17T17:08:15Z', pair('second')),
      item('first', null, pair('first'), { start_datetime: '2024-03-05T17:08:15Z' }),
    ],
  });
  const stack = await listAcquisitions(path);
  expect(stack).toEqual([[`${path}#20240317T170815`], [`${path}#20240305T170815`]]);
  const acquisition = await openAcquisition(`${path}#20240305`);
  expect(acquisition.paths).toEqual([at('first_vv.tif'), at('first_vh.tif')]);
  expect(acquisition.acquired).toEqual(new Date('2024-03-05T17:08:15Z'));
  await acquisition.close();
});

it.each([
  ['2024-03-05T17:08:15', '2024-03-05T17:08:15Z'],
  ['2024-03-05T17:08:15.5Z', '2024-03-05T17:08:15.5Z'],
  ['2024-03-06T02:08:15+09:00', '2024-03-05T17:08:15Z'],
  ['2024-03-05', '2024-03-05T00:00:00Z'],
])('the time %s of an Item is %s, wherever it is read', async (datetime, utc) => {
  vi.stubEnv('TZ', 'Asia/Tokyo');
  try {
    const acquisition = await openAcquisition(write('time.json', item('first', datetime, pair('first'))));
    await acquisition.close();
    expect(acquisition.acquired).toEqual(new Date(utc));
  } finally {
    vi.unstubAllEnvs();
  }
});

it.each<[string, Assets]>([
  [
    'sar:polarizations',
    {
      one: { href: 'first_vv.tif', type: TIFF, 'sar:polarizations': ['VV'] },
      two: { href: 'first_vh.tif', type: TIFF, 'sar:polarizations': ['VH'] },
    },
  ],
  [
    'keys in capitals beside others of the same polarization',
    {
      VV: { href: 'first_vv.tif', type: TIFF },
      VH: { href: 'first_vh.tif', type: TIFF },
      'VV-preview': { href: 'x_vv.tif', type: TIFF },
    },
  ],
  ['file names', { 'asset-1': { href: 'first_vv.tif' }, 'asset-2': { href: 'first_vh.tif' } }],
  ['file addresses', { vv: { href: `file://${at('first_vv.tif')}` }, vh: { href: at('first_vh.tif') } }],
])('assets are found by %s', async (_, assets) => {
  const acquisition = await openAcquisition(write('assets.json', item('x', '2024-03-05T00:00:00Z', assets)));
  expect(acquisition.paths).toEqual([at('first_vv.tif'), at('first_vh.tif')]);
  await acquisition.close();
});

it('file names may be percent-encoded, and may contain percent signs', async () => {
  for (const [b, name] of ['a b_vv.tif', 'a%20c_vh.tif'].entries())
    writeTestTiff(at(name), { width: 4, height: 3, type: 'float32', bands: [numbers(b)] });
  const assets = { vv: { href: './a%20b_vv.tif', type: TIFF }, vh: { href: './a%20c_vh.tif', type: TIFF } };
  const acquisition = await openAcquisition(write('percent.json', item('x', '2024-03-05T00:00:00Z', assets)));
  expect(acquisition.paths).toEqual([at('a b_vv.tif'), at('a%20c_vh.tif')]);
  await acquisition.close();
});

it('a time or pass of an Item that is not understood is said', async () => {
  const more = { 'sat:orbit_state': 'geostationary' };
  const path = write('wrong-time.json', item('x', '2024-02-31T17:08:15Z', pair('first'), more));
  const { acquired, warnings, close } = await openAcquisition(path);
  await close();
  expect(acquired).toBeUndefined();
  expect(warnings.filter(({ code }) => code === 'MetadataIgnored')).toMatchObject([
    { message: expect.stringContaining('2024-02-31T17:08:15Z') },
    { message: expect.stringContaining('GEOSTATIONARY') },
  ]);
});

it('addresses of assets count from the document', async () => {
  const assets = {
    vv: { href: 'https://example.org/a_vv.tif?sig=x', type: TIFF },
    vh: { href: 's3://bucket/a_vh.tif', type: TIFF },
  };
  const { stacImage } = await import('../src/stac/items');
  expect((await stacImage(write('remote.json', item('x', '2024-03-05T00:00:00Z', assets)))).paths).toEqual([
    'https://example.org/a_vv.tif?sig=x',
    's3://bucket/a_vh.tif',
  ]);
});

const two = {
  type: 'FeatureCollection',
  features: [
    item('a', '2024-03-05T01:00:00Z', pair('first')),
    item('b', '2024-03-05T02:00:00Z', pair('second')),
  ],
};

const WRONG: [string, unknown, string, object][] = [
  ['a Collection', { type: 'Collection', id: 's1' }, '', { found: 'a STAC Collection' }],
  ['a Catalog', { type: 'Catalog', id: 's1' }, '', { found: 'a STAC Catalog' }],
  [
    'plain GeoJSON',
    { type: 'FeatureCollection', features: [{ type: 'Feature', geometry: null, properties: {} }] },
    '',
    { code: 'UnsupportedFormat' },
  ],
  ['another JSON document', { weights: [1] }, '', { found: 'another document' }],
  ['a list', [1, 2], '', { found: 'other JSON' }],
  ['JSON that ends early', '{"type": "Feature", "ass', '', { code: 'CorruptFile' }],
  [
    'an Item of one polarization',
    item('x', '2024-03-05T00:00:00Z', { vv: { href: 'first_vv.tif', type: TIFF } }),
    '',
    { expected: 'assets vv and vh of Item x', found: 'vv' },
  ],
  ['an Item without assets', item('x', '2024-03-05T00:00:00Z', {}), '', { found: 'none' }],
  [
    'several Items and no date',
    two,
    '',
    { found: expect.stringContaining('2 Items'), hint: expect.stringContaining('#20240305T010000') },
  ],
  ['two Items on the day named', two, '#20240305', { found: '2 Items (a, b)' }],
  ['no Item of the date', two, '#20240306', { code: 'NotFound' }],
  [
    'an asset that is missing',
    item('x', '2024-03-05T00:00:00Z', pair('gone')),
    '',
    { code: 'NotFound', path: at('gone_vv.tif') },
  ],
  [
    'an asset that is no raster',
    item('x', '2024-03-05T00:00:00Z', {
      vv: { href: 'items.json', type: TIFF },
      vh: { href: 'first_vh.tif', type: TIFF },
    }),
    '',
    { name: 'SarIoError' },
  ],
];

it.each(WRONG)('%s is an error', async (name, document, date, expected) => {
  const path = write(`${name.replace(/\W/g, '-')}.json`, document);
  await expect(openAcquisition(path + date)).rejects.toMatchObject({ name: 'SarIoError', ...expected });
});
