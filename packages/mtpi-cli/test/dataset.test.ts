import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { createImage } from '@mtpi/polsar-priors';
import { createPolsarpro } from '@mtpi/sar-io';
import { afterAll, beforeAll, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../src/mtpi.ts', import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
let folder: string;

/** Runs `mtpi dataset info` from the sources. */
async function info(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = ['--conditions=@mtpi/source', '--import', tsx, program, 'dataset', 'info', ...args];
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, command, { cwd: folder })) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

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

test('tells regions, dates, sizes and patches', async () => {
  const { code, stdout } = await info('data', '--patch', '32');
  expect(code).toBe(0);
  expect(stdout).toContain('S01: 6 patches');
  expect(stdout).toMatch(/target +2024-03-05T21:46:32 +70 × 50 covariance +S01_Tar_S1A_20240305T214632/);
  expect(stdout).toContain('2 regions, 12 patches of 32 × 32; nothing is wrong');
});

test('tells what is wrong, with exit code 1', async () => {
  await rm(join(folder, 'data/S02/S02_Ass_S1A_20240222T214632'), { recursive: true });
  await writeFile(join(folder, 'data/S02/S02_Ass_S1A_20240317T214632/C22.bin'), 'short');
  const { code, stdout } = await info('data', '--json');
  expect(code).toBe(1);
  const { event, patches, regions } = JSON.parse(stdout);
  expect({ event, patches }).toEqual({ event: 'result', patches: 0 });
  expect(regions[0].problems).toEqual([]);
  expect(regions[1].problems).toEqual([
    expect.stringMatching(/^S02_Ass_S1A_20240317T214632 cannot be read: .*C22.bin/),
    'expected two auxiliaries, found S02_Ass_S1A_20240317T214632',
  ]);
  const text = await info('data');
  expect(text.stdout).toMatch(/ {2}wrong: expected two auxiliaries/);
});

test('names a folder that holds none', async () => {
  const { code, stderr } = await info('data/S01/S01_Ass_S1A_20240222T214632');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: .*expected folders such as S01\/S01_Tar_S1A_20240305T214632, found none/);
});
