import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MiniSafe, writeMiniSafe } from '../../sar-io/test/mini-safe/mini-safe';

const program = fileURLToPath(new URL('../src/mtpi.ts', import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
let folder: string;
let mini: MiniSafe;

/** Runs `mtpi prepare` from the sources. */
async function prepare(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = ['--conditions=@mtpi/source', '--import', tsx, program, 'prepare', ...args];
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, command, { cwd: folder })) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mtpi-'));
  mini = await writeMiniSafe(folder, { samples: 128 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('prepares bursts of three products, averaged', async () => {
  const paths = mini.products.map(({ path }) => path);
  const options = [
    '--swath',
    'iw1',
    '--bursts',
    '2-3',
    '--multilook',
    '2x1',
    '--h-a-alpha',
    '--orbit',
    mini.orbits,
  ];
  const { code, stdout, stderr } = await prepare(...paths, ...options, '-o', 'stack');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/20240222T214631_S1A +S1A_OPER_AUX_POEORB\S+ +IW1 2 +-1\.37 +19\.\d\d/);
  expect(stdout).toContain('stack: 3 dates, 64 × 172');
  expect((await readdir(join(folder, 'stack'))).sort()).toEqual([
    '20240222T214631_S1A.tif',
    '20240222T214631_S1A_HAalpha.tif',
    '20240305T214632_S1A.tif',
    '20240305T214632_S1A_HAalpha.tif',
    '20240317T214632_S1C.tif',
    '20240317T214632_S1C_HAalpha.tif',
    'stack.json',
  ]);
  const stack = JSON.parse(await readFile(join(folder, 'stack/stack.json'), 'utf8'));
  expect(stack).toMatchObject({
    looks: { range: 2, azimuth: 1 },
    haAlphaWindow: 5,
    reference: '20240305T214632_S1A',
  });
});

test.each([
  [['--bursts', 'x'], /Expected bursts such as 3-5/],
  [['--multilook', '4'], /Expected looks in range and azimuth such as 4x1/],
  [['--aoi', '1,2,3'], /1,2,3 is neither west,south,east,north nor a readable file/],
  [['--swath', 'IW3'], /error: .*expected IW3, found IW1/],
])('says what is wrong with %j', async (options, message) => {
  const { code, stderr } = await prepare(mini.products[0].path, ...options, '-o', 'wrong');
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
});
