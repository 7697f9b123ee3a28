import { createImage, planes } from '@mtpi/polsar-priors';
import { parseHTML } from 'linkedom';
import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { reportPage } from '../src/report/page';

test('the report states the range of its pictures, and negative numbers have one sign', () => {
  const image = createImage(2, 10, 10);
  // From −20 to 0 dB, of which the 2nd and 98th percentile are black and white.
  for (const plane of planes(image)) plane.set(plane.map((_, i) => 10 ** ((i - 99) / 49.5)));
  const picture = { image, mask: ndarray(new Uint8Array(100).fill(1), [10, 10]) };
  const band = { before: 0.1, after: 0.05, ratio: 1, enlBefore: 1, enlAfter: Number.NaN };
  const { document } = parseHTML(
    reportPage({
      title: 'a',
      comparison: {
        ...{ before: picture, after: picture, factor: 1, valid: 1 },
        bands: ['VV', 'VH'].map((name) => ({ ...band, name })),
      },
      zooms: [],
      scene: { width: 10, height: 10, georeference: {} },
      channels: ['VV', 'VH'],
      provenance: {
        'change in mean backscatter': 'VV -0.11 dB, VH -0.20 dB',
        command: 'mtpi -t t.tif --crop -1',
      },
    }),
  );
  const texts = (selector: string) =>
    Array.from<Element>(document.querySelectorAll(selector)).map(({ textContent }) => textContent);
  expect(texts('option')).toEqual([
    'red VV, −19.6 to −0.4 dB; green VH, −19.6 to −0.4 dB; blue VV/VH, −5.0 to 5.0 dB',
    'VV, −19.6 to −0.4 dB',
    'VH, −19.6 to −0.4 dB',
  ]);
  expect(texts('#figures .number').slice(0, 4)).toEqual(['−10.00', '−10.00', '−13.01', '−13.01']);
  expect(texts('#figures .number').at(-1)).toBe('–');
  expect(texts('#provenance td')).toEqual(['VV −0.11 dB, VH −0.20 dB', 'mtpi -t t.tif --crop -1']);
});
