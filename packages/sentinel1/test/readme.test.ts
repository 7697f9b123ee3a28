import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../sar-io/test/support';
import * as api from '../src/index';
import { eof, eofName, smallSafe, writeZip } from './small-safe';

it('the example of Sentinel-1 in the README runs', async () => {
  const folder = temporaryFolder();
  await writeZip(join(folder, 'S1A_IW_SLC.zip'), smallSafe());
  mkdirSync(join(folder, 'orbits'));
  writeFileSync(join(folder, 'orbits', eofName({})), eof());
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const example = /## Sentinel-1 SLC.*?```ts\nimport (\{.*?\}) from '@mtpi\/sentinel1';\n(.*?)```/s.exec(
    readme,
  )!;
  const body = example[2].replace(/'(S1A_IW_SLC\.zip|orbits)'/g, (_, file) =>
    JSON.stringify(join(folder, file)),
  );
  const said: string[] = [];
  const run = new Function('api', 'console', `return (async () => { const ${example[1]} = api; ${body} })()`);
  await run(api, { log: (text: string) => said.push(text) });
  // Lines 5 and 6, samples 1 to 4, |DN|² = 2 (100 · line + sample)², A between the tables of lines 3 and 9.
  expect(said[0]).toMatch(/^mean sigma0 -?\d+\.\d+ dB$/);
  const powers = [5, 6].flatMap((line) =>
    [1, 2, 3, 4].map((x) => {
      const upper = [24, 28, 32, 34][x - 1];
      const lower = [28, 30, 37, 44][x - 1];
      const a = upper + ((lower - upper) * (line - 3)) / 6;
      return (2 * (100 * line + x) ** 2) / a ** 2;
    }),
  );
  const mean = powers.reduce((sum, power) => sum + power, 0) / powers.length;
  expect(Number(said[0].split(' ')[2])).toBeCloseTo(10 * Math.log10(mean), 10);
  expect(said[1]).toBe(`RESORB ${join(folder, 'orbits', eofName({}))}: 21 state vectors`);
});
