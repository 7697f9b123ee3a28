import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createImage } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { merge, mergeShards } from '../src/despeckle/merge-shards';
import { PartialResult, type PartialResultDescription } from '../src/despeckle/partial-result';
import { removeAllLeftovers } from '../src/despeckle/remove-all-leftovers';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mtpi-partial-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const SIZE = 4;
const description: PartialResultDescription = {
  jobFingerprint: 'a',
  shard: { index: 0, count: 2 },
  layout: { width: SIZE, height: 2 * SIZE, rows: SIZE, cols: SIZE, overlap: 0, ys: [0, SIZE], xs: [0] },
  inner: { x: 0, y: 0, width: SIZE, height: 2 * SIZE },
  result: {
    ...{ width: SIZE, height: 2 * SIZE, bands: ['VV', 'VH'], computed: ['VV', 'VH'] },
    ...{ channels: ['VV', 'VH'], scale: 'linear', separate: false, metadata: {} },
  },
  comparison: { target: [], scale: 'auto', haAlphaWindow: 5 },
  provenance: {},
};
const strip = {
  y: 0,
  image: createImage(2, SIZE, SIZE),
  mask: ndarray(new Uint8Array(SIZE * SIZE).fill(1), [SIZE, SIZE]),
};

const sums = { pixels: 1, sums: [1, 1] };
const record = { level: { target: sums, result: sums, dates: sums }, engine: 'ONNX Runtime on cpu' };

test('what a killed run was writing does not become part of a shard', async () => {
  const path = join(folder, 'out.tif.shard-0000-of-0002');
  await (await PartialResult.begin(path, description, true)).write(0, strip, record);
  await mkdir(join(`${path}.partial`, '.00001.npy.0123abcd'));
  await writeFile(join(`${path}.partial`, '00001.npy'), 'no checksum');
  const resumed = await PartialResult.begin(path, description, true);
  expect([resumed.has(0), resumed.has(1)]).toEqual([true, false]);
  await resumed.publish();
  expect((await readdir(path)).sort()).toEqual([
    '00000.npy',
    '00000.npy.json',
    '00000.npy.sha256',
    'part.json',
    'part.json.sha256',
  ]);
});

test('a run that was killed before it described its partial result does not stop the next', async () => {
  const path = join(folder, 'started.tif');
  await mkdir(join(`${path}.partial`, '.part.json.0123abcd'), { recursive: true });
  const begun = await PartialResult.begin(path, description, true);
  expect(await readdir(begun.path)).toEqual(['part.json', 'part.json.sha256']);
});

/** What a merge leaves that was killed after it had written the result and removed the second of two shards. */
async function killedMerge(name: string, output = true): Promise<string> {
  const place = join(folder, name);
  await mkdir(place);
  if (output) await writeFile(join(place, 'out.tif'), 'merged');
  const shard = await PartialResult.begin(join(place, 'out.tif.shard-0000-of-0002'), description, false);
  await shard.publish();
  await shard.markMerged();
  return place;
}

test('shards that a killed merge has left are removed by the next merge and by mtpi clean', async () => {
  const again = await killedMerge('again');
  await mergeShards(join(again, 'out.tif'));
  expect(await readdir(again)).toEqual(['out.tif']);
  const cleaned = await killedMerge('cleaned');
  expect(await removeAllLeftovers(cleaned)).toEqual([join(cleaned, 'out.tif.shard-0000-of-0002')]);
  expect(await readdir(cleaned)).toEqual(['out.tif']);
});

test('shards of a later run are not taken for those that a killed merge has left', async () => {
  const place = await killedMerge('later');
  const path = join(place, 'out.tif.shard-0001-of-0002');
  const later = { ...description, jobFingerprint: 'b', shard: { index: 1, count: 2 } };
  await (await PartialResult.begin(path, later, false)).publish();
  await expect(mergeShards(join(place, 'out.tif'))).rejects.toMatchObject({
    ...{ code: 'ShardsMissing', message: expect.stringMatching(/shards are missing: 0\/2/) },
  });
});

test('merged shards whose result is gone stay, and count as shards again', async () => {
  const place = await killedMerge('gone', false);
  expect(await removeAllLeftovers(place)).toEqual([]);
  await expect(mergeShards(join(place, 'out.tif'))).rejects.toMatchObject({ code: 'ShardsMissing' });
});

test('a merge with separate bands that was killed is ended by the next', async () => {
  const place = join(folder, 'bands');
  await mkdir(place);
  for (const name of ['out_VV.npy', 'out_VH.npy']) await writeFile(join(place, name), 'merged');
  const separate = { ...description, result: { ...description.result, separate: true } };
  const shard = await PartialResult.begin(join(place, 'out.npy.shard-0000-of-0002'), separate, false);
  await shard.publish();
  await shard.markMerged();
  await mergeShards(join(place, 'out.npy'));
  expect((await readdir(place)).sort()).toEqual(['out_VH.npy', 'out_VV.npy']);
});

test('a merge warns of a changed level, and writes nothing where warnings are errors', async () => {
  const output = join(folder, 'level.tif');
  for (const index of [0, 1]) {
    const path = `${output}.shard-000${index}-of-0002`;
    const shard = await PartialResult.begin(path, { ...description, shard: { index, count: 2 } }, false);
    const brighter = { ...record.level, result: { pixels: 1, sums: [1, 2] } };
    await shard.write(index, { ...strip, y: index * SIZE }, { ...record, level: brighter });
    await shard.publish();
  }
  await expect(mergeShards(output, { strict: true })).rejects.toMatchObject({ code: 'Warning' });
  expect((await readdir(folder)).filter((name) => name.startsWith('level'))).toHaveLength(2);
  const onWarning = vi.fn();
  const { warnings } = await mergeShards(output, { onWarning });
  const message = 'Mean backscatter of VH is 3.0 dB from that of the target';
  expect(warnings).toEqual([{ code: 'LevelChanged', message, input: output }, expect.anything()]);
  expect(warnings[1]).toMatchObject({ code: 'DatesDiffer' });
  expect(onWarning).toHaveBeenCalledTimes(2);
  expect((await readdir(folder)).filter((name) => name.startsWith('level'))).toEqual(['level.tif']);
});

test('a written result counts as long as its files are as they were', async () => {
  const path = join(folder, 'kept.tif');
  const whole = { ...description, shard: { index: 0, count: 1 } };
  await writeFile(path, 'result');
  const made = { validFraction: 0.5, level: { levelChange: [1, 2] }, engine: 'ONNX Runtime on cpu' };
  await (await PartialResult.begin(path, whole, true)).markWritten(made, [path]);
  expect((await PartialResult.begin(path, whole, true, [path])).written).toMatchObject(made);
  await writeFile(path, 'another result');
  expect((await PartialResult.begin(path, whole, true, [path])).written).toBeUndefined();
  await (await PartialResult.begin(path, whole, true)).markWritten(made, [path]);
  await rm(path);
  expect((await PartialResult.begin(path, whole, true, [path])).written).toBeUndefined();
});

test('a signed address of the target is not kept', async () => {
  const path = join(folder, 'signed.tif');
  const comparison = { ...description.comparison, target: ['https://user:pass@h.org/t.tif?sig=secret'] };
  const begun = await PartialResult.begin(path, { ...description, comparison }, true);
  const kept = await readFile(join(begun.path, 'part.json'), 'utf8');
  expect(kept).toContain('https://h.org/t.tif?…');
  expect(kept).not.toMatch(/user|pass|secret/);
});

test('a description with another number is refused', async () => {
  const { path } = await PartialResult.begin(join(folder, 'damaged.tif'), description, true);
  const file = join(path, 'part.json');
  await writeFile(file, (await readFile(file, 'utf8')).replace(`"width":${SIZE}`, '"width":1e308'));
  await expect(PartialResult.open(path)).rejects.toMatchObject({ code: 'ShardDamaged' });
});

test.each(['00000.npy', '00000.npy.json'])(
  'a row whose %s is damaged is refused, and made again',
  async (name) => {
    const path = join(folder, `${name}.tif`);
    const begun = await PartialResult.begin(path, description, true);
    await begun.write(0, strip, record);
    await appendFile(join(begun.path, name), ' ');
    const opened = await PartialResult.open(begun.path);
    await expect(opened.read(0)).rejects.toMatchObject({ code: 'ShardDamaged' });
    await expect(opened.records()).rejects.toMatchObject({ code: 'ShardDamaged' });
    expect((await PartialResult.begin(path, description, true)).has(0)).toBe(false);
  },
);

test('a folder that cannot be read is no output without shards', async () => {
  const loop = join(folder, 'loop');
  await symlink(loop, loop);
  await expect(merge(loop).next()).rejects.toMatchObject({ code: 'ELOOP', path: loop });
  await expect(merge(join(folder, 'none')).next()).rejects.toMatchObject({ code: 'ShardsMissing' });
});
