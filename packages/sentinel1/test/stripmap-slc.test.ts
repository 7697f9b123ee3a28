import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { planes } from '@mtpi/polsar-priors';
import { crsOf, projectionOf } from '@mtpi/sar-io';
import { openRaster } from '@mtpi/sar-io/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { DATA, imageOf, temporaryFolder } from '../../sar-io/test/support';
import { zeroDoppler } from '../src/geocoding/orbit';
import {
  type Area,
  bistaticReferenceSlantRangeTime,
  coregisterStack,
  openSlc,
  type StackDescription,
} from '../src/index';
import { expectCovariance } from './expect-covariance';
import { earthFixed } from './mini-safe/circular-orbit';
import { type MiniDate, type MiniSafe, writeMiniSafe } from './mini-safe/mini-safe';
import { TOPS } from './mini-safe/tops';
import { unpackSafe } from './safe-support';

const ARCHIVE = join(DATA, 'grd-products/xarray-sentinel/S1A_S3_SLC_1SDV_20210401.SAFE.tar.xz');

describe.skipIf(!existsSync(ARCHIVE))('the annotation of a real StripMap product', () => {
  it('is one burst, which its orbit sees where the geolocation grid says', async () => {
    const product = await openSlc(unpackSafe(ARCHIVE, temporaryFolder())[0]);
    expect(product).toMatchObject({ mode: 'SM', polarizations: ['VV', 'VH'], swaths: ['S3'] });
    const annotation = await product.annotation('S3', 'VH');
    const { bursts, grid, linesPerBurst, azimuthTimeInterval, slantRangeTime, rangeSamplingRate } =
      annotation;
    expect([bursts.length, linesPerBurst, annotation.samples, grid.length]).toEqual([1, 36_895, 18_998, 945]);
    expect(annotation.azimuthSteeringRate).toBe(0);
    const toRadar = zeroDoppler(annotation.orbit);
    const reference = bistaticReferenceSlantRangeTime(annotation);
    for (const { longitude, latitude, height, time, slantRangeTime: delay, line, sample } of grid) {
      const radar = toRadar(longitude, latitude, height);
      expect(Math.abs(radar.time - time) / azimuthTimeInterval).toBeLessThan(0.01);
      expect(Math.abs(radar.slantRangeTime - delay) * rangeSamplingRate).toBeLessThan(0.01);
      expect(Math.abs((delay - slantRangeTime) * rangeSamplingRate - sample)).toBeLessThan(0.01);
      const lineTime = bursts[0].time + line * azimuthTimeInterval + (delay - reference) / 2;
      expect(Math.abs(time - lineTime) / azimuthTimeInterval).toBeLessThan(0.01);
    }
    const lut = (await product.calibration('S3', 'VH')).lut('beta0', 0, annotation.samples);
    expect(lut.interpolate(20_000)[9000]).toBeCloseTo(84.95, 6); // betaNought of all vectors
    await product.close();
  });
});

const folder = temporaryFolder();
const [LINES, SAMPLES] = [230, 256];
const REFERENCE = { origin: '2024-03-05T21:46:32', doppler: [-5, 6000] };
const DATES: readonly MiniDate[] = [
  {
    ...{ origin: '2024-02-22T21:46:32', shift: 100, bursts: 1 },
    ...{ fraction: 0.37, lines: [-12], doppler: [12, -9000] },
  },
  { ...REFERENCE, bursts: 1 },
  {
    ...{ origin: '2024-03-17T21:46:33', mission: 'S1C', shift: -60 },
    bursts: 1,
    fraction: -0.21,
    lines: [9],
  },
];
const size = { mode: 'SM', linesPerBurst: LINES, samples: SAMPLES } as const;

let mini: MiniSafe;
let stack: StackDescription;

const pathsOf = ({ products }: MiniSafe) => products.map(({ path }) => path);

async function readAll(path: string) {
  const source = await openRaster(path);
  const { width, height } = source;
  const rows = await source.read({ x: 0, y: 0, width, height });
  await source.close();
  return { ...rows, bands: source.bands.map(({ name }) => name) };
}

beforeAll(async () => {
  mini = await writeMiniSafe(folder, { ...size, dates: DATES });
  stack = await coregisterStack(pathsOf(mini), join(folder, 'stack'), { threads: 0 });
});

describe('StripMap products', () => {
  it('are brought onto the image of the reference, within a hundredth of a pixel from end to end', () => {
    const { width, height, swaths } = stack;
    expect([width, height, swaths[0].name, swaths[0].burstSeams]).toEqual([SAMPLES, LINES, 'S3', []]);
    for (const d of [0, 2]) {
      const [{ linesPolynomial: l, samplesPolynomial: s }] = stack.dates[d].swaths![0].bursts;
      for (const [y, x] of [0.1, 0.5, 0.9].flatMap((y) => [0, 0.4, 0.9].map((x) => [y, x]))) {
        const truth = mini.offset(d, 0, y * LINES, x * SAMPLES);
        expect(l[0] + l[1] * y + l[2] * x + l[3] * y * y).toBeCloseTo(truth[0], 2);
        const samples = s[0] + s[1] * y + s[2] * x + s[3] * x * y + s[4] * x * x + s[6] * y * y;
        expect(samples).toBeCloseTo(truth[1], 2);
      }
    }
  });

  it.each([0, 1, 2])('have the covariance of the ground, date %i', async (d) => {
    const pixels = await readAll(join(folder, 'stack', stack.dates[d].files[0]));
    const truth = imageOf(
      mini.covariance(0, LINES).flatMap((plane) => [...plane]),
      ...([4, LINES, SAMPLES] as const),
    );
    expectCovariance(pixels, truth);
  });

  it('have no data where zeros end their lines', async () => {
    const { mask } = await readAll(join(folder, 'stack', stack.dates[1].files[0]));
    const wrong = [...mask.data.keys()].filter((i) => {
      const [line, sample] = [Math.floor(i / SAMPLES), i % SAMPLES];
      return mask.data[i] !== Number(mini.isValid(0, line, sample));
    });
    // Samples of DN 0 at the very ends of the data.
    expect(wrong.length).toBeLessThan(LINES / 20);
    const inside = wrong.filter((i) => mini.isValid(0, Math.floor(i / SAMPLES), (i % SAMPLES) + 2));
    expect(inside.every((i) => !mini.isValid(0, Math.floor(i / SAMPLES), (i % SAMPLES) - 2))).toBe(true);
  });

  it('are cut to the lines around an area', async () => {
    const product = await openSlc(mini.products[1].path);
    const { grid, bursts, azimuthTimeInterval } = await product.annotation('S3', 'VV');
    await product.close();
    const { longitude, latitude } = grid.find(({ line, sample }) => line === 120 && sample > 100)!;
    const side = 1e-4;
    const ring = [[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]; // biome-ignore format: corners
    const area: Area = {
      type: 'Polygon',
      coordinates: [ring.map(([x, y]) => [longitude + x * side, latitude + y * side])],
    };
    const cut = await coregisterStack(pathsOf(mini), join(folder, 'cut'), { area, threads: 0 });
    expect(cut).toMatchObject({
      width: SAMPLES,
      height: 81,
      swaths: [{ burstStartRows: [-80], validRows: [0, 80] }],
    });
    const seconds = (text: string) => Date.parse(`${text.slice(0, 23)}Z`) / 1000;
    const later = seconds(cut.swaths[0].firstLineTime) - seconds(stack.swaths[0].firstLineTime);
    expect(later).toBeCloseTo(80 * azimuthTimeInterval, 2);
    expect(bursts.length).toBe(1);
    for (const d of [0, 1, 2]) {
      const [part, all] = await Promise.all(
        ['cut', 'stack'].map((name) => readAll(join(folder, name, stack.dates[d].files[0]))),
      );
      const [found, wanted] = [part, all].map(({ image }) => planes(image)[0]);
      expect(found).toEqual(wanted.subarray(80 * SAMPLES, 161 * SAMPLES));
    }
  });

  it('are terrain-corrected', async () => {
    const options = { geocode: { spacing: 3 }, threads: 0 };
    const map = await coregisterStack([mini.products[1].path], join(folder, 'map'), options);
    const { image, mask } = await readAll(join(folder, 'map', map.dates[0].files[0]));
    const radar = await readAll(join(folder, 'stack', stack.dates[1].files[0]));
    const { inverse } = projectionOf(crsOf(Number(map.map!.crs.slice(5))));
    const [x0, step, , y0] = map.map!.transform;
    const [{ orbit, lineTime }] = [mini.products[1]];
    const [found, power] = [image, radar.image].map((each) => planes(each)[0]);
    let count = 0;
    for (let i = 0; i < found.length; i += 97) {
      const [longitude, latitude] = inverse([
        x0 + ((i % map.width) + 0.5) * step,
        y0 - (Math.floor(i / map.width) + 0.5) * step,
      ]);
      const [time, delay] = orbit.toRadar(earthFixed(longitude, latitude, 150));
      const column = (delay - TOPS.slantRangeTime) * TOPS.rangeSamplingRate;
      const row = (time - lineTime(0, 0, column)) / TOPS.azimuthTimeInterval;
      const [r, c] = [Math.floor(row), Math.floor(column)];
      if (r < 8 || r > LINES - 10 || c < 15 || c > SAMPLES - 15) continue;
      const at = (j: number, k: number) => power[(r + j) * SAMPLES + c + k];
      const [v, u] = [row - r, column - c];
      const upper = (1 - u) * at(0, 0) + u * at(0, 1);
      const lower = (1 - u) * at(1, 0) + u * at(1, 1);
      expect(mask.data[i]).toBe(1);
      expect(Math.abs(found[i] - (1 - v) * upper - v * lower)).toBeLessThan(0.02);
      count++;
    }
    expect(count).toBeGreaterThan(1000);
  });
});

it('a StripMap date without overlap is refused', async () => {
  const far = await writeMiniSafe(join(folder, 'far'), {
    ...size,
    dates: [{ origin: '2024-04-10T21:46:32', bursts: 1, lines: [LINES + 20] }],
  });
  const paths = [mini.products[1].path, far.products[0].path];
  const name = 'SLC__1SDV_20240305';
  await expect(
    coregisterStack(paths, join(folder, 'none'), { reference: '20240305', threads: 0 }),
  ).rejects.toThrow(new RegExp(`20240410.*does not overlap .*${name}`));
});

describe('a single polarization', () => {
  it('becomes the intensity that C11 is, less the noise', async () => {
    const options = { looks: { range: 4, azimuth: 1 }, denoise: true, threads: 0 };
    const [one, two] = await Promise.all(
      [['VV'] as const, ['VV', 'VH'] as const].map(async (polarizations, i) => {
        const dates = DATES.slice(0, 2);
        const to = join(folder, `polarizations-${i}`);
        const safe = await writeMiniSafe(to, { ...size, dates, polarizations, noise: 5000 });
        const { dates: written, channels } = await coregisterStack(pathsOf(safe), join(to, 'stack'), options);
        const files = written.map(({ files }) => join(to, 'stack', files[0]));
        return { channels, images: await Promise.all(files.map(readAll)) };
      }),
    );
    expect(one.channels).toEqual(['VV']);
    for (const d of [0, 1]) {
      expect(one.images[d].bands).toEqual(['VV']);
      expect([...one.images[d].image.data]).toEqual([...planes(two.images[d].image)[0]]);
      expect(one.images[d].mask.data).toEqual(two.images[d].mask.data);
    }
  });

  it('has no H/A/alpha', async () => {
    const safe = await writeMiniSafe(join(folder, 'one'), {
      ...size,
      dates: [DATES[1]],
      polarizations: ['VV'],
    });
    await expect(
      coregisterStack(pathsOf(safe), join(folder, 'none'), { haAlpha: 3, threads: 0 }),
    ).rejects.toThrow(/expected two polarizations for H\/A\/alpha.*, found VV/);
  });
});
