import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { createGeoTiff, listAcquisitions, listFolder, openAcquisition, pairPolarizations } from '../src/node';
import { temporaryFolder, testImage } from './support';

async function writePair(folder: string, vv: string, vh: string) {
  mkdirSync(folder, { recursive: true });
  for (const [name, level] of [
    [vv, 0.1],
    [vh, 0.02],
  ] as const) {
    const sink = await createGeoTiff(join(folder, name), {
      width: 20,
      height: 15,
      bands: [''],
      georeference: {},
    });
    const image = testImage(1, 15, 20);
    for (let i = 0; i < 300; i++) image.data[i] *= level;
    await sink.write(image);
    await sink.close();
  }
}

it('links to folders and files count as what they lead to, each once', async () => {
  const [elsewhere, parent] = [temporaryFolder(), temporaryFolder()];
  const folder = join(parent, 'stack');
  for (const path of [join(elsewhere, '20240305'), join(folder, '20240317')])
    mkdirSync(path, { recursive: true });
  writeFileSync(join(elsewhere, 'a.tif'), '');
  const link = (to: string, name: string) => symlinkSync(to, join(folder, name));
  link(join(elsewhere, '20240305'), '20240305');
  link(join(elsewhere, 'a.tif'), 'a.tif');
  link('20240317', '0-latest');
  link(join(elsewhere, '20240305'), '20240305-again');
  for (const [i, to] of ['.', '..', '../..', 'gone'].entries()) link(to, `link-${i}`);
  const found = await listAcquisitions(folder);
  expect(found.map(([path]) => relative(folder, path))).toEqual(['20240305', '20240317', 'a.tif']);
  expect(await listFolder(folder)).toEqual([
    { name: '20240305', isFolder: true },
    { name: '20240317', isFolder: true },
    { name: 'a.tif', isFolder: false },
    { name: 'link-3', isFolder: false },
  ]);
  symlinkSync(folder, join(parent, 'linked'));
  expect((await listAcquisitions(join(parent, 'linked'))).length).toBe(3);
});

it('VV comes before VH whatever the name of the folder, without a warning', async () => {
  for (const name of ['south-vh', 'hh_vv', 'HV.data', 'plain']) {
    const folder = join(temporaryFolder(), name, 'date');
    await writePair(folder, '20240305_VV.tif', '20240305_VH.tif');
    const pair = ['20240305_VV.tif', '20240305_VH.tif'].map((file) => join(folder, file));
    expect(await listAcquisitions(folder)).toEqual([pair]);
    expect(pairPolarizations(pair.toReversed())).toEqual([pair]);
    const acquisition = await openAcquisition(pair);
    expect(acquisition.warnings).toEqual([]);
    await acquisition.close();
  }
});

it.each([
  ['20240305_VV.tif', '20240305_VH.tif'],
  ['second_20240305_hh.tif', 'first_20240305_hv.tif'],
])('the files of a folder, %s and %s, have no order that could be wrong', async (first, second) => {
  const folder = temporaryFolder();
  await writePair(folder, first, second);
  const acquisition = await openAcquisition(folder);
  expect(acquisition.paths).toEqual([join(folder, first), join(folder, second)]);
  expect(acquisition.warnings).toEqual([]);
  await acquisition.close();
  const swapped = await openAcquisition([join(folder, second), join(folder, first)]);
  const order = swapped.channels.toReversed().join(', ');
  expect(swapped.warnings).toMatchObject([{ message: `Channels were in the order ${order}; swapped` }]);
  await swapped.close();
});

it('finds samples of ENVI by their headers', async () => {
  const folder = temporaryFolder();
  const files = [
    '1_VV.img',
    '1_VH.img',
    '1_VV.hdr',
    '1_VH.hdr',
    '1_VV.img.aux.xml',
    '1_VV.png',
    '2',
    '2.hdr',
  ];
  for (const name of [...files, '3.slc', '3.slc.hdr', 'notes.hdr', '4.img'])
    writeFileSync(join(folder, name), '');
  const found = await listAcquisitions(folder);
  expect(found.map((paths) => paths.map((path) => relative(folder, path)))).toEqual([
    ['1_VV.img', '1_VH.img'],
    ['2'],
    ['3.slc'],
  ]);
});

it('takes a file on a server as one acquisition', async () => {
  for (const path of ['https://server.org/VV.tif', 's3://bucket/VV.tif'])
    expect(await listAcquisitions(path)).toEqual([[path]]);
});

it('refuses what is not there in words', async () => {
  const path = join(temporaryFolder(), 'missing');
  await expect(listAcquisitions(path)).rejects.toMatchObject({ name: 'SarIoError', code: 'NotFound', path });
});

it('finds folders, pairs of polarizations and single files, in order of names', async () => {
  const folder = temporaryFolder();
  for (const name of ['20240305', 'c.data', '.hidden']) mkdirSync(join(folder, name));
  for (const name of [
    'b_VV.tif',
    'b_VH.tif',
    'vv_vh_1_vh.tif',
    'vv_vh_1_vv.tif',
    'c.dim',
    'a.tif',
    'notes.txt',
    '20240305.znap.zip',
  ])
    writeFileSync(join(folder, name), '');
  const found = await listAcquisitions(folder);
  expect(found.map((paths) => paths.map((path) => relative(folder, path)))).toEqual([
    ['20240305'],
    ['20240305.znap.zip'],
    ['a.tif'],
    ['b_VV.tif', 'b_VH.tif'],
    ['c.dim'],
    ['vv_vh_1_vv.tif', 'vv_vh_1_vh.tif'],
  ]);
});
