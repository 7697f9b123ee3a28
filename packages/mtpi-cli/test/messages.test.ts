import { stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { createImage } from '@mtpi/polsar-priors';
import { createGeoTiff, createPolsarpro } from '@mtpi/sar-io/node';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../sar-io/test/support';
import { SMALL, smallSafe, writeFolder } from '../../sentinel1/test/small-safe';
import { documentedMessages, runMtpi, writeCovariance } from './support';

const folder = temporaryFolder();
const errors: string[] = [];

async function failure(...args: string[]) {
  const { code, stderr } = await runMtpi(folder, args);
  expect(code).toBeGreaterThan(0);
  errors.push(stderr);
}

const product = async (name: string, from: string | RegExp, to: string) => {
  const files = smallSafe();
  files.set('manifest.safe', (files.get('manifest.safe') as string).replace(from, to));
  return writeFolder(join(folder, `${name}.SAFE`), files);
};

const image = (size: number) => {
  const made = createImage(4, size, size);
  made.data.forEach((_, i) => {
    made.data[i] = Math.sqrt(i + 1);
  });
  return made;
};

test('the table of messages quotes what the commands print', async () => {
  const other = SMALL.name.replaceAll('20240305', '20240317').replaceAll('20240306', '20240318');
  const right = await product(SMALL.name, '', '');
  const track = await product(other, '>5<', '>6<');
  const mode = await product(`${SMALL.name}-wv`, '>IW<', '>WV<');
  const single = await product(`${SMALL.name}-vv`, /<s1sarl1:transmitterReceiverPolarisation>VH<.*?>/, '');
  await failure('prepare', right, track, '-o', 'stack');
  await failure('prepare', right, mode, '-o', 'stack');
  await failure('despeckle', '-t', single, '-p', right, '-n', track, '-o', 'out.tif');

  const sink = await createGeoTiff(join(folder, 'VV.tif'), { width: 8, height: 8, bands: ['VV'] });
  await sink.write(createImage(1, 8, 8));
  await sink.close();
  await failure('despeckle', '-t', 'VV.tif', '-p', 'VV.tif', '-n', 'VV.tif', '-o', 'out.tif');

  for (const [name, size] of Object.entries({ target: 64, previous: 64, next: 48 })) {
    const sink = await createPolsarpro(join(folder, name), { width: size, height: size });
    await sink.write(image(size));
    await sink.close();
  }
  await failure('despeckle', '-t', 'target', '-p', 'previous', '-n', 'next', '-o', 'out.tif');

  await writeCovariance(join(folder, 'cut.tif'), image(64), '2024-03-05T00:00:00Z');
  const { size } = await stat(join(folder, 'cut.tif'));
  await truncate(join(folder, 'cut.tif'), size - 100);
  await failure('info', 'cut.tif');

  // The last is of a missing native engine: engines.test.ts.
  const quoted = documentedMessages().slice(0, -1);
  expect(quoted.map((message) => errors.filter((error) => message.test(error)).length)).toEqual(
    errors.map(() => 1),
  );
});
