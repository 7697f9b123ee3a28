import { type Mask, planes } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import { expect, it } from 'vitest';
import { loadDespeckler } from '../src';
import { landscape } from './landscape';

const size = 96;
const { target, previous, next, truth } = landscape(size, size, 3);
const isValid = {
  'the upper quarter': (r: number) => r < size / 4,
  'a corner': (r: number, c: number) => r + c < size / 2,
  'all but holes': (r: number, c: number) => r % 24 > 8 || c % 24 > 8,
};

it.each(Object.entries(isValid))(
  '%s is despeckled as well as if the rest were not missing',
  async (_, isValid) => {
    const despeckler = await loadDespeckler('mtpi-small');
    const valid = Uint8Array.from({ length: size * size }, (_, i) =>
      Number(isValid(Math.floor(i / size), i % size)),
    );
    const rmsError = async (mask: Mask) => {
      const dates = [target, previous, next].map((date) => ({ image: date.hi(2), mask }));
      const result = await despeckler.despeckleWindow([dates[0], dates[1], dates[2]]);
      const [found, expected] = [planes(result), planes(truth)];
      const errors = [0, 1].flatMap((b) =>
        [...found[b]].map((power, i) => (valid[i] ? Math.log(power / expected[b][i]) ** 2 : 0)),
      );
      return Math.sqrt(errors.reduce((sum, error) => sum + error) / (2 * valid.filter(Boolean).length));
    };
    const partly = await rmsError(ndarray(valid, [size, size]));
    const wholly = await rmsError(ndarray(new Uint8Array(size * size).fill(1), [size, size]));
    expect(partly).toBeLessThan(1.1 * wholly);
    await despeckler.dispose();
  },
);
