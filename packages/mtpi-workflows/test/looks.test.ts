import type { Acquisition } from '@mtpi/sar-io/node';
import { expect, it } from 'vitest';
import { describeLooks, looksWarnings } from '../src/acquisitions/looks';

const stating = (looks?: string) =>
  ({
    metadata: looks === undefined ? {} : { EQUIVALENT_LOOKS: looks },
    paths: ['a.tif'],
  }) as unknown as Acquisition;

it('looks that an image states are described, else those assumed', () => {
  expect(describeLooks(stating('6.49'))).toBe('6.49');
  expect(describeLooks(stating())).toBe('not stated, 1 to 16 assumed');
});

it('more looks than networks are trained on give a warning', () => {
  const images = [stating('4.52 4.15 3.80'), stating(), stating('16.00'), stating('81.80')];
  expect(looksWarnings(images)).toMatchObject([
    {
      code: 'ManyLooks',
      message: expect.stringMatching(/^81\.8 equivalent looks, more than the 16 /),
      input: 'a.tif',
    },
  ]);
});
