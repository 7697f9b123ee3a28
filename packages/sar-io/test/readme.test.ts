import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
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
  const source = await api.openGeoTiff(join(folder, 'powers.tif'));
  expect(source).toMatchObject({ width: 300, height: 300, bands: [{ name: 'C11' }, { name: 'C22' }] });
  const { image } = await source.read({ x: 0, y: 0, width: 300, height: 300 }, { bands: [1] });
  expect(image.data).toEqual(testImage(1, 300, 300).data);
  await source.close();
});
