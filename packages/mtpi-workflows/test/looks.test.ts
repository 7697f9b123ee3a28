import type { Acquisition } from '@mtpi/sar-io/node';
import { expect, it } from 'vitest';
import { calibrationOf, describeCalibration } from '../src/acquisitions/calibration';
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

it('squared digital numbers have no calibration, whatever names say', () => {
  const message = 'uint16 values; interpreted as amplitude and squared, not calibrated';
  const warnings: Acquisition['warnings'] = [
    { code: 'ScaleAssumed', severity: 'note', message, input: 'a.tif' },
  ];
  const named = { metadata: {}, calibration: 'sigma0', warnings: [] } as const;
  expect([describeCalibration(named), calibrationOf(named)]).toEqual(['sigma0, from the names', 'sigma0']);
  const numbers = { ...named, warnings };
  expect(calibrationOf(numbers)).toBeUndefined();
  expect(describeCalibration(numbers)).toBe('none: squared digital numbers (the names say sigma0)');
  expect(describeCalibration({ metadata: {}, warnings })).toBe('none: squared digital numbers');
});
