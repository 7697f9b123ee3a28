import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { afterAll, expect, it } from 'vitest';

/**
 * Which packages each may import: by name, through what their entry points export. Nothing leads back in a circle.
 */
const BORDERS: Record<string, string[]> = {
  errors: [],
  jobs: [],
  'polsar-priors': ['errors'],
  'tfjs-onnx': ['errors', 'jobs'],
  'sar-io': ['errors', 'jobs', 'polsar-priors'],
  sentinel1: ['errors', 'jobs', 'polsar-priors', 'sar-io'],
  'mtpi-layers': ['errors', 'jobs'],
  'mtpi-model': ['errors', 'jobs', 'mtpi-layers', 'polsar-priors', 'tfjs-onnx'],
  'mtpi-train': [
    'errors',
    'jobs',
    'mtpi-layers',
    'mtpi-model',
    'pages',
    'polsar-priors',
    'sar-io',
    'tfjs-onnx',
  ],
  pages: ['polsar-priors', 'sar-io'],
  'mtpi-evaluate': ['errors', 'jobs', 'mtpi-model', 'pages', 'polsar-priors', 'sar-io'],
  'mtpi-workflows': [
    'errors',
    'jobs',
    'mtpi-model',
    'pages',
    'polsar-priors',
    'sar-io',
    'sentinel1',
    'tfjs-onnx',
  ],
  'mtpi-cli': [
    'errors',
    'jobs',
    'mtpi-evaluate',
    'mtpi-model',
    'mtpi-train',
    'mtpi-workflows',
    'polsar-priors',
    'sar-io',
    'sentinel1',
    'tfjs-onnx',
  ],
};

/** Which of its other folders each folder of mtpi-workflows may import. */
const FOLDERS: Record<string, string[]> = {
  align: [],
  output: [],
  acquisitions: ['align', 'output'],
  result: ['acquisitions', 'output'],
  report: ['acquisitions', 'result'],
  despeckle: ['acquisitions', 'align', 'output', 'report', 'result'],
  inspect: ['acquisitions', 'output', 'result'],
};

const sources = (names: string[]) => `^packages/(${names.join('|')})/`;

const forbidden: IForbiddenRuleType[] = [
  { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
  {
    name: 'sources-do-not-import-tests',
    severity: 'error',
    from: { path: '^packages/[^/]+/src/' },
    to: { path: '^packages/[^/]+/test/' },
  },
  {
    name: 'other-packages-by-name-only',
    severity: 'error',
    from: { path: '^packages/([^/]+)/src/' },
    to: { path: '^packages/', pathNot: '^packages/$1/', dependencyTypes: ['local'] },
  },
  ...Object.entries(BORDERS).map(
    ([name, allowed]): IForbiddenRuleType => ({
      name: `border-of-${name}`,
      severity: 'error',
      from: { path: `^packages/${name}/src/` },
      to: { path: '^packages/', pathNot: sources([name, ...allowed]) },
    }),
  ),
  ...Object.entries(FOLDERS).map(
    ([name, allowed]): IForbiddenRuleType => ({
      name: `folder-${name}-of-mtpi-workflows`,
      severity: 'error',
      from: { path: `^packages/mtpi-workflows/src/${name}/` },
      to: {
        path: '^packages/mtpi-workflows/src/[^/]+/',
        pathNot: `^packages/mtpi-workflows/src/(${[name, ...allowed].join('|')})/`,
      },
    }),
  ),
];

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The rules that packages and apps in a folder break: "RULE: FROM → TO". */
async function violations(baseDir: string): Promise<string[]> {
  const { output } = await cruise(
    ['packages', 'apps'],
    {
      baseDir,
      validate: true,
      ruleSet: { forbidden },
      doNotFollow: { path: 'node_modules' },
      exclude: { path: '/(dist|out-tsc|test)/' },
      tsPreCompilationDeps: true,
    },
    { conditionNames: ['@mtpi/source', 'import', 'require', 'node', 'default'], exportsFields: ['exports'] },
    { tsConfig: extractTSConfig(join(ROOT, 'tsconfig.base.json')) },
  );
  return (output as ICruiseResult).summary.violations.map(
    ({ rule, from, to }) => `${rule.name}: ${from} → ${to}`,
  );
}

it('packages keep to their borders, and imports lead in no circle', async () => {
  expect(await violations(ROOT)).toEqual([]);
});

it('imports across a border are found', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'borders-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const files = {
    'packages/sentinel1/src/index.ts': 'export const product = 1;',
    'packages/sar-io/src/raster.ts':
      "import { product } from '../../sentinel1/src/index';\nexport const raster = product;",
    'packages/pages/src/a.ts': "import { b } from './b';\nexport const a = () => b;",
    'packages/pages/src/b.ts': "import { a } from './a';\nexport const b = () => a;",
    'apps/web/src/c.ts': "import type { D } from './d';\nexport type C = D[];",
    'apps/web/src/d.ts': "import type { C } from './c';\nexport type D = C[];",
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const found = await violations(folder);
  expect(found).toContain(
    'border-of-sar-io: packages/sar-io/src/raster.ts → packages/sentinel1/src/index.ts',
  );
  expect(found).toContain(
    'other-packages-by-name-only: packages/sar-io/src/raster.ts → packages/sentinel1/src/index.ts',
  );
  expect(found).toContain('no-circles: packages/pages/src/a.ts → packages/pages/src/b.ts');
  expect(found).toContain('no-circles: apps/web/src/c.ts → apps/web/src/d.ts');
});
