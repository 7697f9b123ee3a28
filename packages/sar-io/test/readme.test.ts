import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import * as browser from '../src/index';
import * as api from '../src/node';
import { temporaryFolder, testImage, writeInStrips } from './support';

it('the example of the README runs', async () => {
  const folder = temporaryFolder();
  for (const name of ['20240305_VV.tif', '20240305_VH.tif']) {
    const sink = await api.createGeoTiff(join(folder, name), { width: 300, height: 300, bands: ['power'] });
    await writeInStrips(sink, testImage(1, 300, 300));
  }
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, imports, body] = /```ts\nimport (\{.*\}) from '@mtpi\/sar-io\/node';\n([^`]*)```/.exec(readme)!;
  const inFolder = body.replace(/'([^']*\.tif)'/g, (_, file) => JSON.stringify(join(folder, file)));
  await new Function('api', `return (async () => { const ${imports} = api; ${inFolder} })()`)(api);
  const source = await api.openGeoTiff(join(folder, 'intensities.tif'));
  expect(source).toMatchObject({ width: 300, height: 300, bands: [{ name: 'VV' }, { name: 'VH' }] });
  const { image } = await source.read({ x: 0, y: 0, width: 300, height: 300 }, { bands: [1] });
  expect(image.data).toEqual(testImage(1, 300, 300).data);
  await source.close();
});

it('the example for browsers runs', async () => {
  const path = join(temporaryFolder(), 'a.tif');
  const sink = await api.createGeoTiff(path, { width: 300, height: 200, bands: ['VV'] });
  await writeInStrips(sink, testImage(1, 200, 300));
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  // The compiler checks the types of the copy.
  const copy = readFileSync(new URL('browser-example.ts', import.meta.url), 'utf8');
  const example = copy.replace("'../src/index'", "'@mtpi/sar-io'").replace('export const', 'const');
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
  const files = [new Blob([readFileSync(path)])];
  vi.stubGlobal('document', { querySelector: () => ({ files }) });
  const { blob } = await import('./browser-example').finally(() => vi.unstubAllGlobals());
  const source = await browser.openGeoTiff(blob);
  const { image } = await source.read({ x: 0, y: 0, width: 300, height: 200 });
  expect(image.data).toEqual(testImage(1, 200, 300).data);
});
