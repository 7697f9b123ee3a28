import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseDates, splitOneSide } from '../src/acquisitions/choose-dates';

/** A date known by its day and time in January 2024 alone. */
const dateOf = (time: string) => ({ acquired: new Date(`2024-01-${time}Z`), metadata: {}, paths: [] });
const datesOf = (...times: string[]) => times.map(dateOf);

test('dates of other orbits are left out where two are of the orbit of the target', () => {
  const dates = datesOf('01T05:00', '03T17:00', '13T05:00', '15T17:00', '25T05:00');
  const [first, second, target, fourth, last] = dates;
  expect(chooseDates(target, dates)).toEqual({
    ...{ before: [first], after: [last] },
    ...{ mixed: false, leftOut: [second, fourth] },
  });
  expect(chooseDates(second, dates.slice(0, 4))).toEqual({
    ...{ before: [first], after: [target, fourth] },
    ...{ mixed: true, leftOut: [] },
  });
});

test('dates on one side of the target go in turn to both', () => {
  const [target, ...later] = datesOf('01T05:00', '13T05:00', '25T05:00', '26T05:01');
  const { before, after } = chooseDates(target, [target, ...later]);
  expect({ before, after }).toEqual({ before: [], after: later });
  expect(splitOneSide({ before, after })).toEqual({ before: [later[0], later[2]], after: [later[1]] });
  expect(splitOneSide({ before: [1, 2, 3], after: [] })).toEqual({ before: [2], after: [1, 3] });
  expect(splitOneSide({ before: [1, 2], after: [3] })).toEqual({ before: [1, 2], after: [3] });
});

test('the nearest dates are chosen, half of them on each side where there are as many', () => {
  const counts = fc.integer({ min: 0, max: 20 });
  fc.assert(
    fc.property(counts, counts, fc.integer({ min: 3, max: 30 }), (earlier, later, most) => {
      const dates = Array.from({ length: earlier + 1 + later }, (_, i) =>
        dateOf(`01T05:00:${String(i).padStart(2, '0')}`),
      );
      const { before, after } = chooseDates(dates[earlier], dates, most);
      expect(before.length + after.length).toBe(Math.min(most - 1, earlier + later));
      expect(before.map((date) => dates.indexOf(date))).toEqual(before.map((_, i) => earlier - 1 - i));
      expect(after.map((date) => dates.indexOf(date))).toEqual(after.map((_, i) => earlier + 1 + i));
      if (Math.min(earlier, later) >= Math.floor(most / 2))
        expect(Math.abs(before.length - after.length)).toBeLessThanOrEqual(1);
    }),
  );
});
