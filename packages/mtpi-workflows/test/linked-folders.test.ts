import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAcquisitions } from '../src/acquisitions/find-acquisitions';
import { listSeries } from '../src/index';
import { tripletFolder } from './support';

let files: Awaited<ReturnType<typeof tripletFolder>>;

beforeAll(async () => {
  files = await tripletFolder();
});
afterAll(() => rm(files.folder, { recursive: true, force: true }));

test('linked folders, files and products are found, each once and without end', async () => {
  const { at } = files;
  const [archive, stack] = [at('archive'), at('stack')];
  for (const path of [join(archive, 'A.SAFE'), join(archive, '20240313'), join(archive, 'other'), stack])
    await mkdir(path, { recursive: true });
  await writeFile(join(archive, 'A.SAFE/manifest.safe'), '<XFDU/>');
  await symlink(at('target.tif'), join(archive, '20240313/target.tif'));
  const link = (to: string, name: string) => symlink(to, join(stack, name));
  await link(join(archive, 'A.SAFE'), 'A.SAFE');
  await link(join(archive, '20240313'), '20240313');
  await link(at('previous.tif'), 'previous.tif');
  await link(join(archive, 'other'), 'other');
  await link('gone', 'broken');
  // Round and round: through the folder itself, and through another one.
  await link('.', 'again');
  await symlink(stack, join(archive, 'other/back'));
  await symlink(join(archive, '20240313'), join(archive, 'other/20240313'));
  const found = await findAcquisitions([stack]);
  expect(found.map((paths) => paths.map((path) => relative(stack, path)))).toEqual([
    ['20240313/target.tif'],
    ['A.SAFE'],
    ['previous.tif'],
  ]);
  const { series, unused } = await listSeries([stack]);
  expect(series.map(({ acquisitions }) => acquisitions.map(({ acquired }) => acquired.getUTCDate()))).toEqual(
    [[1, 13]],
  );
  expect(unused.map(({ path }) => relative(stack, path))).toEqual(['A.SAFE']);
});
