import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isSarIoError } from '@mtpi/sar-io';
import { openRaster } from '@mtpi/sar-io/node';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../sar-io/test/support';
import { burstRows, openSwathAcquisition } from '../src/coregister/acquisition-rows';
import { CovariancePool } from '../src/coregister/covariance-worker';
import { openSlcPasses } from '../src/coregister/slc-passes';
import { coregisterStack } from '../src/index';
import { type MiniDate, TRIPLET, writeMiniSafe } from './mini-safe/mini-safe';

const folder = temporaryFolder();
const size = { samples: 96, linesPerBurst: 64 };
const options = { looks: { range: 2, azimuth: 1 }, denoise: true, threads: 0 };

/** Writes dates, and the paths of their products. */
async function write(name: string, dates: readonly MiniDate[], more = {}) {
  const { products } = await writeMiniSafe(join(folder, name), { ...size, noise: 500, dates, ...more });
  return products.flatMap(({ slices }) => slices);
}

async function read(path: string) {
  const source = await openRaster(path);
  const { width, height, georeference } = source;
  const { image, mask } = await source.read({ x: 0, y: 0, width, height });
  await source.close();
  return { image, mask, gcps: georeference.gcps };
}

/** Replaces text in the files of a product whose names match. */
function edit(product: string, names: RegExp, from: string | RegExp, to: string) {
  const found = readdirSync(product, { recursive: true, encoding: 'utf8' }).filter((name) =>
    names.test(name),
  );
  expect(found.length).toBeGreaterThan(0);
  for (const name of found) {
    const text = readFileSync(join(product, name), 'utf8');
    expect(text).toMatch(from);
    writeFileSync(join(product, name), text.replace(from, to));
  }
}

/** Around midnight, so that the slices have different epochs. */
const NIGHT: MiniDate = { origin: '2024-03-05T23:59:59.85', doppler: [-5, 6000] };

it('slices of a pass are the image that one product of all bursts is, though they share one', async () => {
  const [before, , after] = TRIPLET;
  const dates = [before, NIGHT, after];
  const whole = await write('whole', dates);
  const sliced = await write('sliced', [
    { ...before, slices: [[0, 1], [1, 2], [3, 1]] }, // biome-ignore format: slices
    { ...NIGHT, slices: [[0, 2], [1, 2]] }, // biome-ignore format: slices
    { ...after, slices: [[0, 3], [2, 2]] }, // biome-ignore format: slices
  ]);
  expect(sliced.length).toBe(7);
  const one = await coregisterStack(whole, join(folder, 'one'), options);
  const joined = await coregisterStack(sliced.toReversed(), join(folder, 'many'), options);
  expect(joined.swaths).toEqual(one.swaths);
  expect(joined.dates.map(({ swaths, files }) => ({ swaths, files }))).toEqual(
    one.dates.map(({ swaths, files }) => ({ swaths, files })),
  );
  expect(joined.dates.map(({ product }) => product.split(' ').length)).toEqual([3, 2, 2]);
  expect(joined.dates[1].product).toBe(
    sliced
      .slice(3, 5)
      .map((path) => basename(path, '.SAFE'))
      .join(' '),
  );
  for (const { files } of one.dates) {
    const [wanted, found] = await Promise.all(
      ['one', 'many'].map((name) => read(join(folder, name, files[0]))),
    );
    expect(found.mask.data).toEqual(wanted.mask.data);
    expect(found.image.data).toEqual(wanted.image.data);
    expect(found.gcps?.length).toBe(wanted.gcps?.length);
  }
});

it('slices may differ by some lines and samples', async () => {
  const date = TRIPLET[1];
  const [first, second] = [
    await writeMiniSafe(join(folder, 'first'), { ...size, dates: [{ ...date, bursts: 2 }] }),
    await writeMiniSafe(join(folder, 'second'), {
      ...{ samples: 90, linesPerBurst: 60, overlap: 16 },
      dates: [{ ...date, firstBurst: 2, bursts: 1 }],
    }),
  ];
  const paths = [first, second].map(({ products }) => products[0].path);
  const { swaths, width, height, dates } = await coregisterStack(paths, join(folder, 'differ'), {
    threads: 0,
  });
  const { burstStartRows, burstSeams } = swaths[0];
  expect([width, height, burstStartRows]).toEqual([96, 88 + 64, [0, 44, 88]]);
  const { mask } = await read(join(folder, 'differ', dates[0].files[0]));
  const wrong = [...mask.data.keys()].filter((i) => {
    const [row, sample] = [Math.floor(i / width), i % width];
    const burst = burstSeams.filter((seam) => row > seam).length;
    const valid = (burst === 2 ? second : first).isValid(burst, row - burstStartRows[burst], sample);
    return mask.data[i] !== Number(valid);
  });
  expect(wrong).toEqual([]);
});

it('lines beyond the bursts of a slice with fewer of them are invalid', async () => {
  const [date] = TRIPLET.slice(1);
  const paths: string[] = [];
  for (const [firstBurst, linesPerBurst] of [64, 60].entries()) {
    const { products } = await writeMiniSafe(join(folder, `padded${firstBurst}`), {
      ...{ samples: 32, linesPerBurst, overlap: linesPerBurst - 44 },
      dates: [{ ...date, firstBurst, bursts: 1 }],
    });
    paths.push(products[0].path);
  }
  const passes = await openSlcPasses(paths, {});
  const pool = new CovariancePool(0);
  const acquisition = await openSwathAcquisition(passes.all[0], 'IW1', undefined, {
    ...{ calibration: 'sigma0', denoise: false },
  });
  expect(acquisition.annotation.linesPerBurst).toBe(64);
  for (const firstLine of [58, 60, 61]) {
    const { mask } = await burstRows(acquisition, 1, firstLine, 64 - firstLine, pool, {});
    expect(mask.shape).toEqual([64 - firstLine, 32]);
    expect(mask.data.includes(1)).toBe(false);
  }
  await passes.close();
});

const SLICES = [[0, 2], [2, 1]] as const; // biome-ignore format: slices

it.each([
  [
    'a gap',
    {
      slices: [
        [0, 1],
        [2, 1],
      ] as const,
    },
    () => {},
    /expected a slice that follows .*, found a gap of 0\.0\d s/,
  ],
  [
    'different processor versions',
    { slices: SLICES },
    ([, second]: string[]) => edit(second, /manifest/, '003.71', '003.60'),
    /expected processor version 3\.71 as .*, found 3\.6/,
  ],
  [
    'other sampling',
    { slices: SLICES },
    ([, second]: string[]) =>
      edit(
        second,
        /annotation.s1a/,
        /<slantRangeTime>5.343e-3|<slantRangeTime>0.005343(?=<)/,
        '<slantRangeTime>0.005344',
      ),
    /expected samples at .* as .*, found samples at .* from 0.005344 s/,
  ],
  [
    'the same slice twice',
    {
      slices: [
        [0, 2],
        [0, 2],
      ] as const,
    },
    ([, second]: string[]) => edit(second, /manifest/, '21:46:32', '21:46:33'),
    /expected bursts after those of .*, found none: the same slice/,
  ],
] as const)('refuses slices of %s', async (name, slices, damage, message) => {
  const paths = await write(name, [{ ...TRIPLET[1], ...slices }]);
  damage(paths);
  const error = await coregisterStack(paths, join(folder, 'refused'), options).catch((error) => error);
  expect(isSarIoError(error, 'GridMismatch')).toBe(true);
  expect(error.message).toMatch(message);
});

it('refuses slices of StripMap', async () => {
  const [date] = [
    {
      ...TRIPLET[1],
      bursts: 2,
      slices: [
        [0, 1],
        [1, 1],
      ] as const,
    },
  ];
  const paths = await write('stripmap', [date], { mode: 'SM' });
  await expect(coregisterStack(paths, join(folder, 'refused'), options)).rejects.toThrow(
    /expected one StripMap SLC product of the pass of .*, found another slice of it/,
  );
});
