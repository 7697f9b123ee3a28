import { createImage, haAlpha, planes, Random } from '@mtpi/polsar-priors';
import { lineY } from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import ndarray from 'ndarray';
import { PNG } from 'pngjs';
import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import {
  EntropyAlphaPlane,
  entropyAlphaCounts,
  formatNumber,
  mostTexturedWindows,
  PlotFigure,
  QuicklookRenderer,
  quicklookUrl,
  renderPage,
  renderPlotFile,
  Slider,
} from '../src/index';

const decode = (url: string) =>
  PNG.sync.read(Buffer.from(url.replace('data:image/png;base64,', ''), 'base64'));

test('a page has its sections and links to them, and escapes text', () => {
  const title = 'a <b> & "c"';
  const text = renderPage({
    title,
    generator: title,
    lead: title,
    sections: [
      { id: 'one', title, body: <PlotFigure caption={title} options={{ marks: [] }} /> },
      {
        id: 'two',
        title,
        body: <Slider label={title} width={2} height={1} pairs={[{ name: title, before: '', after: '' }]} />,
      },
    ],
  });
  expect(text).not.toContain('<b> &');
  const { document } = parseHTML(text);
  expect(document.querySelector('meta[name=generator]')?.getAttribute('content')).toBe(title);
  expect(document.querySelector('h1')?.textContent).toBe(title);
  expect(document.querySelector('svg')?.getAttribute('aria-label')).toBe(title);
  const links = Array.from(document.querySelectorAll('nav a'), (link) => link.getAttribute('href'));
  expect(links).toEqual(Array.from(document.querySelectorAll('section[id]'), ({ id }) => `#${id}`));
});

test('a plot is SVG with its data', () => {
  const svg = renderPlotFile({ ariaLabel: '"<&', marks: [lineY([1, 3, 2])] });
  expect(svg).toContain('"&quot;&lt;&amp;"');
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  expect(parseHTML(svg).document.querySelectorAll('path').length).toBeGreaterThan(0);
});

test('a quicklook is stretched like the image of its renderer', () => {
  const image = createImage(2, 10, 10);
  // C11 from −20 to 0 dB: the 2nd and 98th of 100 values are black and white.
  planes(image).forEach((plane) => plane.set(plane.map((_, i) => 10 ** ((i - 99) / 49.5))));
  const renderer = new QuicklookRenderer(image);
  const { width, height, data } = decode(renderer.band(image, 0));
  expect([width, height]).toEqual([10, 10]);
  expect([data[0], data[4 * 99]]).toEqual([0, 255]);
  expect(data[4 * 50] / 255).toBeCloseTo((50 - 2) / 95, 1);
  expect(renderer.range(0)).toBe('−19.6 to −0.4 dB');
});

test('numbers have a minus sign, and – where there is none', () => {
  expect([-11.9, 3, Number.NaN, Infinity].map((value) => formatNumber(value, 2))).toEqual([
    '−11.90',
    '3.00',
    '–',
    '–',
  ]);
});

test('equal images have a gray ratio, invalid pixels none', () => {
  const image = createImage(2, 4, 4);
  image.data.fill(0.3);
  const mask = ndarray(new Uint8Array(16).fill(1), [4, 4]);
  mask.data[5] = 0;
  const { data } = decode(QuicklookRenderer.ratio(image, image, 1, mask));
  expect(data[0] / 255).toBeCloseTo(0.5, 1);
  expect(data[4 * 5 + 3]).toBe(0);
});

test('quicklooks of one to four channels keep their size', () => {
  for (const channels of [1, 2, 3, 4]) {
    const image = ndarray(new Uint8ClampedArray(channels * 6), [channels, 2, 3]);
    expect(decode(quicklookUrl(image))).toMatchObject({ width: 3, height: 2 });
  }
});

test('entropy and alpha are counted where the mask is 1', () => {
  const priors = createImage(3, 1, 3);
  planes(priors)[0].set([0.255, 1, 0.5]);
  planes(priors)[2].set([89.5, 0, 45]);
  const counts = entropyAlphaCounts(priors, ndarray(Uint8Array.of(1, 1, 0), [1, 3]));
  expect(counts[25]).toBe(1);
  expect(counts[89 * 100 + 99]).toBe(1);
  expect(counts.reduce((a, b) => a + b)).toBe(2);
});

test('the outline of the plane of entropy and alpha encloses all covariances', () => {
  const { document } = parseHTML(
    renderToString(<EntropyAlphaPlane caption="" counts={new Float32Array(9000)} />),
  );
  const path = document.querySelector('g[aria-label=line] path')?.getAttribute('d') ?? '';
  const outline = path
    .slice(1)
    .split('L')
    .map((point) => point.split(',').map(Number));
  const [left, right] = [outline[0][0], outline[50][0]];
  const [bottom, top] = [outline[0][1], outline[100][1]];
  const random = new Random(1);
  for (let i = 0; i < 1000; i++) {
    const [c11, c22, phase] = [random.uniform(), random.uniform(), 2 * Math.PI * random.uniform()];
    const c12 = i % 4 === 0 ? 0 : random.uniform() * Math.sqrt(c11 * c22);
    const c2 = ndarray(Float32Array.of(c11, c22, c12 * Math.cos(phase), c12 * Math.sin(phase)), [4, 1, 1]);
    const [H, , alpha] = haAlpha(c2).data;
    const x = left + H * (right - left);
    const after = outline.slice(0, 51).findIndex(([at]) => at >= x - 1e-3);
    const y = bottom + (alpha / 90) * (top - bottom);
    // Between the lower and the upper half, which is its mirror image; a pixel is 0.5°.
    expect(y).toBeLessThan(outline[Math.max(0, after - 1)][1] + 1);
    expect(y).toBeGreaterThan(outline[100 - Math.max(0, after - 1)][1] - 1);
  }
});

test('the most textured windows come first, and none with invalid pixels', () => {
  const image = createImage(2, 8, 12);
  const [plane] = planes(image);
  plane.fill(1);
  for (const [row, col, level] of [
    [1, 1, 2],
    [5, 5, 9],
    [5, 9, 90],
  ])
    plane[row * 12 + col] = level;
  const mask = ndarray(new Uint8Array(96).fill(1), [8, 12]);
  mask.data[7 * 12 + 11] = 0;
  const found = mostTexturedWindows(image, 4, 2, mask);
  expect(found.map(({ x, y }) => [x, y])).toEqual([
    [4, 4],
    [0, 0],
  ]);
});
