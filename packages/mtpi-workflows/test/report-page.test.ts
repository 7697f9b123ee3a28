import { createImage, planes } from '@mtpi/polsar-priors';
import { parseHTML } from 'linkedom';
import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { reportPage } from '../src/report/page';

test('the report says what it shows, with the range of its pictures; negative numbers have one sign', () => {
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
      calibration: 'gamma0',
      provenance: {
        acquired: '2022-11-14T01:59:01Z',
        previous: 'p.tif (2022-11-02), o.tif (2022-10-21)',
        next: 'n.tif (2022-11-26)',
        'relative orbit': '137',
        'change in mean backscatter': 'VV -0.11 dB, VH -0.20 dB',
        command: 'mtpi -t t.tif --crop -1',
      },
    }),
  );
  const texts = (selector: string) =>
    Array.from<Element>(document.querySelectorAll(selector)).map(({ textContent }) => textContent);
  expect(texts('header > p')).toEqual([
    '2022-11-14 01:59 UTC, relative orbit 137, gamma0; despeckled with 2022-10-21, 2022-11-02 and 2022-11-26; ' +
      '10 × 10 pixels, 100.0 % valid',
  ]);
  expect(texts('option')).toEqual(['VV, VH, VV/VH', 'VV', 'VH']);
  expect(texts('figure.slider figcaption > *')).toEqual([
    'red VV, −19.6 to −0.4 dB; green VH, −19.6 to −0.4 dB; blue VV/VH, −5.0 to 5.0 dB',
    'VV, −19.6 to −0.4 dB',
    'VH, −19.6 to −0.4 dB',
  ]);
  expect(texts('#figures tbody th').slice(0, 2)).toEqual(['mean gamma0 before, dB', 'mean gamma0 after, dB']);
  expect(texts('#figures .number').slice(0, 4)).toEqual(['−10.00', '−10.00', '−13.01', '−13.01']);
  expect(texts('#figures .number').at(-1)).toBe('–');
  expect(texts('#provenance td').slice(-2)).toEqual(['VV −0.11 dB, VH −0.20 dB', 'mtpi -t t.tif --crop -1']);
});
