import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createImage, enl, type Image, planes } from '@mtpi/polsar-priors';
import { createGeoTiff, createPolsarpro } from '@mtpi/sar-io/node';
import ndarray from 'ndarray';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  changeScenes,
  exportTestScenes,
  IMAGE_TYPES,
  proceduralScenes,
  readStacks,
  realScenes,
  realSeriesScenes,
  reflectivityScenes,
  type Stack,
  simulatedSeriesScenes,
  testScenes,
  writeEvaluation,
} from '../src/index';

const SIZE = 64;
const singleLook = IMAGE_TYPES.filter(({ name }) => name === 'SLC IW2');

/** A date of constant VV, and VH a fifth of it. */
function flatDate(level: number, invalid: number[] = []) {
  const image = createImage(2, SIZE, SIZE);
  planes(image)[0].fill(level);
  planes(image)[1].fill(level / 5);
  const mask = ndarray(new Uint8Array(SIZE * SIZE).fill(1), [SIZE, SIZE]);
  for (const i of invalid) {
    mask.data[i] = 0;
    for (const plane of planes(image)) plane[i] = Number.NaN;
  }
  return { image, mask };
}

const stack: Stack = { name: 'flat', dates: [1, 2, 3, 4, 5, 6].map((level) => flatDate(level)), looks: 5 };

test('scenes are the same at each call, and named apart', () => {
  const [first, second] = [0, 1].map(() => testScenes({ stacks: [stack], quick: true }));
  expect(new Set(first.map(({ info }) => info.name)).size).toBe(first.length);
  first.forEach(({ info, draw }, i) => {
    const [a, b] = [draw(), second[i].draw()];
    expect(a).toMatchObject(info);
    for (const date of ['target', 'previous', 'next'] as const)
      expect(Buffer.compare(Buffer.from(a[date].data.buffer), Buffer.from(b[date].data.buffer))).toBe(0);
  });
});

test('a stack that a network was trained on is marked, and gives no reflectivity', () => {
  const groups = (seen: string[]) => {
    const infos = testScenes({ stacks: [stack], seen }).map(({ info }) => info);
    const places = infos.filter(({ group }) => group === 'real').map(({ place }) => place);
    return {
      reflectivity: infos.some(({ group }) => group === 'reflectivity'),
      places: [...new Set(places)],
    };
  };
  expect(groups([])).toEqual({ reflectivity: true, places: ['flat'] });
  expect(groups(['flat'])).toEqual({ reflectivity: false, places: ['flat (trained on)'] });
});

test('each image type gives triplets of its bands and size, with a truth of the same shape', () => {
  for (const { info, draw } of proceduralScenes({ imageTypes: IMAGE_TYPES, size: 32, landscapes: 0 })) {
    const { target, previous, next, truth } = draw();
    for (const image of [target, previous, next, truth as Image]) {
      expect(image.shape).toEqual([info.phase ? 4 : 2, 32, 32]);
      expect(image.data.length).toBe((info.phase ? 4 : 2) * 32 * 32);
      expect(planes(image)[0].every((value) => value > 0 && Number.isFinite(value))).toBe(true);
    }
  }
});

test('the speckle of each image type has its equivalent number of looks', () => {
  for (const imageType of IMAGE_TYPES) {
    // The quarter of the chart with points.
    const [{ draw }] = proceduralScenes({ imageTypes: [imageType], size: 128, landscapes: 0 });
    const { target, truth } = draw();
    const [values, level] = [target, truth as Image].map((image) => planes(image)[0]);
    const ratios = Array.from(values, (value, i) => value / level[i]);
    const found = enl(ratios.filter((_, i) => Math.floor(i / 128) >= 64 && i % 128 < 64));
    expect(found / imageType.looks, imageType.name).toBeGreaterThan(0.9);
    expect(found / imageType.looks, imageType.name).toBeLessThan(1.1);
  }
});

test('changed scenes mark pixels that changed, unchanged ones none', () => {
  const scenes = reflectivityScenes([stack], singleLook).map(({ draw }) => draw());
  const share = scenes.map(({ changed }) => (changed?.data.reduce((a, b) => a + b, 0) ?? 0) / SIZE ** 2);
  expect(share[0]).toBe(0);
  expect(share[1]).toBeGreaterThan(0.01);
});

test('the truth of a reflectivity scene is the time mean and the noise, at every inner pixel', () => {
  const [{ draw }] = reflectivityScenes([stack], singleLook);
  const [vv, vh] = planes(draw().truth as Image);
  // The mean of 1 … 6; the border is darker for lack of neighbors.
  for (const [plane, level] of [
    [vv, 3.5],
    [vh, 0.7],
  ] as const) {
    for (let r = 8; r < SIZE - 8; r++)
      for (let c = 8; c < SIZE - 8; c++) expect(plane[r * SIZE + c] / (level + 10 ** -2.5)).toBeCloseTo(1, 4);
  }
});

test('a real scene is compared with the dates more than one step away, without invalid pixels', () => {
  const dates = [flatDate(1, [7]), flatDate(2), flatDate(3, [9]), flatDate(4), flatDate(5), flatDate(6)];
  const scenes = realScenes([{ name: 'flat', dates, looks: 5 }]).map(({ draw }) => draw());
  expect(scenes.map(({ target }) => target.data[0])).toEqual([2, 3, 4, 5]);
  const [{ previous, next, reference, mask, target }] = scenes;
  expect([previous.data[0], next.data[0], reference?.data[0]]).toEqual([1, 3, 5]);
  expect([...(mask?.data ?? [])].flatMap((value, i) => (value ? [] : [i]))).toEqual([7, 9]);
  for (const { data } of [target, previous, next]) expect(data.every(Number.isFinite)).toBe(true);
  expect(realScenes([{ name: 'short', dates: dates.slice(0, 3), looks: 5 }])).toEqual([]);
});

test('real scenes without stacks are refused, rather than evaluated as none', async () => {
  for (const run of [writeEvaluation, exportTestScenes])
    await expect(run('none', { weights: [], kinds: ['real'] }) as Promise<unknown>).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: "Real scenes need the option 'timeseries'",
    });
});

test('spots multiply their pixels at one date alone', () => {
  const [{ draw }] = changeScenes(singleLook);
  const { target, previous, next, change } = draw();
  if (!change) throw new Error('expected a change');
  expect(change.inAuxiliary.target).toBe(target);
  expect(change.inTarget.previous).toBe(previous);
  expect(change.inTarget.next).toBe(next);
  const cols = target.shape[2];
  for (const { x, y, radius, decibel } of change.spots) {
    const ratio = (c: number, r: number) =>
      change.inTarget.target.data[r * cols + c] / target.data[r * cols + c];
    expect(10 * Math.log10(ratio(x, y))).toBeCloseTo(decibel, 4);
    expect(ratio(x + radius + 1, y)).toBe(1);
  }
});

test('series of several lengths share target and previous date; spots are at one date alone', () => {
  const [three, seven] = simulatedSeriesScenes(singleLook, ['flat'], [3, 7]).map(({ draw }) => draw());
  expect([three, seven].map(({ dates }) => dates)).toEqual([3, 7]);
  expect([three.earlier, three.later]).toEqual([[], []]);
  expect([seven.earlier?.length, seven.later?.length]).toEqual([2, 2]);
  expect(seven.target.data).toEqual(three.target.data);
  expect(seven.previous.data).toEqual(three.previous.data);
  expect(seven.change?.inAuxiliary.earlier).toBe(seven.earlier);
  expect(seven.change?.inAuxiliary.previous.data).not.toEqual(seven.previous.data);
});

test('real series of all lengths are compared with the dates that none of them holds', () => {
  const dates = Array.from({ length: 9 }, (_, i) => flatDate(i + 1));
  const scenes = realSeriesScenes([{ name: 'flat', dates, looks: 5 }], [], [3, 5], 2).map(({ draw }) =>
    draw(),
  );
  const levels = (images: readonly Image[] = []) => images.map(({ data }) => data[0]);
  expect(scenes.map(({ target }) => target.data[0])).toEqual([3, 3, 5, 5, 7, 7]);
  expect(scenes.map(({ previous, earlier }) => levels([previous, ...(earlier ?? [])])).slice(2, 4)).toEqual([
    [4],
    [4, 3],
  ]);
  expect(scenes.map(({ next, later }) => levels([next, ...(later ?? [])])).slice(2, 4)).toEqual([
    [6],
    [6, 7],
  ]);
  // The mean of 1, 2, 8 and 9 in both.
  expect(scenes.slice(2, 4).map(({ reference }) => reference?.data[0])).toEqual([5, 5]);
});

describe('a folder of stacks', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stack-'));
    await mkdir(join(folder, 'place'));
    await mkdir(join(folder, 'empty'));
    // Written in another order than that of time.
    for (const day of [14, 2, 26, 8]) {
      for (const [b, band] of ['VV', 'VH'].entries()) {
        const time = `202403${String(day).padStart(2, '0')}T000000`;
        const sink = await createGeoTiff(join(folder, 'place', `S1A_${time}_${band}.tif`), {
          width: 32,
          height: 32,
          bands: [band],
          metadata: { EQUIVALENT_LOOKS: '4.4' },
        });
        const image = createImage(1, 32, 32);
        image.data.fill(day / (1 + 4 * b));
        await sink.write(image);
        await sink.close();
      }
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('is read in chronological order, VV before VH', async () => {
    const [{ name, dates, looks }, ...others] = await readStacks(folder);
    expect(others).toEqual([]);
    expect(name).toBe('place');
    expect(looks).toBe(4.4);
    expect(dates.map(({ image }) => image.get(0, 0, 0))).toEqual([2, 8, 14, 26]);
    expect(dates[0].image.get(1, 0, 0)).toBeCloseTo(0.4, 6);
  });

  test('may be one of C2 in subfolders', async () => {
    const series = join(folder, 'covariances');
    await mkdir(series);
    for (const day of [14, 2, 26, 8]) {
      const sink = await createPolsarpro(join(series, `202403${String(day).padStart(2, '0')}`), {
        ...{ width: 32, height: 32 },
      });
      const image = createImage(4, 32, 32);
      image.data.fill(day, 0, 32 * 32).fill(1, 32 * 32, 2 * 32 * 32);
      await sink.write(image);
      await sink.close();
    }
    const [stack, ...others] = await readStacks(series);
    expect(others).toEqual([]);
    expect(stack.looks).toBe(5);
    expect(stack.dates.map(({ image }) => [...image.shape, image.get(0, 5, 5)])).toEqual(
      [2, 8, 14, 26].map((day) => [2, 32, 32, day]),
    );
    await rm(series, { recursive: true });
  });

  test('may be a link', async () => {
    const linked = join(folder, 'links');
    await mkdir(linked);
    await symlink(join(folder, 'place'), join(linked, 'elsewhere'));
    await symlink('gone', join(linked, 'broken'));
    const found = await readStacks(linked);
    expect(found.map(({ name, dates }) => [name, dates.length])).toEqual([['elsewhere', 4]]);
  });

  test('without stacks is an error that names it', async () => {
    await expect(readStacks(join(folder, 'empty'))).rejects.toThrow(join(folder, 'empty'));
  });
});

const real = fileURLToPath(
  new URL('../../../../shared/data/opera-rtc-timeseries/292322-IW2', import.meta.url),
);

/** Without the folder of real acquisitions beside the repository this is skipped. */
test.skipIf(!existsSync(real))('a real stack gives a scene for each inner date', async () => {
  const found = await readStacks(real);
  expect(found.map(({ dates }) => dates.length)).toEqual([21]);
  expect(realScenes(found)).toHaveLength(19);
});
