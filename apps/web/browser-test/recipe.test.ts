import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COVARIANCE_BANDS } from '@mtpi/polsar-priors';
import { createGeoTiffBlob, openGeoTiff } from '@mtpi/sar-io';
import { build } from 'vite';
import { expect, it } from 'vitest';
import { exampleFiles } from '../src/worker/example';
import { launch, ROOT, serve, withoutChromium } from '../test/support';

it.skipIf(withoutChromium)('the page in the README of @mtpi/model despeckles', async () => {
  const readme = readFileSync(join(ROOT, '../../packages/mtpi-model/README.md'), 'utf8');
  const recipe = readme.slice(readme.indexOf('## In a web page'));
  const [html, script, config] = [...recipe.matchAll(/```\w+\n(.*?)```/gs)].map(([, code]) => code);
  expect(`${html}${script}${config}`.split('\n').length).toBeLessThan(50);
  const folder = mkdtempSync(join(ROOT, 'recipe-'));
  try {
    writeFileSync(join(folder, 'index.html'), html);
    writeFileSync(join(folder, 'main.js'), script);
    writeFileSync(join(folder, 'vite.config.js'), config);
    const { default: options } = await import(join(folder, 'vite.config.js'));
    const conditions = ['@mtpi/source', 'module', 'browser', 'production'];
    await build({
      ...options,
      configFile: false,
      root: folder,
      base: './',
      logLevel: 'error',
      resolve: { conditions },
    });
    const site = await serve(join(folder, 'dist'));
    const browser = await launch();
    const page = await browser.newPage();
    await page.goto(site.address);
    await page.locator('input').setInputFiles(await intensities());
    const downloading = page.waitForEvent('download');
    await page.getByText('Save').click({ timeout: 120_000 });
    const raster = await openGeoTiff(new Blob([readFileSync(await (await downloading).path())]));
    expect(raster).toMatchObject({ width: 64, height: 64 });
    expect(raster.bands.map(({ name }) => name)).toEqual(['VV', 'VH']);
    await browser.close();
    await site.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** The example with the intensities alone. */
async function intensities() {
  const files = [];
  for (const file of await exampleFiles(64)) {
    const raster = await openGeoTiff(file);
    const { width, height, georeference, metadata } = raster;
    const bands = [COVARIANCE_BANDS.indexOf('C11'), COVARIANCE_BANDS.indexOf('C22')];
    const { image } = await raster.read({ x: 0, y: 0, width, height }, { bands });
    const sink = await createGeoTiffBlob({ width, height, bands: ['VV', 'VH'], georeference, metadata });
    await sink.write(image);
    const buffer = Buffer.from(await (await sink.close()).arrayBuffer());
    files.push({ name: file.name, mimeType: 'image/tiff', buffer });
  }
  return files;
}
