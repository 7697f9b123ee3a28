import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMtpi } from './support';

let folder: string;

const evaluate = (...args: string[]) => runMtpi(folder, ['evaluate', ...args]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mtpi-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a table on the terminal, and a report as JSON, CSV, HTML and Markdown', async () => {
  const { code, stdout, stderr } = await evaluate(
    ...['--quick', '--scenes', 'change', '-o', 'out', '--markdown', 'scores.md'],
  );
  expect(stderr).not.toContain('error');
  expect(code).toBe(0);
  expect((await readdir(join(folder, 'out'))).sort()).toEqual([
    'evaluation.csv',
    'evaluation.html',
    'evaluation.json',
  ]);
  const { command, methods, scores, criteria } = JSON.parse(
    await readFile(join(folder, 'out/evaluation.json'), 'utf8'),
  );
  expect(command).toBe('mtpi evaluate --scenes change --quick');
  expect(methods.at(0)).toEqual({ name: 'input', kind: 'input' });
  expect(methods.at(-1)).toEqual({ name: 'mtpi', kind: 'network' });
  expect(scores).toHaveLength(2 * methods.length);
  expect(criteria.map(({ criterion }: { criterion: string }) => criterion)).toContain('leakage below 5 %');
  // The terminal and the document show the same figures.
  const line = stdout.split('\n').find((text) => /^boxcar 5×5 +\d/.test(text)) as string;
  const figures = line.match(/[\d.]+ \/ [\d.]+/g) as string[];
  const document = (await readFile(join(folder, 'scores.md'), 'utf8')).replaceAll('**', '');
  for (const figure of figures) expect(document).toContain(figure);
  expect(stdout).toContain('out/evaluation.html');
});

test('scenes for another program, and its results beside the others', async () => {
  const kind = ['--quick', '--scenes', 'change'];
  const { code, stdout } = await evaluate(...kind, '--export', 'scenes');
  expect(code).toBe(0);
  expect(stdout).toContain('6 inputs in scenes');
  const inputs = JSON.parse(await readFile(join(folder, 'scenes/scenes.json'), 'utf8'));
  expect(inputs[0]).toMatchObject({ before: ['previous'], after: ['next'], rows: 192, cols: 192 });
  const ids = inputs.map(({ id }: { id: string }) => id);
  expect(ids.slice(1, 3)).toEqual([`${ids[0]}-auxiliary`, `${ids[0]}-target`]);
  expect((await readdir(join(folder, 'scenes', ids[0]))).sort()).toEqual(
    ['mask', 'next', 'previous', 'target'].flatMap((name) => [`${name}.npy`, `${name}.tif`]),
  );
  await mkdir(join(folder, 'copies'));
  for (const id of ids.slice(0, 3))
    await copyFile(join(folder, 'scenes', id, 'target.npy'), join(folder, 'copies', `${id}.npy`));
  const compared = await evaluate(...kind, '--results', 'a copy=copies', '-o', 'compared');
  expect(compared.code).toBe(0);
  const { scores } = JSON.parse(await readFile(join(folder, 'compared/evaluation.json'), 'utf8'));
  const of = (method: string) => scores.filter((score: { method: string }) => score.method === method);
  // Only the first scene has results.
  expect(of('a copy')).toHaveLength(1);
  expect(of('a copy')[0].scores).toEqual(of('input')[0].scores);
});

test.each([
  [['--scenes', 'all', '-o', 'x'], 'Expected simulated, real, change', 2],
  [['--weights', 'missing.safetensors', '-o', 'x'], 'missing.safetensors', 1],
  [['--scenes', 'change', '--results', 'a=b', '-o', 'x'], 'expected results of at least one scene', 1],
  [[], 'Expected --output or --export', 2],
  [['--timeseries', 'copies', '-o', 'x'], 'expected folders of at least four acquisitions', 1],
])('%j is an error, and nothing is written', async (args, message, expected) => {
  const { code, stderr } = await evaluate(...args);
  expect(code).toBe(expected);
  expect(stderr).toContain(message);
  expect(await readdir(folder)).not.toContain('x');
});
