import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { haAlpha, lee, Random, simulateScene } from '../src/index';

it('is bundled for browsers without Node modules, and computes the same there', async () => {
  const { outputFiles, warnings } = await build({
    entryPoints: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    globalName: 'priors',
    conditions: ['@mtpi/source'],
  });
  expect(warnings).toEqual([]);
  // A context without `process`, `Buffer` and `require`.
  const context = createContext({});
  runInContext(outputFiles[0].text, context);
  const script = `
    const scene = priors.simulateScene({ rows: 12, cols: 16, random: new priors.Random(1) });
    [...priors.haAlpha(priors.lee(scene.reflectivity)).data];
  `;
  const { reflectivity } = simulateScene({ rows: 12, cols: 16, random: new Random(1) });
  expect([...runInContext(script, context)]).toEqual([...haAlpha(lee(reflectivity)).data]);
});
