import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { acquisitionSource, loadDespeckler } from '@mtpi/model';
import type { Window } from '@mtpi/polsar-priors';
import { acquisitionOf, createGeoTiffBlob, crsOf, openGeoTiff } from '@mtpi/sar-io';
import axe from 'axe-core';
import ndarray from 'ndarray';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleFiles } from '../src/worker/example';
import { buildSite, launch, type Site, serve, withoutChromium } from '../test/support';

const OPERA = fileURLToPath(
  new URL('../../../../shared/data/opera-rtc-timeseries/292318-IW2', import.meta.url),
);
const folder = mkdtempSync(join(tmpdir(), 'web-'));

let site: Site;
let browser: Browser;
let context: BrowserContext;
let page: Page;

/** Three acquisitions of 64 × 64 pixels. */
let small: string[];

describe.skipIf(withoutChromium)(`the page${withoutChromium ? ` (${withoutChromium})` : ''}`, () => {
  beforeAll(async () => {
    await buildSite(join(folder, 'site'));
    small = [];
    for (const file of await exampleFiles(64)) {
      small.push(join(folder, file.name));
      writeFileSync(small.at(-1)!, Buffer.from(await file.arrayBuffer()));
    }
    site = await serve(join(folder, 'site'));
    browser = await launch();
    context = await browser.newContext({ acceptDownloads: true });
    page = await open();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await site?.close();
    rmSync(folder, { recursive: true });
  });

  it('opens with less than 500 kB, isolates itself, and axe finds nothing serious', async () => {
    const sizes = site.requests
      .filter((path) => !path.endsWith('/'))
      .map((path) => readFileSync(join(folder, 'site', path)).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(500_000);
    expect(await page.evaluate('crossOriginIsolated')).toBe(true);
    expect(await seriousViolations()).toEqual([]);
  });

  it('despeckles the example with the numbers of Node', async () => {
    await page.getByRole('button', { name: 'Try the example' }).click();
    await done();
    expect(await seriousViolations()).toEqual([]);
    await compare(await saved('Save GeoTIFF'), await inNode(await exampleFiles(), 'mtpi'));
  });

  it('shows statistics, a profile, other pictures; saves a PNG and a report', async () => {
    await page.getByRole('radio', { name: 'Box' }).check();
    await drag(0.6, 0.4, 0.7, 0.5);
    await page.getByRole('cell').first().waitFor();
    await page.getByRole('radio', { name: 'Line' }).check();
    await drag(0.55, 0.3, 0.8, 0.6);
    await page.getByRole('img', { name: 'VV along the line' }).waitFor();
    await page.getByRole('radio', { name: 'Box' }).check();
    await page.locator('.stage canvas').press('Enter'); // without a pointer
    await page.getByText('pixels at column 89').waitFor();
    expect(await seriousViolations()).toEqual([]);
    for (const name of ['Color', 'Ratio VV', 'VH'])
      await page.getByRole('radio', { name, exact: true }).check();
    expect(
      readFileSync(await saved('Save PNG'))
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    expect(readFileSync(await saved('Save report'), 'utf8')).toMatch(
      /^<!doctype html>[\s\S]*simulated_20240515/,
    );
  });

  it('says when the result cannot be drawn or measured', async () => {
    await failOnce('createImageBitmap', 'no memory for a picture');
    await page.getByRole('radio', { name: 'VV', exact: true }).check();
    await expectProblem('no memory for a picture');
    for (const tool of ['Box', 'Line']) {
      await failOnce('Math.log10', `no memory for a ${tool}`);
      await page.getByRole('radio', { name: tool }).check();
      await page.locator('.stage canvas').press('Enter');
      await expectProblem(`no memory for a ${tool}`);
    }
  });

  it.each([
    ['the image before', 1, 'no memory'],
    ['a tile', 2, 'A tile could not be drawn: no memory'],
  ])('says when %s cannot be drawn, and goes on', async (_, call, message) => {
    await choose(small);
    await page.getByLabel('Quality').selectOption('mtpi-small');
    await failOnce('createImageBitmap', 'no memory', call);
    await page.getByRole('button', { name: /^Despeckle 2/ }).click();
    await page.getByRole('button', { name: 'Save GeoTIFF' }).waitFor({ timeout: 160_000 });
    expect(await page.getByRole('alert').allTextContents()).toEqual([message]);
  });

  it('closes the channel of the progress when a scene is done', async () => {
    await choose(small);
    await page.getByLabel('Quality').selectOption('mtpi-small');
    await page.evaluate(`{
      const { close } = MessagePort.prototype;
      globalThis.closedPorts = 0;
      MessagePort.prototype.close = function () {
        globalThis.closedPorts++;
        close.call(this);
      };
    }`);
    await despeckle();
    await expect.poll(() => page.evaluate('closedPorts')).toBe(1);
  });

  it('despeckles on WebGPU, here emulated, with the numbers of Node', async () => {
    await choose(small);
    await page.getByLabel('Quality').selectOption('mtpi-small');
    await page.getByLabel('Runs on').selectOption('webgpu');
    await despeckle();
    await compare(await saved('Save GeoTIFF'), await inNode(await exampleFiles(64), 'mtpi-small'));
  });

  it('despeckles six OPERA RTC files; GDAL places the result rightly', async () => {
    const files = operaFiles(3);
    await choose(files);
    await page.getByLabel('Quality').selectOption('mtpi-small');
    await despeckle();
    const result = gdalinfo(await saved('Save GeoTIFF'));
    const original = gdalinfo(files.find((name) => /_20211125.*VV/.test(name))!);
    for (const key of ['size', 'geoTransform', 'cornerCoordinates'])
      expect(result[key]).toEqual(original[key]);
    expect(result.stac['proj:epsg']).toBe(original.stac['proj:epsg']);
    expect(result.metadata.IMAGE_STRUCTURE.LAYOUT).toBe('COG');
    expect(result.bands.map(({ description }: { description: string }) => description)).toEqual(['VV', 'VH']);
  });

  it('takes a series of five dates, and the date to despeckle', async () => {
    const other = join(folder, 'notes.xml');
    writeFileSync(other, '<notes/>');
    await choose([...operaFiles(5), other], 10);
    await page.getByText('Ignored (masks, or not GeoTIFF): notes.xml').waitFor();
    await page.getByLabel('Quality').selectOption('mtpi-small');
    await page.getByRole('radio', { name: 'Despeckle 2021-11-25' }).check();
    await despeckle();
    expect(await page.getByRole('heading', { level: 2 }).textContent()).toMatch('2021-11-25');
    await page.getByRole('button', { name: 'Back to the files' }).click();
    await page.getByRole('button', { name: 'Despeckle 2021-11-25' }).waitFor();
  });

  it('leaves out dates of another orbit', async () => {
    const others: string[] = [];
    for (const [i, file] of (await exampleFiles(64)).slice(0, 2).entries()) {
      const source = await openGeoTiff(file);
      const { width, height, bands, georeference } = source;
      const sink = await createGeoTiffBlob({
        ...{ width, height, georeference, bands: bands.map(({ name }) => name) },
        metadata: { ACQUISITION_TIME: `2024-05-${['09', '21'][i]}T17:00:00.000Z` },
      });
      const { image, mask } = await source.read({ x: 0, y: 0, width, height });
      await sink.write(image, mask);
      others.push(join(folder, `evening_${i}.tif`));
      writeFileSync(others[i], Buffer.from(await (await sink.close()).arrayBuffer()));
    }
    await choose([...small, ...others], 5);
    await page
      .getByText('2024-05-09, 2024-05-21: Acquired from another orbit than the date to despeckle; left out')
      .waitFor();
    await page.getByLabel('Quality').selectOption('mtpi-small');
    await despeckle();
    await compare(await saved('Save GeoTIFF'), await inNode(await exampleFiles(64), 'mtpi-small'));
  });

  it('says of wrong files what is wrong, and takes corrections', async () => {
    const text = join(folder, 'notes_20240101.tif');
    writeFileSync(text, 'no image');
    await choose([text]);
    await expectProblem('notes_20240101.tif is not a GeoTIFF');
    await choose(operaFiles(2));
    await expectProblem('Three dates are needed');
    await choose(operaFiles(3).slice(1));
    await expectProblem('2021-11-19: VH is missing');
    await choose([small[0], small[1], ...operaFiles(3).slice(0, 2)]);
    await expectProblem('Some dates are covariances and some are intensities');
    const apart = [0, 10, 500].map((x) => ({ x, y: 0, width: 64, height: 64 }));
    await choose(await flatScenes('apart', apart));
    await expectProblem('2024-01-12 does not overlap 2024-01-11');
    const slc = join(folder, 's1a-iw1-slc-vv-20240111t051600-20240111t051625-052000-064000-004.tiff');
    writeFileSync(slc, '');
    await choose([slc]);
    await expectProblem('is a Sentinel-1 product in radar geometry');
    const undated = join(folder, 'scene.tif');
    writeFileSync(undated, readFileSync(small[2]));
    await choose([small[0], small[1], undated]);
    await page.getByLabel('Date of scene.tif').fill('2024-05-15');
    await expectProblem('2024-05-15: more than one file of C2');
    await page.getByLabel('Date of scene.tif').fill('2024-06-08');
    await page.getByRole('button', { name: 'Despeckle 2024-05-15' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('reads addresses, and says when a server does not let it', async () => {
    const [open, closed] = [await serve(folder, { cors: true }), await serve(folder)];
    const addresses = (server: Site) => small.map((path) => path.replace(folder, server.address)).join('\n');
    for (const server of [closed, open]) {
      await page.reload();
      await page.getByText('Or enter web addresses').click();
      await page.getByLabel('Web addresses, one per line').fill(addresses(server));
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      if (server === closed) await expectProblem('does not let pages of other sites read its files (CORS)');
    }
    await page.getByRole('button', { name: 'Despeckle 2024-05-15' }).click();
    await done();
    for (const server of [open, closed]) await server.close();
  });

  it('despeckles an area of a large scene, placed where it was', async () => {
    const whole = { x: 0, y: 0, width: 2100, height: 2000 };
    await choose(await flatScenes('large', [whole, whole, whole]));
    await page.locator('.chosen').waitFor();
    const area = { Column: 300, Row: 200, Width: 64, Height: 80 };
    for (const name of ['Width', 'Height', 'Column', 'Row'] as const) {
      await page.getByLabel(name, { exact: true }).fill(String(area[name]));
      await page.getByLabel(name, { exact: true }).blur();
    }
    await page.getByLabel('Quality').selectOption('mtpi-small');
    await despeckle();
    const { size, geoTransform } = gdalinfo(await saved('Save GeoTIFF'));
    expect(size).toEqual([64, 80]);
    expect(geoTransform).toEqual([5e5 + 300 * 10, 10, 0, 5e6 - 200 * 10, 0, -10]);
  });

  it('crops dates of different extents to the area they share', async () => {
    const size = { width: 96, height: 96 };
    const corners = [
      { x: 0, y: 0 },
      { x: 16, y: 0 },
      { x: 0, y: 24 },
    ];
    await choose(
      await flatScenes(
        'shifted',
        corners.map((corner) => ({ ...corner, ...size })),
      ),
    );
    await page.getByText('cropped to the 80 × 72 pixels at (0, 24) of 96 × 96').waitFor();
    await page.getByLabel('Quality').selectOption('mtpi-small');
    await despeckle();
    const result = gdalinfo(await saved('Save GeoTIFF'));
    expect(result.size).toEqual([80, 72]);
    expect(result.geoTransform).toEqual([5e5 + 16 * 10, 10, 0, 5e6 - 24 * 10, 0, -10]);
  });

  it('stops at once when cancelled, and starts again', async () => {
    page = await open(); // whose workers are all its own: those of a page that was left may still be listed
    await choose(operaFiles(3));
    await page.getByRole('button', { name: /^Despeckle 2/ }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: /^Despeckle 2/ }).waitFor();
    await expect.poll(() => page.workers().length, { timeout: 20_000 }).toBe(0);
    await page.reload();
    await page.getByRole('button', { name: 'Try the example' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Try the example' }).waitFor(); // without files half read
    await choose(small);
    await despeckle();
  });

  it('works without a network after the first visit', async () => {
    await context.setOffline(true);
    await site.close();
    await choose(small);
    await despeckle();
  });
});

async function open(): Promise<Page> {
  const opened = await context.newPage();
  await opened.goto(site.address);
  await opened.waitForFunction('crossOriginIsolated');
  await opened.getByRole('heading', { level: 1 }).waitFor();
  return opened;
}

/** @param count Of these so many are images. */
async function choose(files: readonly string[], count = files.length): Promise<void> {
  await page.reload();
  await page.locator('input[type=file]').setInputFiles(files);
  await page
    .locator('.files .name')
    .nth(count - 1)
    .waitFor();
  await page.getByText('reading …').first().waitFor({ state: 'detached' });
}

async function despeckle(): Promise<void> {
  await page.getByRole('button', { name: /^Despeckle 2/ }).click();
  await done();
}

/** Waits for the result. */
async function done(): Promise<void> {
  const save = page.getByRole('button', { name: 'Save GeoTIFF' });
  await save.or(page.getByRole('alert')).waitFor({ timeout: 160_000 });
  expect(await page.getByRole('alert').allTextContents()).toEqual([]);
}

const expectProblem = (text: string) => page.getByRole('alert').filter({ hasText: text }).waitFor();

/** Has a function in the worker throw once, at a call from now on. */
async function failOnce(name: string, message: string, call = 1): Promise<void> {
  // Workers of a page that was left may still be listed, before the one of this page.
  const worker = page.workers().findLast((some) => some.url().includes('workbench'))!;
  await worker.evaluate(`(() => {
    const original = ${name};
    let calls = 0;
    ${name} = (...values) => {
      if (++calls === ${call}) throw new Error('${message}');
      return original(...values);
    };
  })()`);
}

async function saved(button: string): Promise<string> {
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  const download = await downloading;
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

/** Draws on the scene, from and to shares of its canvas. */
async function drag(x0: number, y0: number, x1: number, y1: number): Promise<void> {
  const canvas = page.locator('.stage canvas');
  await canvas.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await canvas.boundingBox())!;
  await page.mouse.move(x + x0 * width, y + y0 * height);
  await page.mouse.down();
  await page.mouse.move(x + x1 * width, y + y1 * height);
  await page.mouse.up();
}

/** The first dates of a series of OPERA RTC products, VH before VV. */
const operaFiles = (dates: number): string[] =>
  readdirSync(OPERA)
    .sort()
    .slice(0, 2 * dates)
    .map((name) => join(OPERA, name));

/** Dates of one value in VV and one in VH, each at its place in one lattice of pixels. */
async function flatScenes(name: string, places: readonly Window[]): Promise<string[]> {
  const paths: string[] = [];
  for (const [i, { x, y, width, height }] of places.entries()) {
    const transform = [5e5 + 10 * x, 10, 0, 5e6 - 10 * y, 0, -10] as const;
    const georeference = { crs: crsOf(32633), transform };
    const sink = await createGeoTiffBlob({ width, height, bands: ['VV', 'VH'], georeference });
    const [size, power] = [width * height, (10 + i) / 100];
    const image = ndarray(new Float32Array(2 * size).fill(power), [2, height, width]);
    image.data.fill(power / 4, size);
    await sink.write(image);
    paths.push(join(folder, `${name}_202401${10 + i}.tif`));
    writeFileSync(paths.at(-1)!, Buffer.from(await (await sink.close()).arrayBuffer()));
  }
  return paths;
}

async function inNode(files: readonly File[], weights: string): Promise<Float32Array> {
  const dates = await Promise.all(files.map(async (file) => acquisitionOf([await openGeoTiff(file)])));
  const [previous, target, next] = dates;
  const source = acquisitionSource({ target, previous, next });
  const { width, height } = source;
  const despeckler = await loadDespeckler(weights);
  const result = new Float32Array(4 * width * height);
  for await (const { y, image } of despeckler.despeckle(source)) {
    const [bands, rows] = image.shape;
    for (let b = 0; b < bands; b++)
      for (let r = 0; r < rows; r++)
        for (let c = 0; c < width; c++) result[(b * height + y + r) * width + c] = image.get(b, r, c);
  }
  await despeckler.dispose();
  return result;
}

/** Compares the covariance in a file with one computed in Node, relative to the power. */
async function compare(path: string, expected: Float32Array): Promise<void> {
  const raster = await openGeoTiff(new Blob([readFileSync(path)]));
  const { width, height } = raster;
  const { image } = await raster.read({ x: 0, y: 0, width, height }, { bands: [0, 1, 2, 3] });
  const size = width * height;
  let largest = 0;
  for (let i = 0; i < image.data.length; i++) {
    const [c11, c22] = [expected[i % size], expected[size + (i % size)]];
    const power = i < size ? c11 : i < 2 * size ? c22 : Math.sqrt(c11 * c22);
    largest = Math.max(largest, Math.abs(image.data[i] - expected[i]) / power);
  }
  console.log(`largest difference from Node: ${largest.toExponential(1)} of the power`);
  expect(largest).toBeLessThan(1e-4);
}

const gdalinfo = (path: string) =>
  JSON.parse(execFileSync('gdalinfo', ['-json', path], { encoding: 'utf8' }));

/** Violations of impact serious or critical that axe finds. */
async function seriousViolations(): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: inPage } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await inPage.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}
