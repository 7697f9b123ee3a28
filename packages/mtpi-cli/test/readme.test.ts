import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const packages = ['errors', 'jobs', 'mtpi-layers', 'mtpi-model', 'mtpi-train', 'polsar-priors', 'tfjs-onnx'];
const folderOf = (name: string) => join(root, 'packages', name, 'coverage');
const exampleOf = (name: string) => join(folderOf(name), 'readme-example.ts');

/** The first example of each README, as a module of its package. */
beforeAll(() => {
  for (const name of packages) {
    const readme = readFileSync(join(root, 'packages', name, 'README.md'), 'utf8');
    const [, example] = /```ts\n(.*?)```/s.exec(readme) as RegExpExecArray;
    mkdirSync(folderOf(name), { recursive: true });
    writeFileSync(exampleOf(name), example);
  }
});

afterAll(() => {
  for (const name of packages) rmSync(exampleOf(name));
});

test('the examples of the READMEs have no type errors', () => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const program = ts.createProgram(packages.map(exampleOf), {
    ...options,
    ...{ composite: false, declaration: false, emitDeclarationOnly: false, noEmit: true },
    noUnusedLocals: false,
  });
  const errors = packages.flatMap((name) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(exampleOf(name)))
      .map(({ messageText }) => `${name}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`),
  );
  expect(errors).toEqual([]);
});

test.each(packages)('the example of %s runs', async (name) => {
  const typescript = join(root, 'scripts/typescript.mjs');
  await promisify(execFile)(process.execPath, [
    '--conditions=@mtpi/source',
    ...['--import', typescript],
    exampleOf(name),
  ]);
});
