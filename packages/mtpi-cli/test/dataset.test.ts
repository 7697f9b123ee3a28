import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createImage } from '@mtpi/polsar-priors';
import { createPolsarpro } from '@mtpi/sar-io/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMtpi } from './support';

let folder: string;

const info = (...args: string[]) => runMtpi(folder, ['dataset', 'info', ...args]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mtpi-'));
  for (const region of ['S01', 'S02']) {
    for (const name of ['Ass_S1A_20240222T214632', 'Tar_S1A_20240305T214632', 'Ass_S1A_20240317T214632']) {
      const to = join(folder, 'data', region, `${region}_${name}`);
      await mkdir(join(to, '..'), { recursive: true });
      const sink = await createPolsarpro(to, { width: 70, height: 50 });
      const image = createImage(4, 50, 70);
      image.data.fill(1, 0, 2 * 50 * 70);
      await sink.write(image);
      await sink.close();
    }
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('lists regions, dates, sizes and patches', async () => {
  const { code, stdout } = await info('data', '--patch', '32');
  expect(code).toBe(0);
  expect(stdout).toContain('S01: 6 patches');
  expect(stdout).toMatch(/target +2024-03-05T21:46:32 +70 × 50 covariance +S01_Tar_S1A_20240305T214632/);
  expect(stdout).toContain('2 regions, 12 patches of 32 × 32; all regions valid');
});

test('lists problems, with exit code 1', async () => {
  await rm(join(folder, 'data/S02/S02_Ass_S1A_20240222T214632'), { recursive: true });
  await writeFile(join(folder, 'data/S02/S02_Ass_S1A_20240317T214632/C22.bin'), 'short');
  const { code, stdout } = await info('data', '--json', '--patch', '32');
  expect(code).toBe(1);
  const { event, patches, regions } = JSON.parse(stdout);
  expect({ event, patches }).toEqual({ event: 'result', patches: 6 });
  expect(regions[0].problems).toEqual([]);
  expect(regions[1].problems).toEqual([
    expect.stringMatching(/^S02_Ass_S1A_20240317T214632 cannot be read: .*C22.bin/),
    'expected two auxiliaries, found S02_Ass_S1A_20240317T214632',
  ]);
  const text = await info('data');
  expect(text.stdout).toMatch(/ {2}problem: expected two auxiliaries/);
});

test('names a folder that holds none', async () => {
  const { code, stderr } = await info('data/S01/S01_Ass_S1A_20240222T214632');
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^error: .*expected folders such as S01\/S01_Tar_S1A_20240305T214632, found none\. mtpi dataset info --help/,
  );
});
