import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { boxcar, planes } from '@mtpi/polsar-priors';
import type { MaskedImage } from '@mtpi/sar-io';
import { openRaster } from '@mtpi/sar-io/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { gdalInfo, imageOf, temporaryFolder, withoutGdal } from '../../sar-io/test/support';
import {
  type Area,
  type CoregisterOptions,
  coregisterStack,
  type Progress,
  type StackDescription,
  type Warning,
} from '../src/index';
import { expectCovariance } from './expect-covariance';
import { type MiniSafe, writeMiniSafe } from './mini-safe/mini-safe';
import { writeZip } from './small-safe';

const folder = temporaryFolder();
const stackFolder = join(folder, 'stack');
let mini: MiniSafe;
let stack: StackDescription;

const box = (west: number, south: number, east: number, north: number): Area => ({
  type: 'Polygon',
  coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]], // biome-ignore format: corners
});
const pathsOf = ({ products }: MiniSafe) => products.map(({ path }) => path);

async function readAll(path: string): Promise<MaskedImage> {
  const source = await openRaster(path);
  const { width, height } = source;
  const read = await source.read({ x: 0, y: 0, width, height });
  await source.close();
  return read;
}

/** The burst of the reference that a row of the image comes from, and its line. */
function lineOf(row: number): [burst: number, line: number] {
  const { burstSeams, burstStartRows } = stack.swaths[0];
  const burst = burstSeams.filter((seam) => row > seam).length;
  return [burst, row - burstStartRows[burst]];
}

beforeAll(async () => {
  mini = await writeMiniSafe(folder);
  stack = await coregisterStack(pathsOf(mini), stackFolder, { haAlpha: 5, t2: true, threads: 0 });
});

describe('a triplet of known ground', () => {
  it('is laid on the middle date, each burst within a hundredth of a pixel', () => {
    expect(stack.reference).toBe('20240305T214632_S1A');
    expect(stack.swaths[0]).toMatchObject({
      burstStartRows: [0, 76, 152],
      burstSeams: [85, 161],
      burstIds: [5000, 5001, 5002],
    });
    expect(
      stack.dates.map(({ swaths }) => swaths?.[0].bursts.map(({ secondaryBurst }) => secondaryBurst)),
    ).toEqual([[2, 3, 4], undefined, [1, 2, 3]]);
    for (const [d, date] of stack.dates.entries()) {
      for (const { burst, lines, samples } of date.swaths?.[0].bursts ?? []) {
        const truth = mini.offset(d, burst - 1, mini.linesPerBurst / 2, mini.samples / 2);
        expect(lines).toBeCloseTo(truth[0], 2);
        expect(samples).toBeCloseTo(truth[1], 2);
      }
    }
  });

  it.each([0, 1, 2])('has the ground’s covariance, date %i', async (d) => {
    const [rows, cols] = [stack.height, stack.width];
    const pixels = await readAll(join(stackFolder, stack.dates[d].files[0]));
    const truth = imageOf(
      mini.covariance(0, rows).flatMap((plane) => [...plane]),
      4,
      rows,
      cols,
    );
    expectCovariance(pixels, truth);
  });

  it.each([0, 1, 2])('is valid where the samples that make a pixel are, date %i', async (d) => {
    const { mask } = await readAll(join(stackFolder, stack.dates[d].files[0]));
    const taps = d === 1 ? [0] : [-1, 0, 1, 2];
    const wrong: number[][] = [];
    for (let x = 0; x < stack.width; x += 3) {
      const shifts = [0, 1, 2].map((burst) => (d === 1 ? [0, 0] : mini.offset(d, burst, 48, x)));
      for (let row = 0; row < stack.height; row++) {
        const [burst, line] = lineOf(row);
        const [y, u] = [Math.floor(line + shifts[burst][0]), Math.floor(x + shifts[burst][1])];
        const valid = taps.every((j) => taps.every((i) => mini.isValid(burst, y + j, u + i)));
        if (mask.data[row * stack.width + x] !== (valid ? 1 : 0)) wrong.push([row, x]);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('has H, A and alpha of 5 × 5 pixels across the strips that rows are made in', async () => {
    const [c2, t2, haAlpha] = await Promise.all(
      stack.dates[0].files.map((file) => readAll(join(stackFolder, file))),
    );
    const i = 100 * stack.width + 200;
    const pixels = planes(boxcar(c2.image, 5, c2.mask)).map((plane) => plane[i]);
    const [c11, c22, re, im] = pixels;
    const anisotropy = Math.hypot(c11 - c22, 2 * Math.hypot(re, im)) / (c11 + c22);
    expect(planes(haAlpha.image)[1][i]).toBeCloseTo(anisotropy, 5);
    const single = planes(c2.image).map((plane) => plane[i]);
    expect(planes(t2.image)[0][i]).toBeCloseTo((single[0] + single[1]) / 2 + single[2], 5);
  });

  it.skipIf(withoutGdal)(
    'opens in GDAL with names, size, type and control points (skipped without gdalinfo)',
    () => {
      for (const { files, acquired } of stack.dates) {
        const info = gdalInfo(join(stackFolder, files[0]));
        expect(info.size).toEqual([512, 248]);
        expect(
          info.bands.map((band: { type: string; description: string }) => [band.type, band.description]),
        ).toEqual(['C11', 'C22', 'C12_real', 'C12_imag'].map((name) => ['Float32', name]));
        expect(info.gcps.gcpList.length).toBe(84);
        expect(info.gcps.gcpList[0]).toMatchObject({ pixel: 0.5, line: 0.5 });
        expect(info.gcps.gcpList[0].x).toBeCloseTo(15.4629601, 6);
        expect(info.metadata[''].ACQUISITION_TIME.slice(0, 19)).toBe(acquired.slice(0, 19));
      }
    },
  );

  it('is the same byte by byte from zips and in threads', async () => {
    const zips = join(folder, 'zips');
    mkdirSync(zips);
    const paths: string[] = [];
    for (const path of pathsOf(mini)) {
      const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
      const files = names.filter((name) => statSync(join(path, name)).isFile());
      const contents = new Map(files.map((name) => [name, readFileSync(join(path, name))]));
      const root = `${basename(path)}/`;
      paths.push(await writeZip(join(zips, basename(path).replace('.SAFE', '.zip')), contents, { root }));
    }
    await coregisterStack(paths, join(zips, 'stack'), { haAlpha: 5, t2: true, threads: 2 });
    for (const file of readdirSync(stackFolder)) {
      expect(readFileSync(join(zips, 'stack', file)).equals(readFileSync(join(stackFolder, file)))).toBe(
        true,
      );
    }
  });

  it('is the same of another mode of bursts, without their IDs', async () => {
    const places = [join(folder, 'ew'), join(folder, 'ew-stack')];
    const ew = await writeMiniSafe(places[0], { mode: 'EW' });
    const found = await coregisterStack(pathsOf(ew), places[1], { threads: 0 });
    expect(found.swaths[0]).toMatchObject({ name: 'EW1', burstSeams: stack.swaths[0].burstSeams });
    for (const { files } of found.dates) {
      const [wanted, read] = await Promise.all(
        [stackFolder, places[1]].map((place) => readAll(join(place, files[0]))),
      );
      expect(read).toEqual(wanted);
    }
  });

  it('uses orbit files', async () => {
    const to = join(folder, 'with-orbits');
    const { dates } = await coregisterStack(pathsOf(mini), to, {
      orbit: mini.orbits,
      bursts: [2, 2],
      threads: 0,
    });
    expect(dates.map(({ orbit }) => orbit)).toEqual([
      expect.stringMatching(/^S1A_OPER_AUX_POEORB.*V20240222/),
      expect.stringMatching(/^S1A_OPER_AUX_POEORB.*V20240305/),
      expect.stringMatching(/^S1C_OPER_AUX_POEORB.*V20240317/),
    ]);
    expect(dates[0].swaths?.[0].bursts[0].samples).toBeCloseTo(mini.offset(0, 1, 48, 256)[1], 2);
  });
});

it('averages looks into PolSARpro folders, less the noise', async () => {
  const noisy = await writeMiniSafe(join(folder, 'noisy'), {
    noise: 20_000,
    dates: [{ origin: '2024-03-05T21:46:32' }],
  });
  const mean = async (name: string, denoise: boolean) => {
    const to = join(folder, name);
    await coregisterStack(pathsOf(noisy), to, {
      looks: { range: 4, azimuth: 2 },
      denoise,
      format: 'polsarpro',
      threads: 0,
    });
    const { image, mask } = await readAll(join(to, '20240305T214632_S1A'));
    expect(mask.shape).toEqual([124, 128]);
    return planes(image).map((plane) => plane.reduce((sum, value) => sum + value, 0) / 124 / 128);
  };
  const [all, less] = [await mean('with-noise', false), await mean('without-noise', true)];
  const [, clean] = mini
    .covariance(0, 248)
    .map((plane) => plane.reduce((sum, value) => sum + value, 0) / plane.length);
  const share = 0.9144956527217742; // of the pixels are valid
  expect(all[1] / share / clean).toBeGreaterThan(1.3);
  expect(less[1] / share / clean).toBeGreaterThan(0.95);
  expect(less[1] / share / clean).toBeLessThan(1.05);
});

it('states in the metadata which files are less the noise', async () => {
  const { products } = await writeMiniSafe(join(folder, 'single'), {
    ...{ samples: 64, noise: 500, dates: [{ origin: '2024-03-05T21:46:32' }] },
  });
  const statements = async (name: string, options: CoregisterOptions) => {
    const to = join(folder, name);
    const { dates } = await coregisterStack([products[0].path], to, {
      bursts: [1, 1],
      threads: 0,
      ...options,
    });
    const found: (string | undefined)[] = [];
    for (const file of dates[0].files) {
      const source = await openRaster(join(to, file));
      found.push(source.metadata.NOISE_SUBTRACTED);
      expect(source.metadata.RELATIVE_ORBIT).toBe('5');
      await source.close();
    }
    return found;
  };
  const looks = { range: 2, azimuth: 1 };
  expect(await statements('looks', { looks, t2: true, denoise: true })).toEqual(['yes', 'yes']);
  expect(await statements('noisy-looks', { looks })).toEqual([undefined]);
  // Noise is subtracted from averages alone.
  expect(await statements('single-looks', { haAlpha: 3, denoise: true })).toEqual([undefined, 'yes']);
});

it('takes the bursts in an area, and those that all dates have', async () => {
  const warnings: Warning[] = [];
  const to = join(folder, 'part');
  const south = box(15.4, 45.74, 15.6, 45.7425);
  expect((await coregisterStack(pathsOf(mini), to, { area: south, threads: 0 })).swaths[0]).toMatchObject({
    firstBurst: 1,
    lastBurst: 1,
  });
  const fewer = await writeMiniSafe(join(folder, 'fewer'), {
    samples: 64,
    dates: [{ origin: '2024-03-05T21:46:32' }, { origin: '2024-03-17T21:46:32', firstBurst: 1, bursts: 3 }],
  });
  const part = await coregisterStack(pathsOf(fewer), to, {
    reference: '20240305',
    threads: 0,
    onWarning: (warning) => warnings.push(warning),
  });
  expect(warnings).toEqual([
    {
      code: 'MissingBursts',
      message: expect.stringMatching(/^bursts 1 of .*20240305.* are missing in .*20240317/),
      input: pathsOf(fewer)[1],
    },
    {
      code: 'NoResidualOffset',
      message: expect.stringMatching(/^IW1 of .*20240317.* has too little structure/),
      input: pathsOf(fewer)[1],
    },
  ]);
  expect(part.swaths[0]).toMatchObject({ firstBurst: 2, lastBurst: 3 });
  await expect(
    coregisterStack(pathsOf(fewer), to, { reference: '20240305', bursts: [1, 2] }),
  ).rejects.toThrow(/bursts 1 of .*20240305.* are missing in .*20240317/);
});

describe('leaves nothing behind', () => {
  it.each(['co-registering IW1', 'resampling'])('when it is cancelled while %s', async (when) => {
    const controller = new AbortController();
    const to = join(folder, 'cancelled');
    const before = readdirSync(folder).sort();
    const onProgress = ({ stage }: Progress) => {
      if (stage === when) controller.abort(new Error('enough'));
    };
    await expect(
      coregisterStack(pathsOf(mini), to, { signal: controller.signal, onProgress, threads: 0 }),
    ).rejects.toThrow('enough');
    expect(existsSync(to)).toBe(false);
    expect(readdirSync(folder).sort()).toEqual(before);
  });

  it.each([
    ['no products', () => [], {}, 'InvalidArgument', 'expected products, found none'],
    ['another swath', pathsOf, { swaths: ['IW2'] }, 'InvalidArgument', /expected IW2, found IW1/],
    [
      'bursts that are not there',
      pathsOf,
      { bursts: [2, 9] },
      'InvalidArgument',
      /the first and the last of bursts 1 to 3, found 2-9/,
    ],
    ['bursts in a wrong order', pathsOf, { bursts: [3, 2] }, 'InvalidArgument', /found 3-2/],
    [
      'an area elsewhere',
      pathsOf,
      { area: box(0, 0, 1, 1) },
      'InvalidArgument',
      /an area of interest that meets the image, .*, found one that meets no burst of IW1/,
    ],
    [
      'an unknown reference',
      pathsOf,
      { reference: '2023' },
      'InvalidArgument',
      /names one date, found '2023', which 0/,
    ],
    ['an ambiguous reference', pathsOf, { reference: '2024' }, 'InvalidArgument', /which 3 have/],
    [
      'noise of single looks',
      pathsOf,
      { denoise: true },
      'InvalidArgument',
      /for thermal noise correction, found neither/,
    ],
    [
      'half a look',
      pathsOf,
      { looks: { range: 1.5, azimuth: 1 } },
      'InvalidArgument',
      /whole numbers of looks, found 1.5x1/,
    ],
    ['half a thread', pathsOf, { threads: 0.5 }, 'InvalidArgument', /a whole number of threads, found 0.5/],
    [
      'an unknown calibration',
      pathsOf,
      { calibration: 'sigma' },
      'InvalidArgument',
      /sigma0, beta0, gamma0, found sigma/,
    ],
    ['an even window', pathsOf, { haAlpha: 4 }, 'InvalidArgument', /odd window .*, found 4/],
    [
      'a date twice',
      (m: MiniSafe) => [m.products[1].path, m.products[1].path],
      {},
      'InvalidArgument',
      /a date other than that of/,
    ],
    ['no orbit files', pathsOf, { orbit: `${folder}/stack` }, 'NotFound', /expected an orbit of S1A/],
    [
      'a folder that is none',
      () => [`${folder}/stack`],
      {},
      'UnsupportedFormat',
      /stack: expected manifest.safe/,
    ],
  ] as const)('after %s', async (_, paths, options, code, message) => {
    const to = join(folder, 'wrong');
    const before = readdirSync(folder).sort();
    const error = await coregisterStack(paths(mini) as string[], to, options as object).catch(
      (error) => error,
    );
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(readdirSync(folder).sort()).toEqual(before);
  });

  it.each([
    [
      'of different tracks',
      { relativeOrbit: 6 },
      /expected IW, relative orbit 5, ascending, VV\+VH as .*, found IW, relative orbit 6/,
    ],
    ['without overlap', { firstBurst: 40 }, /bursts 1, 2, 3 of .*20240305.* are missing in .*20240317/],
  ])('after products %s', async (_, other, message) => {
    const to = join(folder, `wrong-${message}`.replace(/\W/g, ''));
    const products = await writeMiniSafe(to, {
      samples: 64,
      dates: [{ origin: '2024-03-05T21:46:32' }, { origin: '2024-03-17T21:46:32', ...other }],
    });
    const before = readdirSync(to).sort();
    const error = await coregisterStack(pathsOf(products), join(to, 'out'), {
      reference: '20240305',
      threads: 0,
    }).catch((error) => error);
    expect(error).toMatchObject({ code: 'GridMismatch', message: expect.stringMatching(message) });
    expect(readdirSync(to).sort()).toEqual(before);
  });
});
