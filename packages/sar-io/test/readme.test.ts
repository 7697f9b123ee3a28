import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
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
  expect(source).toMatchObject({ width: 300, height: 300, bands: [{ name: 'C11' }, { name: 'C22' }] });
  const { image } = await source.read({ x: 0, y: 0, width: 300, height: 300 }, { bands: [1] });
  expect(image.data).toEqual(testImage(1, 300, 300).data);
  await source.close();
});

it('the example for browsers runs', async () => {
  const path = join(temporaryFolder(), 'a.tif');
  const sink = await api.createGeoTiff(path, { width: 300, height: 200, bands: ['VV'] });
  await writeInStrips(sink, testImage(1, 200, 300));
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, imports, body] = /```ts\nimport (\{.*\}) from '@mtpi\/sar-io';\n([^`]*)```/.exec(readme)!;
  const run = new Function(
    'api',
    'document',
    `return (async () => { const ${imports} = api; ${body} return blob; })()`,
  );
  const files = [new Blob([readFileSync(path)])];
  const blob: Blob = await run(browser, { querySelector: () => ({ files }) });
  const source = await browser.openGeoTiff(blob);
  const { image } = await source.read({ x: 0, y: 0, width: 300, height: 200 });
  expect(image.data).toEqual(testImage(1, 200, 300).data);
});
