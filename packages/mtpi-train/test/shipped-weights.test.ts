import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type AcquisitionWindow, Despeckler, loadNetwork, type TripletSource } from '@mtpi/model';
import {
  boxcar,
  createImage,
  type Image,
  logPsnrOfBands,
  median,
  planes,
  Random,
  ratioError,
  refinedLee,
  sentinel1Swaths,
  simulateScene,
  simulateSpeckle,
  simulateTriplet,
} from '@mtpi/polsar-priors';
import { openAcquisition } from '@mtpi/sar-io/node';
import ndarray from 'ndarray';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let despeckler: Despeckler;
beforeAll(async () => {
  const { network, transform, tile } = await loadNetwork();
  despeckler = new Despeckler(network, transform, tile);
});
afterAll(() => despeckler.dispose());

/** The pixels of a view, row-major. */
function copy(view: Image): Image {
  const [bands, rows, cols] = view.shape;
  const result = createImage(bands, rows, cols);
  planes(view).forEach((plane, b) => planes(result)[b].set(plane));
  return result;
}

/** Ratio of the means of two intensity planes in dB. */
function bias(plane: Float32Array, truth: Float32Array): number {
  const mean = (values: Float32Array) => values.reduce((a, b) => a + b, 0) / values.length;
  return 10 * Math.log10(mean(plane) / mean(truth));
}

/** Median over 16×16 blocks of the ratio of their means in dB: bright points, which outshine a scene, do not count. */
function blockBias(plane: Float32Array, truth: Float32Array, size: number): number {
  const ratios: number[] = [];
  for (let row = 0; row < size; row += 16)
    for (let col = 0; col < size; col += 16) {
      const block = (values: Float32Array) =>
        Float32Array.from({ length: 256 }, (_, i) => values[(row + (i >> 4)) * size + col + (i & 15)]);
      ratios.push(bias(block(plane), block(truth)));
    }
  return median(ratios);
}

const valid = (image: Image): AcquisitionWindow => {
  const [, rows, cols] = image.shape;
  return { image, mask: ndarray(new Uint8Array(rows * cols).fill(1), [rows, cols]) };
};

describe.each([
  ['single look, IW1', 31, 1, sentinel1Swaths.IW1],
  ['single look, IW3', 32, 1, sentinel1Swaths.IW3],
  ['four looks', 33, 4, {}],
] as const)('a simulated scene that no training has seen: %s', (_, seed, looks, correlation) => {
  test('is nearer to the truth than a 7×7 boxcar and a refined Lee, in VV and VH', async () => {
    const random = new Random(seed);
    const size = 192;
    const scene = simulateScene({ rows: size, cols: size, random });
    const { target, previous, next, truth } = simulateTriplet({ random, scene, looks, correlation });
    const result = await despeckler.despeckleWindow([valid(target), valid(previous), valid(next)]);
    const score = logPsnrOfBands(result, truth);
    const rivals = { 'boxcar 7×7': boxcar(target, 7), 'refined Lee': refinedLee(target, { looks }) };
    const line = (name: string, [vv, vh]: [number, number]) => `${name} ${vv.toFixed(2)} / ${vh.toFixed(2)}`;
    const lines = [line('despeckled', score)];
    for (const [name, image] of Object.entries(rivals)) {
      const rival = logPsnrOfBands(image, truth);
      lines.push(line(name, rival));
      score.forEach((psnr, band) => expect(psnr).toBeGreaterThan(rival[band] + 2));
    }
    console.log(`PSNR of log intensity in dB, VV / VH: ${lines.join(', ')}`);
  });
});

test('a homogeneous scene keeps its level, and tiles meet without seams', async () => {
  const size = 256;
  const random = new Random(41);
  const flat = createImage(4, size, size);
  [0.08, 0.016, 0.004, -0.002].forEach((value, b) => planes(flat)[b].fill(value));
  const speckled = () => valid(simulateSpeckle(flat, { random, correlation: sentinel1Swaths.IW2 }));
  const triplet = [speckled(), speckled(), speckled()];
  const cut = ({ image }: AcquisitionWindow, x: number, y: number, width: number, height: number) =>
    valid(copy(image.lo(0, y, x).hi(4, height, width)));
  const source: TripletSource = {
    width: size,
    height: size,
    bands: 4,
    read: async ({ x, y, width, height }) => {
      const [target, previous, next] = triplet.map((date) => cut(date, x, y, width, height));
      return { target, previous, next };
    },
  };
  const [tile, overlap] = [96, 16];
  const result = createImage(4, size, size);
  for await (const { y, image } of despeckler.despeckle(source, { tile, overlap })) {
    planes(image).forEach((plane, b) => planes(result)[b].set(plane, y * size));
  }
  planes(result)
    .slice(0, 2)
    .forEach((plane, b) => expect(Math.abs(bias(plane, planes(flat)[b]))).toBeLessThan(0.1));
  const borders = [80, 96, 160, 176]; // of tiles that begin at 0, 80 and 160
  const [c11] = planes(result);
  const step = (column: number) => {
    let sum = 0;
    for (let r = 0; r < size; r++)
      sum += Math.abs(Math.log(c11[r * size + column] / c11[r * size + column - 1]));
    return sum / size;
  };
  const steps = Array.from({ length: size - 1 }, (_, i) => step(i + 1));
  const elsewhere = steps.filter((_, i) => !borders.includes(i + 1));
  const mean = elsewhere.reduce((a, b) => a + b) / elsewhere.length;
  const worst = Math.max(...borders.map(step)) / mean;
  console.log(
    `largest step across a tile border: ${worst.toFixed(2)} of the mean, elsewhere ${(Math.max(...elsewhere) / mean).toFixed(2)}`,
  );
  expect(worst).toBeLessThan(Math.max(...elsewhere) / mean);
});

test('where all ground differs at the other dates, the level is that of the target', async () => {
  const random = new Random(44);
  const scene = simulateScene({ rows: 128, cols: 128, random });
  const { target, previous, next } = simulateTriplet({ random, scene, looks: 4 });
  const darker = (image: Image): AcquisitionWindow => {
    const result = copy(image);
    result.data.forEach((value, i) => {
      result.data[i] = value / 8;
    });
    return valid(result);
  };
  const result = await despeckler.despeckleWindow([valid(target), darker(previous), darker(next)]);
  planes(result)
    .slice(0, 2)
    .forEach((plane, b) => expect(Math.abs(blockBias(plane, planes(target)[b], 128))).toBeLessThan(0.1));
});

const folder = fileURLToPath(
  new URL('../../../../shared/data/opera-rtc-timeseries/292319-IW2', import.meta.url),
);

/** Without the folder of real acquisitions (21 dates of VV and VH beside the repository) this is skipped. */
describe.skipIf(!existsSync(folder))('a real series of an urban area', () => {
  test('the error against the mean of other dates is below the input’s and the boxcars’', {
    timeout: 300_000,
  }, async () => {
    const names = readdirSync(folder)
      .filter((name) => name.endsWith('_VV.tif'))
      .sort();
    const dates = await Promise.all(
      names.map(async (name) => {
        const acquisition = await openAcquisition([
          `${folder}/${name}`,
          `${folder}/${name.replace('_VV.', '_VH.')}`,
        ]);
        const { width, height } = acquisition;
        const pixels = await acquisition.read({ x: 0, y: 0, width, height });
        await acquisition.close();
        return pixels;
      }),
    );
    const [, rows, cols] = dates[0].image.shape;
    const errors: Record<string, number[]> = {
      input: [0, 0],
      boxcar3: [0, 0],
      boxcar7: [0, 0],
      despeckled: [0, 0],
    };
    const inner = dates.map((_, i) => i).slice(1, -1);
    for (const i of inner) {
      const reference = createImage(2, rows, cols);
      dates.forEach(
        ({ image }, k) =>
          Math.abs(k - i) > 1 && image.data.forEach((value, p) => (reference.data[p] += value)),
      );
      const results = {
        input: dates[i].image,
        boxcar3: boxcar(dates[i].image, 3),
        boxcar7: boxcar(dates[i].image, 7),
        despeckled: await despeckler.despeckleWindow([dates[i], dates[i - 1], dates[i + 1]]),
      };
      for (const [name, image] of Object.entries(results)) {
        planes(reference).forEach(
          (plane, b) => (errors[name][b] += ratioError(planes(image)[b], plane) / inner.length),
        );
      }
    }
    console.log(
      Object.entries(errors)
        .map(([name, e]) => `${name} ${e.map((v) => v.toFixed(2)).join(' / ')} dB`)
        .join(', '),
    );
    for (const rival of ['input', 'boxcar3', 'boxcar7']) {
      errors.despeckled.forEach((error, band) => expect(error).toBeLessThan(errors[rival][band]));
    }
  });
});
