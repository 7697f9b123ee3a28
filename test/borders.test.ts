import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { afterAll, expect, it } from 'vitest';
import borders from '../.dependency-cruiser.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The rules that the packages in a folder break: "RULE: FROM → TO". */
async function violations(baseDir: string): Promise<string[]> {
  const { forbidden, options } = borders;
  const { output } = await cruise(
    ['packages'],
    {
      ...options,
      baseDir,
      validate: true,
      ruleSet: { forbidden },
      exclude: '/(dist|out-tsc|test|node_modules)/',
    },
    options.enhancedResolveOptions,
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
});
