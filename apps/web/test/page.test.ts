import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildSite, launch, serve, withoutChromium } from './support';

it.skipIf(withoutChromium)('the built page opens and its worker answers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'web-'));
  await buildSite(folder);
  const site = await serve(folder);
  const browser = await launch();
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  await page.goto(site.address);
  await page.waitForFunction('crossOriginIsolated');
  const file = { name: 'a_20240101_VV.tif', mimeType: 'image/tiff', buffer: Buffer.from('no image') };
  await page.locator('input[type=file]').setInputFiles(file);
  await page.getByRole('alert').filter({ hasText: file.name }).waitFor();
  expect(errors).toEqual([]);
  await browser.close();
  await site.close();
  rmSync(folder, { recursive: true });
});
