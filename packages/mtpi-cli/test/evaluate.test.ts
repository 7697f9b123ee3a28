import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
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

test.each([
  [['--scenes', 'all', '-o', 'x'], 'Expected simulated, real, change', 2],
  [['--weights', 'missing.safetensors', '-o', 'x'], 'missing.safetensors', 1],
  [['--timeseries', '.', '-o', 'x'], 'expected folders of at least four acquisitions', 1],
])('%j is an error, and nothing is written', async (args, message, expected) => {
  const { code, stderr } = await evaluate(...args);
  expect(code).toBe(expected);
  expect(stderr).toContain(message);
  expect(await readdir(folder)).not.toContain('x');
});
