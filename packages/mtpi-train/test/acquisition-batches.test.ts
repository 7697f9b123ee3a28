import { createImage, type Image, type Mask, planes, Random, type Window } from '@mtpi/polsar-priors';
import type { MaskedImage } from '@mtpi/sar-io';
import type { Acquisition } from '@mtpi/sar-io/node';
import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { AcquisitionBatches, isTrainError, MixedBatches, type Stack } from '../src';
import type { ImageBatch } from '../src/batches/batch';
import { noise2NoiseSamples } from '../src/stack/noise2noise-references';
import { drawReflectivity } from '../src/stack/reflectivity';
import { unchangedIncoherentPixels } from '../src/stack/unchanged-pixels';

const WIDTH = 40;
const HEIGHT = 160;
const PATCH = 16;
const DATES = 6;
/** Least power: the logarithms of the transform are limited to it. */
const LEAST_POWER = 1e-6;

/**
 * Images of one scene. The correlation identifies a pixel: its real part is the date, in thousandths from 0.001, its
 * imaginary part the position.
 */
function memoryStack(windows: { width: number; height: number }[] = [], looks = 1): Stack {
  const dates = Array.from({ length: DATES }, (_, date) => {
    const image = createImage(4, HEIGHT, WIDTH);
    const [c11, c22, re, im] = planes(image);
    const random = new Random(date + 1);
    for (let i = 0; i < c11.length; i++) {
      [c11[i], c22[i]] = [0.1, 0.02].map((power) => Math.max(power * random.gamma(looks), LEAST_POWER));
      const norm = Math.sqrt(c11[i] * c22[i]);
      [re[i], im[i]] = [(norm * (date + 1)) / 1e3, (norm * i) / 1e5];
    }
    const read: Acquisition['read'] = async ({ x, y, width, height }) => {
      windows.push({ width, height });
      const part = createImage(4, height, width);
      planes(image).forEach((plane, b) => {
        for (let r = 0; r < height; r++) {
          const from = (y + r) * WIDTH + x;
          part.data.set(plane.subarray(from, from + width), (b * height + r) * width);
        }
      });
      return { image: part, mask: ndarray(new Uint8Array(width * height).fill(1), [height, width]) };
    };
    return { width: WIDTH, height: HEIGHT, polarimetry: 'covariance', read, close: async () => {} };
  }) as unknown as Acquisition[];
  return { name: 'stack', dates, samples: noise2NoiseSamples(DATES), looks };
}

const dateOf = (value: number) => Math.round(value * 1e3) - 1;
const positionOf = (value: number) => Math.round(value * 1e5);

/** Band of pixel `i`, counted over all samples; C12 divided by √(C11·C22). */
function valueAt({ image: { data, shape } }: ImageBatch, i: number, band: number): number {
  const size = shape[2] * shape[3];
  const at = (b: number) => data[(4 * Math.floor(i / size) + b) * size + (i % size)];
  return band < 2 ? at(band) : at(band) / Math.sqrt(at(0) * at(1));
}

test('samples: three in a row, the reference elsewhere and apart where it can be', () => {
  expect(noise2NoiseSamples(2)).toEqual([]);
  expect(noise2NoiseSamples(3)).toEqual([
    { target: 1, previous: 0, next: 0, references: [2] },
    { target: 1, previous: 2, next: 2, references: [0] },
  ]);
  expect(noise2NoiseSamples(4).map(({ target, references }) => [target, references])).toEqual([
    [1, [3]],
    [2, [0]],
  ]);
  for (const { target, previous, next, references } of noise2NoiseSamples(9)) {
    expect([previous, next]).toEqual([target - 1, target + 1]);
    for (const reference of references) expect(Math.abs(reference - target)).toBeGreaterThan(2);
  }
});

test('samples are of one window, one symmetry and a valid combination; only windows are read', async () => {
  const windows: { width: number; height: number }[] = [];
  const stack = memoryStack(windows);
  const source = new AcquisitionBatches([stack], { batch: 40, patch: PATCH, seed: 4 });
  const batch = await source.batch(0);
  const images = [batch.target, batch.previous, batch.next, batch.reference];
  const seen = { swapped: new Set<boolean>(), steps: new Set<string>() };
  for (let b = 0; b < 40; b++) {
    const at = (image: (typeof images)[number], pixel: number, channel: number) =>
      valueAt(image, b * PATCH * PATCH + pixel, channel);
    const compared = batch.lossWeight.data.indexOf(1, b * PATCH * PATCH) - b * PATCH * PATCH;
    const [target, previous, next, reference] = images.map((image) => dateOf(at(image, compared, 2)));
    const swapped = previous > next;
    const [before, after] = swapped ? [next, previous] : [previous, next];
    const possible = stack.samples.filter(
      (one) => one.target === target && one.previous === before && one.next === after,
    );
    expect(possible.flatMap(({ references }) => references)).toContain(reference);
    for (let pixel = 0; pixel < PATCH * PATCH; pixel++) {
      const shown = batch.lossWeight.data[b * PATCH * PATCH + pixel] ? images : images.slice(0, 3);
      const positions = shown.map((image) => positionOf(at(image, pixel, 3)));
      expect(new Set(positions).size).toBe(1);
    }
    const [first, right, below] = [0, 1, PATCH].map((pixel) => positionOf(at(batch.target, pixel, 3)));
    seen.swapped.add(swapped);
    seen.steps.add(`${right - first} ${below - first}`);
  }
  expect(seen.swapped.size).toBe(2);
  expect([...seen.steps].sort()).toEqual(
    [1, -1].flatMap((s) => [1, -1].flatMap((t) => [`${s} ${t * WIDTH}`, `${s * WIDTH} ${t}`])).sort(),
  );
  expect([...batch.phase.data]).toEqual(new Array(40).fill(1));
  expect(windows.every(({ width, height }) => width === PATCH && height === PATCH)).toBe(true);
});

test('previous and next can be means of several dates, none of which is a reference', async () => {
  const windows: { width: number; height: number }[] = [];
  const stack = memoryStack(windows);
  const options = { batch: 40, patch: PATCH, seed: 4, lossMask: 'valid' as const };
  const { previous, target, reference } = await new AcquisitionBatches([stack], {
    ...options,
    dates: 2,
  }).batch(0);
  let averaged = 0;
  for (let b = 0; b < 40; b++) {
    const dates = [target, reference].map((image) => dateOf(valueAt(image, b * PATCH * PATCH, 2)));
    expect(Math.abs(dates[0] - dates[1])).toBeGreaterThan(2);
    const date = 1e3 * valueAt(previous, b * PATCH * PATCH, 2);
    if (Math.abs(date - Math.round(date)) > 1e-3) averaged++;
  }
  expect(averaged).toBeGreaterThan(10);
  expect(windows.length).toBeGreaterThan(4 * 40 + 10);
});

test('a reference of several dates has their looks, and samples are weighted by their looks', async () => {
  const all = memoryStack([], 4);
  const stack = { ...all, samples: all.samples.filter(({ references }) => references.length > 1) };
  const options = { batch: 60, patch: PATCH, seed: 3 };
  const { reference, lossWeight } = await new AcquisitionBatches([stack], {
    ...{ ...options, references: 2, looksWeight: 0.5 },
  }).batch(0);
  const powers: number[] = [];
  lossWeight.data.forEach((weight, i) => {
    if (weight) powers.push(valueAt(reference, i, 0));
  });
  const mean = powers.reduce((a, v) => a + v) / powers.length;
  const variance = powers.reduce((a, v) => a + (v - mean) ** 2, 0) / powers.length;
  // Here and there only one of the two can be compared.
  expect(Math.abs(mean ** 2 / variance - 8)).toBeLessThan(0.5);
  expect(new Set(lossWeight.data)).toEqual(new Set([2]));
});

test('validation has the lower rows for itself', async () => {
  const rows = async (part: 'training' | 'validation') => {
    const source = new AcquisitionBatches([memoryStack()], {
      batch: 60,
      patch: PATCH,
      seed: 2,
      part,
    });
    const { target } = await source.batch(0);
    const all = Array.from({ length: 60 * PATCH * PATCH }, (_, i) =>
      Math.floor(positionOf(valueAt(target, i, 3)) / WIDTH),
    );
    return [Math.min(...all), Math.max(...all)];
  };
  expect((await rows('training'))[1]).toBeLessThan(HEIGHT - 20);
  expect((await rows('validation'))[0]).toBeGreaterThanOrEqual(HEIGHT - 20);
});

test('simulated scenes of a real reflectivity are validated on the lower rows too', async () => {
  const random = new Random(3);
  const rows = async (part: 'training' | 'validation') => {
    const read: Window[] = [];
    const stack = memoryStack();
    const dates = stack.dates.map((date) => ({
      ...date,
      read: (window: Window) => {
        read.push(window);
        return date.read(window);
      },
    }));
    for (let n = 0; n < 60; n++) await drawReflectivity({ ...stack, dates }, PATCH, random, part);
    return [Math.min(...read.map(({ y }) => y)), Math.max(...read.map(({ y }) => y + PATCH))];
  };
  expect((await rows('training'))[1]).toBeLessThanOrEqual(HEIGHT - 20);
  expect((await rows('validation'))[0]).toBeGreaterThanOrEqual(HEIGHT - 20);
});

test('a batch of a mixture is determined by its index, and differs from another', async () => {
  const mixture = () =>
    new MixedBatches(
      [1, 2].map((seed) => ({
        source: new AcquisitionBatches([memoryStack()], { batch: 1, patch: PATCH, seed }),
        share: seed,
      })),
      7,
    );
  const first = mixture();
  const expected = [await first.batch(0), await first.batch(1), await first.batch(2)];
  const second = mixture();
  expect([await second.batch(2), await second.batch(0)]).toEqual([expected[2], expected[0]]);
  expect(expected[0].target).not.toEqual(expected[1].target);
});

test('shares are kept', async () => {
  const drawn = [0, 0];
  const sources = [3, 1].map((share, i) => ({
    source: { batch: async () => void drawn[i]++ as never },
    share,
  }));
  const mixture = new MixedBatches(sources, 1);
  for (let n = 0; n < 4000; n++) await mixture.batch(n);
  // 3000 ± 4 binomial deviations
  expect(Math.abs(drawn[0] - 3000)).toBeLessThan(4 * Math.sqrt(4000 * 0.75 * 0.25));
});

/** The stack, its images changed as they are read. */
function changed(stack: Stack, change: (read: MaskedImage, date: number, window: Window) => void): Stack {
  const dates = stack.dates.map((date, i) => ({
    ...date,
    read: async (window: Window) => {
      const masked = await date.read(window);
      change(masked, i, window);
      return masked;
    },
  })) as Acquisition[];
  return { ...stack, dates };
}

const brighter = ({ image: { data } }: MaskedImage, date: number) => {
  for (let k = 0; k < data.length; k++) data[k] *= 100 ** date;
};

test('a stack that is too small, or changed everywhere, is an error by its name', async () => {
  const options = { batch: 1, patch: 64, seed: 1 };
  expect(() => new AcquisitionBatches([memoryStack()], options)).toThrow(
    /stack: expected at least 64 × 64 pixels, found 40 × 160/,
  );
  const source = new AcquisitionBatches([changed(memoryStack(), brighter)], { ...options, patch: PATCH });
  const error = await source.batch(0).catch((reason) => reason);
  expect(isTrainError(error, 'UnusableData')).toBe(true);
  expect(error.message).toMatch(/^stack: .* valid, unchanged and incoherent/);
});

test('with lossMask valid, pixels valid in inputs and reference count, changed or not', async () => {
  const all = memoryStack();
  const several = all.samples.filter(({ references }) => references.length > 1);
  // Each date lacks every sixth column, another one each: half of a window is left by the three inputs, and where one
  // reference lacks a pixel the other has it.
  const stack = changed({ ...all, samples: several }, (masked, date, { x }) => {
    brighter(masked, date);
    const { data, shape } = masked.mask;
    for (let i = 0; i < data.length; i++) if ((x + (i % shape[1])) % DATES === date) data[i] = 0;
  });
  const patch = 3 * DATES;
  const options = { batch: 20, patch, seed: 5, references: 4, lossMask: 'valid' } as const;
  const { target, lossWeight } = await new AcquisitionBatches([stack], options).batch(0);
  let compared = 0;
  lossWeight.data.forEach((counts, i) => {
    if (!counts) return;
    compared++;
    const [date, column] = [dateOf(valueAt(target, i, 2)), positionOf(valueAt(target, i, 3)) % WIDTH];
    expect(Math.abs((column % DATES) - date)).toBeGreaterThan(1);
  });
  expect(compared).toBe((20 * patch ** 2) / 2);

  const nowhere = changed(all, ({ mask: { data } }) => void data.fill(0));
  await expect(new AcquisitionBatches([nowhere], options).batch(0)).rejects.toThrow(
    /^stack: expected windows with 30 % of pixels valid, found none/,
  );
});

const SIZE = 128;

/** Two single-look images of one reflectivity with this coherence. */
function coherentPair(coherence: number, seed: number): [Image, Image] {
  const random = new Random(seed);
  const pair: [Image, Image] = [createImage(2, SIZE, SIZE), createImage(2, SIZE, SIZE)];
  for (let i = 0; i < 2 * SIZE * SIZE; i++) {
    const own = [random.normal(), random.normal()];
    const other = own.map((part) => coherence * part + Math.sqrt(1 - coherence ** 2) * random.normal());
    const power = 0.01 + 0.1 * ((i % SIZE) / SIZE) ** 2; // structure, which has to cancel
    [own, other].forEach(([re, im], date) => {
      pair[date].data[i] = (power * (re * re + im * im)) / 2;
    });
  }
  return pair;
}

const everywhere: Mask = ndarray(new Uint8Array(SIZE * SIZE).fill(1), [SIZE, SIZE]);
const share = (mask: Mask) => mask.data.reduce((a, v) => a + v, 0) / mask.data.length;

test('coherent pixels are found, incoherent ones kept', () => {
  const kept = (coherence: number) =>
    share(unchangedIncoherentPixels(...coherentPair(coherence, 3), everywhere, 1));
  expect(kept(0)).toBeGreaterThan(0.95);
  expect(kept(0.8)).toBeLessThan(0.1);
  expect(kept(0.95)).toBe(0);
});

test('changed and invalid pixels are found', () => {
  const [target, reference] = coherentPair(0, 5);
  const half = SIZE / 2;
  for (let b = 0; b < 2; b++) {
    for (let i = 0; i < half * SIZE; i++) reference.data[b * SIZE * SIZE + i] *= 10 ** 0.6; // 6 dB
  }
  const mask: Mask = ndarray(
    Uint8Array.from(everywhere.data, (_, i) => (i % SIZE < 10 ? 0 : 1)),
    [SIZE, SIZE],
  );
  const { data } = unchangedIncoherentPixels(target, reference, mask, 1);
  const rows = (from: number, to: number) => data.subarray(from * SIZE, to * SIZE).reduce((a, v) => a + v, 0);
  const valid = (SIZE - 10) * (half - 8);
  expect(rows(0, half - 8) / valid).toBeLessThan(0.02);
  expect(rows(half + 8, SIZE) / valid).toBeGreaterThan(0.95);
  expect(data.every((v, i) => v === 0 || i % SIZE >= 10)).toBe(true);
});

test('a reflectivity is drawn where the stack has valid pixels', async () => {
  const stack = memoryStack();
  const validFrom = (column: number): Stack => ({
    ...stack,
    dates: stack.dates.map((date) => ({
      ...date,
      read: async (window) => {
        const { image, mask } = await date.read(window);
        mask.data.forEach((_, i) => {
          mask.data[i] = window.x + (i % window.width) >= column ? 1 : 0;
        });
        return { image, mask };
      },
    })),
  });
  const random = new Random(1);
  for (let n = 0; n < 20; n++) {
    const { data } = await drawReflectivity(validFrom(WIDTH - 4), PATCH, random);
    expect(data.every((power) => power > 0)).toBe(true);
  }
  await expect(drawReflectivity(validFrom(WIDTH), PATCH, random)).rejects.toSatisfy((error) =>
    isTrainError(error, 'UnusableData'),
  );
});
