import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildSite, launch, serve, withoutChromium } from './support';

it.skipIf(withoutChromium)(
  'the built page opens, its worker answers, and a folder that cannot be read is told',
  async () => {
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
    await page.evaluate(`{
    const read = (_, reject) => reject(new DOMException('The folder could not be read', 'NotReadableError'));
    const folder = { isFile: false, createReader: () => ({ readEntries: read }) };
    const dataTransfer = { items: [{ webkitGetAsEntry: () => folder }] };
    document.querySelector('.drop').dispatchEvent(Object.assign(new Event('drop'), { dataTransfer }));
  }`);
    await page.getByRole('alert').filter({ hasText: 'The folder could not be read' }).waitFor();
    expect(errors).toEqual([]);
    await browser.close();
    await site.close();
    rmSync(folder, { recursive: true });
  },
);
