import { formatUtc, isSarIoError, parseUtc } from '@mtpi/sar-io';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('UTC', () => {
  it('keeps microseconds', () => {
    expect(parseUtc('2021-04-01T05:26:24.209990')).toBe(19584.20999);
    expect(parseUtc('UTC=2023-08-23T12:31:39.035127')).toBe(45099.035127);
    expect(parseUtc('2021-04-01T05:26:24.209990Z')).toBe(19584.20999);
    expect(parseUtc('2021-04-01T00:00:00')).toBe(0);
    expect(parseUtc('2021-04-01T00:00:00.5')).toBe(0.5);
  });

  it('counts from an epoch, over midnight, month and year', () => {
    expect(parseUtc('2021-01-01T00:00:00.000001', '2020-12-31')).toBe(86400.000001);
    expect(parseUtc('2020-12-31T23:59:59.999999', '2021-01-01')).toBe(-0.000001);
    expect(parseUtc('2024-03-01T00:00:00', '2024-02-28')).toBe(2 * 86400);
  });

  it('counts leap seconds as of the day after', () => {
    expect(parseUtc('2016-12-31T23:59:60.5', '2016-12-31')).toBe(86400.5);
    expect(parseUtc('2024-02-29T00:00:00', '2024-03-01')).toBe(-86400);
  });

  it('formats with six digits, over midnight both ways', () => {
    expect(formatUtc(19584.20999, '2021-04-01')).toBe('2021-04-01T05:26:24.209990');
    expect(formatUtc(86400.000001, '2020-12-31')).toBe('2021-01-01T00:00:00.000001');
    expect(formatUtc(-0.000001, '2021-01-01')).toBe('2020-12-31T23:59:59.999999');
  });

  it('is the inverse of its format', () => {
    const microseconds = fc.integer({ min: -(10 ** 12), max: 10 ** 12 });
    fc.assert(
      fc.property(microseconds, (n) => {
        expect(parseUtc(formatUtc(n / 1e6, '2024-02-29'), '2024-02-29')).toBe(n / 1e6);
      }),
    );
  });

  it.each([
    ['2021-04-01', undefined],
    ['05:26:24', undefined],
    ['', undefined],
    ['2021-13-01T00:00:00', undefined],
    ['2021-02-30T00:00:00', undefined],
    ['2023-02-29T00:00:00', undefined],
    ['2021-04-01T24:00:00', undefined],
    ['2021-04-01T05:60:00', undefined],
    ['2021-04-01T05:26:61', undefined],
    ['2021-04-01T05:26:24', 'yesterday'],
    ['2021-04-01T05:26:24', '2021-02-30'],
  ])('refuses %s with epoch %s', (text, epoch) => {
    expect(() => parseUtc(text, epoch)).toThrow(
      expect.toSatisfy((error) => isSarIoError(error, 'InvalidArgument')),
    );
  });
});
