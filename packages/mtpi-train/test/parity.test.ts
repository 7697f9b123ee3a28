import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = join(root, '../shared/fixtures/reference');
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** Needs the fixtures that the published code computed, beside the repository; skipped without them. */
test.skipIf(!existsSync(folder))(
  'every module agrees with the published code',
  { timeout: 300_000 },
  async () => {
    const args = ['--conditions=@mtpi/source', '--import', tsx, join(root, 'parity/parity.ts'), folder];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
    const verdicts = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]);
    expect(verdicts.length).toBeGreaterThanOrEqual(14);
    expect(new Set(verdicts)).toEqual(new Set(['ok']));
  },
);
