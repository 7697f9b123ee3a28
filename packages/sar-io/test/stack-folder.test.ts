import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { listAcquisitions } from '../src/node';
import { temporaryFolder } from './support';

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
