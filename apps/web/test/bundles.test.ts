import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import { expect, it } from 'vitest';

const PACKAGES = [
  '@mtpi/model',
  '@mtpi/polsar-priors',
  '@mtpi/sar-io',
  '@mtpi/tfjs-onnx',
  '@mtpi/workflows/browser',
];
const ROOT = fileURLToPath(new URL('..', import.meta.url));

it.each(PACKAGES)('%s is built for browsers by esbuild without warnings or modules of Node', async (name) => {
  const { metafile, warnings } = await esbuild({
    stdin: { contents: `export * from '${name}';`, resolveDir: ROOT },
    ...{ bundle: true, write: false, metafile: true, format: 'esm', platform: 'browser', target: 'es2022' },
    conditions: ['@mtpi/source'],
    logLevel: 'silent',
  });
  expect(warnings.map(({ text, location }) => `${location?.file}: ${text}`)).toEqual([]);
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports.map(({ path }) => path));
  expect(imports.filter((path) => path.startsWith('node:') || builtinModules.includes(path))).toEqual([]);
});

it.each(PACKAGES)('%s is built by Vite without warnings', async (name) => {
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  const entry = `${ROOT}entry.ts`;
  const checks = { bundlerTimings: false }; // a warning of slow builds, which come of a busy machine
  await vite({
    configFile: false,
    root: ROOT,
    customLogger: {
      ...{ info: () => {}, clearScreen: () => {}, warn, warnOnce: warn, error: warn },
      ...{ hasWarned: false, hasErrorLogged: () => false },
    },
    resolve: { conditions: ['@mtpi/source', 'module', 'browser', 'production'] },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? entry : undefined),
        load: (id) => (id === entry ? `export * from '${name}';` : undefined),
      },
    ],
    worker: { format: 'es', rolldownOptions: { checks } },
    build: {
      ...{ write: false, minify: false, target: 'es2022', chunkSizeWarningLimit: 100_000 },
      rolldownOptions: { input: entry, preserveEntrySignatures: 'strict', checks },
    },
  });
  expect(warnings).toEqual([]);
});
