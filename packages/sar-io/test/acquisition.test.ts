import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assertSameGrid, crsOf, type GeoTiffOptions } from '../src/index';
import { type Acquisition, createGeoTiff, createPolsarpro, openAcquisition, openGeoTiff } from '../src/node';
import {
  gdal,
  imageOf,
  OPERA,
  OPERA_NAME,
  temporaryFolder,
  testImage,
  withoutData,
  withoutGdal,
  writeInStrips,
} from './support';

const folder = temporaryFolder();
const [ROWS, COLS] = [70, 90];
const whole = { x: 0, y: 0, width: COLS, height: ROWS };
const georeference = { crs: crsOf(32611), transform: [244920, 30, 0, 3816660, 0, -30] } as const;
const VV = join(OPERA, `${OPERA_NAME}_VV.tif`);
const VH = join(OPERA, `${OPERA_NAME}_VH.tif`);

async function writeTiff(
  name: string,
  image = testImage(1, ROWS, COLS),
  options: Partial<GeoTiffOptions> = {},
) {
  const path = join(folder, name);
  const [bands, height, width] = image.shape;
  const names = Array.from({ length: bands / (options.complex ? 2 : 1) }, (_, b) => `band${b + 1}`);
  const sink = await createGeoTiff(path, { width, height, bands: names, georeference, ...options });
  await writeInStrips(sink, image);
  return path;
}

/** Opens, looks and closes. */
async function using<T>(
  opened: Promise<Acquisition>,
  look: (acquisition: Acquisition) => T | Promise<T>,
): Promise<T> {
  const acquisition = await opened;
  try {
    return await look(acquisition);
  } finally {
    await acquisition.close();
  }
}

/** A covariance with C11 > C22 > 0 and |C12|² < C11·C22. */
const c2 = imageOf(
  [0, 1, 2, 3].flatMap((b) => Array.from(testImage(1, ROWS, COLS).data, (v) => v * [4, 1, 0.5, -0.25][b])),
  4,
  ROWS,
  COLS,
);

describe('covariance', () => {
  it('of a PolSARpro folder', async () => {
    const path = join(folder, '20240305', 'C2');
    mkdirSync(join(folder, '20240305'));
    await writeInStrips(await createPolsarpro(path, { width: COLS, height: ROWS }), c2);
    await using(openAcquisition(path), async (acquisition) => {
      expect(acquisition).toMatchObject({
        polarimetry: 'covariance',
        scale: 'linear',
        channels: ['VV', 'VH'],
        bands: ['C11', 'C22', 'C12_real', 'C12_imag'],
        warnings: [],
      });
      expect(acquisition.acquired).toEqual(new Date('2024-03-05'));
      expect((await acquisition.read(whole)).image.data).toEqual(c2.data);
    });
  });

  it('of a GeoTIFF, by the names of its bands in whatever order', async () => {
    const order = [2, 1, 3, 0];
    const names = ['C11', 'C22', 'C12_real', 'C12_imag'];
    const size = ROWS * COLS;
    const shuffled = imageOf(
      order.flatMap((b) => [...c2.data.subarray(b * size, (b + 1) * size)]),
      4,
      ROWS,
      COLS,
    );
    const path = await writeTiff('c2.tif', shuffled, { bands: order.map((b) => names[b]) });
    const { image } = await using(openAcquisition(path), ({ read }) => read(whole));
    expect(image.data).toEqual(c2.data);
  });

  it('of a GeoTIFF without names, by those given', async () => {
    const path = await writeTiff('unnamed.tif', c2);
    await expect(openAcquisition(path)).rejects.toMatchObject({
      expected: 'a VV and a VH channel, or bands C11, C22, C12_real, C12_imag',
      found: `band1, band2, band3, band4 of ${path}`,
      hint: expect.stringMatching(/^If it is a covariance, .*gdal_translate -b 1 FILE\.tif FOLDER\/C11\.tif/),
    });
    const bands = ['C11', 'C22', 'C12_real', 'C12_imag'];
    expect((await using(openAcquisition(path, { bands }), ({ read }) => read(whole))).image.data).toEqual(
      c2.data,
    );
    await expect(openAcquisition(path, { bands: ['VV'] })).rejects.toMatchObject({ code: 'InvalidArgument' });
  });

  it('with channels that look swapped says so', async () => {
    const path = await writeTiff('swapped_1SDV.tif', c2, { bands: ['C22', 'C11', 'C12_real', 'C12_imag'] });
    await using(openAcquisition(path), ({ warnings }) =>
      expect(warnings).toEqual([
        {
          code: 'ChannelsSuspicious',
          severity: 'note',
          message: expect.stringMatching(/may be swapped/),
          input: path,
        },
      ]),
    );
  });

  it.each([
    ['c2-stated.tif', { POLARIZATIONS: 'HH HV' }, ['HH', 'HV'], []],
    ['c2-comma.tif', { POLARIZATIONS: 'VV,VH' }, ['VV', 'VH'], []],
    ['S1A_IW_SLC__1SDH_20240305T170815_C2.tif', {}, ['HH', 'HV'], []],
    ['c2-quad.tif', { POLARIZATIONS: 'HH HV VH VV' }, ['VV', 'VH'], ['PolarizationAssumed']],
    ['c2-silent.tif', {}, ['VV', 'VH'], ['PolarizationAssumed']],
  ])('of %s with %o has channels %o, assumed with a note', async (name, metadata, channels, codes) => {
    const path = await writeTiff(name, c2, { bands: ['C11', 'C22', 'C12_real', 'C12_imag'], metadata });
    await using(openAcquisition(path), (acquisition) => {
      expect(acquisition.channels).toEqual(channels);
      expect(acquisition.warnings.map(({ code }) => code)).toEqual(codes);
    });
  });

  it('of HH and HV in a PolSARpro folder says so in its config.txt; two co-polarized channels are refused', async () => {
    const path = join(folder, 'pp1');
    const options = { width: COLS, height: ROWS };
    await writeInStrips(await createPolsarpro(path, { ...options, polarizations: ['HH', 'HV'] }), c2);
    await using(openAcquisition(path), ({ channels }) => expect(channels).toEqual(['HH', 'HV']));
    await writeInStrips(await createPolsarpro(path, { ...options, polarizations: ['HH', 'VV'] }), c2);
    await expect(openAcquisition(path)).rejects.toMatchObject({ found: 'PolarType pp3 (HH, VV)' });
    await expect(createPolsarpro(path, { ...options, polarizations: ['VH', 'VV'] })).rejects.toMatchObject({
      code: 'InvalidArgument',
      found: 'VH,VV',
    });
  });

  it('is invalid where one of its powers is not positive', async () => {
    const values = [0, 1, 2, -1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    const path = await writeTiff('fill.tif', imageOf(values, 4, 2, 2), {
      bands: ['C11', 'C22', 'C12_real', 'C12_imag'],
    });
    const { mask } = await using(openAcquisition(path), ({ read }) =>
      read({ x: 0, y: 0, width: 2, height: 2 }),
    );
    expect(Array.from(mask.data)).toEqual([0, 0, 1, 0]);
  });

  it.each(['two files', 'one file'])('of complex samples in %s', async (files) => {
    const samples = imageOf(testImage(4, ROWS, COLS).data.toReversed(), 4, ROWS, COLS);
    const half = 2 * ROWS * COLS;
    const of = (from: number) => imageOf(samples.data.subarray(from, from + half), 2, ROWS, COLS);
    const paths =
      files === 'one file'
        ? await writeTiff('pair.tif', samples, { complex: true, bands: ['i_VV', 'i_VH'] })
        : [
            await writeTiff('s_VV.tif', of(0), { complex: true }),
            await writeTiff('s_VH.tif', of(half), { complex: true }),
          ];
    await using(openAcquisition(paths), async (acquisition) => {
      expect(acquisition).toMatchObject({
        polarimetry: 'covariance',
        scale: 'complex',
        channels: ['VV', 'VH'],
        warnings: [],
      });
      const { image, mask } = await acquisition.read({ x: 3, y: 2, width: 40, height: 30 });
      const [a, b, c, d] = [0, 1, 2, 3].map((k) => samples.get(k, 2 + 11, 3 + 17));
      const expected = [a * a + b * b, c * c + d * d, a * c + b * d, b * c - a * d];
      expected.forEach((value, k) => expect(image.get(k, 11, 17)).toBeCloseTo(value, 4));
      expect(mask.data.every((valid) => valid === 1)).toBe(true);
    });
  });
});

describe.skipIf(withoutData)('intensity of a real pair (skipped without shared data)', () => {
  const size = { x: 0, y: 0, width: 100, height: 100 };

  async function linear() {
    const sources = [await openGeoTiff(VV), await openGeoTiff(VH)];
    const data = [];
    for (const source of sources) data.push(...(await source.read(size)).image.data);
    await Promise.all(sources.map((source) => source.close()));
    return data;
  }

  it('is VV, then VH, whatever the order of the files', async () => {
    const expected = Float32Array.from(await linear());
    await using(openAcquisition([VV, VH]), async (acquisition) => {
      expect(acquisition).toMatchObject({
        polarimetry: 'intensity',
        scale: 'linear',
        channels: ['VV', 'VH'],
        warnings: [],
      });
      expect(acquisition.acquired).toEqual(new Date('2021-11-19T01:58:58Z'));
      const { image, mask } = await acquisition.read(size);
      expect(image.data).toEqual(expected);
      expect(mask.data.every((valid, i) => (valid === 1) === expected[i] > 0)).toBe(true);
    });
    await using(openAcquisition([VH, VV]), async (acquisition) => {
      expect(acquisition.warnings).toMatchObject([
        { code: 'ChannelsReordered', message: expect.stringMatching(/swapped/) },
      ]);
      expect((await acquisition.read(size)).image.data).toEqual(expected);
    });
  });

  it('says when the files are of different dates', async () => {
    const other = join(
      OPERA,
      'OPERA_L2_RTC-S1_T137-292319-IW2_20211201T015857Z_20250830T065219Z_S1A_30_v1.0_VH.tif',
    );
    await using(openAcquisition([VV, other]), ({ warnings }) => {
      expect(warnings).toMatchObject([
        {
          code: 'TimesDiffer',
          severity: 'error',
          message: expect.stringMatching(/different times: 2021-11-19.* and 2021-12-01/),
        },
      ]);
    });
  });

  it('in dB is recognised, and not where a few powers are negative', async () => {
    const powers = await linear();
    const image = (values: number[]) => imageOf(values, 2, 100, 100);
    const bands = ['Sigma0_VV_db', 'Sigma0_VH_db'];
    const decibels = await writeTiff('db.tif', image(powers.map((power) => 10 * Math.log10(power))), {
      bands,
    });
    await using(openAcquisition(decibels), async (acquisition) => {
      expect(acquisition).toMatchObject({
        scale: 'db',
        warnings: [{ code: 'ScaleAssumed', message: expect.stringMatching(/dB/) }],
      });
      const { image, mask } = await acquisition.read(size);
      const errors = Array.from(image.data, (value, i) =>
        mask.data[i % 10000] ? Math.abs(value / powers[i] - 1) : 0,
      );
      expect(Math.max(...errors)).toBeLessThan(1e-5);
    });
    const denoised = await writeTiff('denoised.tif', image(powers.map((power) => power - 0.02)), { bands });
    await using(openAcquisition(denoised), async (acquisition) => {
      expect(acquisition.scale).toBe('linear');
      const { mask } = await acquisition.read(size);
      const valid = (i: number) => Number(powers[i] - 0.02 > 0 && powers[i + 10000] - 0.02 > 0);
      expect(Array.from(mask.data)).toEqual(Array.from(mask.data, (_, i) => valid(i)));
    });
    await using(openAcquisition(decibels, { scale: 'linear' }), ({ scale }) => expect(scale).toBe('linear'));
  });

  it.skipIf(withoutGdal)(
    'as integers is taken as amplitude, 0 as no data (skipped without GDAL)',
    async () => {
      const paths = [VV, VH].map((path, i) => {
        const target = join(folder, ['iw-vv.tif', 'iw-vh.tif'][i]);
        gdal(
          'gdal_translate',
          '-q',
          '-ot',
          'UInt16',
          '-a_nodata',
          'none',
          '-scale',
          '0.02',
          '1',
          '0',
          '500',
          path,
          target,
        );
        return target;
      });
      const source = await openGeoTiff(paths[1]);
      const amplitudes = (await source.read(size)).image.data;
      await source.close();
      await using(openAcquisition(paths), async (acquisition) => {
        expect(acquisition).toMatchObject({ scale: 'amplitude', channels: ['VV', 'VH'] });
        const { image, mask } = await acquisition.read(size);
        const i = amplitudes.findIndex((value, i) => value > 3 && mask.data[i] === 1);
        expect(image.data[10000 + i]).toBe(amplitudes[i] ** 2);
        expect(amplitudes).toContain(0);
        amplitudes.forEach((value, i) => value === 0 && expect(mask.data[i]).toBe(0));
      });
    },
  );
});

describe('metadata', () => {
  const open = (name: string, metadata: Record<string, string>) =>
    writeTiff(name, testImage(2, ROWS, COLS), { bands: ['VH', 'VV'], metadata }).then((path) =>
      openAcquisition(path),
    );

  it('that are not understood do not count, and it is said', async () => {
    const metadata = { ACQUISITION_TIME: '2024-02-31', pass: 'north', REL_ORBIT: '-', CALIBRATION: 'yes' };
    await using(open('20240305T170815_VV_VH.tif', metadata), ({ acquired, warnings }) => {
      expect(acquired).toEqual(new Date('2024-03-05T17:08:15Z'));
      expect(warnings.filter(({ code }) => code === 'MetadataIgnored').map(({ message }) => message)).toEqual(
        [
          "ACQUISITION_TIME '2024-02-31' is not understood and is ignored; expected a time such as 2024-03-05T17:08:15Z",
          "CALIBRATION 'yes' is not understood and is ignored; expected sigma0, beta0 or gamma0",
          "REL_ORBIT '-' is not understood and is ignored; expected a number such as 117",
          "PASS 'north' is not understood and is ignored; expected ascending or descending",
        ],
      );
    });
  });

  it('have their items in capitals as well', async () => {
    await using(open('lower.tif', { equivalent_looks: '4.4' }), ({ metadata }) =>
      expect(metadata.EQUIVALENT_LOOKS).toBe('4.4'),
    );
  });
});

it.each([
  ['20240305_VV.tif', '2024-03-05T17:08:15.250Z', []],
  ['20240304_VV.tif', '2024-03-04T00:00:00.000Z', ['TimesDiffer']],
])('VV of %s and VH of 17:08 on 5 March are of %s', async (name, acquired, codes) => {
  const metadata = { ACQUISITION_TIME: '2024-03-05T17:08:15.250Z' };
  const paths = [await writeTiff(name), await writeTiff('timed_VH.tif', undefined, { metadata })];
  await using(openAcquisition(paths), (acquisition) => {
    expect(acquisition.acquired).toEqual(new Date(acquired));
    const found = acquisition.warnings.map(({ code }) => code);
    expect(found.filter((code) => code === 'TimesDiffer')).toEqual(codes);
  });
});

it.each([
  [
    { scale: 'dB' },
    /^openAcquisition: expected the option 'scale' to be 'auto' or .*'amplitude', found 'dB'$/,
  ],
  [{ scal: 'db' }, /^openAcquisition: unknown option 'scal'$/],
  [{ date: '20240305' }, /^openAcquisition: expected the option 'date' to be a Date, found '20240305'$/],
])('refuses the options %o', async (options, message) => {
  const error = await openAcquisition('x.tif', options as never).catch((error: unknown) => error);
  expect(error).toMatchObject({ code: 'InvalidArgument', message: expect.stringMatching(message) });
});

it('reads no window outside, and none that is none', async () => {
  const path = await writeTiff('window.tif', testImage(2, ROWS, COLS), { bands: ['VV', 'VH'] });
  await using(openAcquisition(path), async ({ read }) => {
    for (const window of [undefined, null, 5, { x: 0, y: 0 }, { x: COLS - 1, y: 0, width: 2, height: 1 }])
      await expect(read(window as never)).rejects.toMatchObject({
        name: 'SarIoError',
        code: 'InvalidArgument',
      });
  });
});

describe('choice of channels', () => {
  it('picks VV and VH among other bands', async () => {
    const path = await writeTiff('gee.tif', testImage(3, ROWS, COLS), { bands: ['VH', 'angle', 'VV'] });
    const { image } = await using(openAcquisition(path), ({ read }) => read(whole));
    expect([image.get(0, 3, 4), image.get(1, 3, 4)]).toEqual(
      [2, 0].map((b) => testImage(3, ROWS, COLS).get(b, 3, 4)),
    );
  });

  it.each(['VV_VH_ratio', 'VV/VH', 'vv-vh'])('passes over %s', async (name) => {
    const path = await writeTiff('ratio.tif', testImage(3, ROWS, COLS), { bands: [name, 'VV', 'VH'] });
    const { image } = await using(openAcquisition(path), ({ read }) => read(whole));
    expect(image.get(0, 3, 4)).toBe(testImage(3, ROWS, COLS).get(1, 3, 4));
  });

  it('takes HH and HV alike', async () => {
    const path = await writeTiff('hh.tif', testImage(2, ROWS, COLS), { bands: ['HV', 'HH'] });
    await using(openAcquisition(path), ({ channels, bands }) =>
      expect([channels, bands]).toEqual(Array(2).fill(['HH', 'HV'])),
    );
  });

  it('goes by order where names say nothing, and says so', async () => {
    const path = await writeTiff('plain.tif', testImage(2, ROWS, COLS));
    await using(openAcquisition(path), ({ channels, warnings }) => {
      expect(channels).toEqual(['VV', 'VH']);
      expect(warnings.map(({ code }) => code)).toEqual(['PolarizationAssumed', 'ChannelsSuspicious']);
    });
  });

  it.each([
    ['one band', 1, ['VV']],
    ['VV twice', 2, ['VV', 'VV']],
    ['three unknown bands', 3, ['a', 'b', 'c']],
    ['VV and an angle', 2, ['VV', 'angle']],
    ['VV and a ratio', 2, ['VV', 'VH/VV']],
  ])('refuses %s', async (_, count, bands) => {
    const path = await writeTiff('wrong.tif', testImage(count, ROWS, COLS), { bands });
    await expect(openAcquisition(path)).rejects.toMatchObject({ code: 'UnsupportedFormat' });
  });

  it.each([
    [['noise_VV', 'noise_VH', 'sigma0_VV', 'sigma0_VH'], '-b 3 -b 4', 'sigma0_VV and sigma0_VH'],
    [['Gamma0_VV', 'Sigma0_VV', 'Gamma0_VH', 'Sigma0_VH'], '-b 1 -b 3', 'Gamma0_VV and Gamma0_VH'],
    [['VV', 'VV_filtered', 'ratio_VH'], '-b N -b M', 'the bands N and M'],
  ])('of %o advises to keep one quantity', async (bands, options, kept) => {
    const path = await writeTiff('several.tif', testImage(bands.length, ROWS, COLS), { bands });
    const hint = expect.stringContaining(`gdal_translate ${options} FILE.tif PAIR.tif keeps ${kept}`);
    await expect(openAcquisition(path)).rejects.toMatchObject({ hint });
  });

  it.each([
    ['single_VV.tif', ['band1'], 'VH of this date'],
    ['single.tif', ['HV'], 'HH of this date'],
    ['angle.tif', ['VV', 'angle'], 'VH of this date'],
    ['unnamed.tif', ['band1'], 'The other channel of this date'],
  ])('of %s with %o says first which channel is missing', async (name, bands, missing) => {
    const path = await writeTiff(name, testImage(bands.length, ROWS, COLS), { bands });
    const hint = `${missing} is missing; both are needed. Use two files, VV and VH, or a raster with bands of these names`;
    await expect(openAcquisition(path)).rejects.toMatchObject({ hint });
  });

  it('refuses a complex and a real file', async () => {
    const complex = await writeTiff('mixed_VV.tif', testImage(2, ROWS, COLS), { complex: true });
    await expect(openAcquisition([complex, await writeTiff('mixed_VH.tif')])).rejects.toThrow(
      /expected two complex channels or two real ones, found .*, complex and .*, real/,
    );
  });
});

describe('grids', () => {
  const open = (name: string, image = testImage(1, ROWS, COLS), change: Partial<GeoTiffOptions> = {}) =>
    writeTiff(name, image, change).then((path) => openGeoTiff(path));
  const moved = (crs: number, ...transform: [number, number, number, number, number, number]) => ({
    georeference: { crs: crsOf(crs), transform },
  });

  it.each([
    ['size', testImage(1, ROWS, COLS - 1), {}, 'size 90 × 70 and 89 × 70'],
    ['crs', undefined, moved(32612, 244920, 30, 0, 3816660, 0, -30), 'crs EPSG:32611 and EPSG:32612'],
    [
      'origin',
      undefined,
      moved(32611, 244935, 30, 0, 3816660, 0, -30),
      'origin (244920, 3816660) and (244935, 3816660)',
    ],
    [
      'pixel size',
      undefined,
      moved(32611, 244920, 10, 0, 3816660, 0, -10),
      'pixel size (30, -30) and (10, -10)',
    ],
  ])('that differ in %s are refused', async (_, image, change, message) => {
    const rasters = [await open('grid_VV.tif'), await open('grid_VH.tif', image, change)];
    expect(() => assertSameGrid(rasters)).toThrow(message);
    await expect(openAcquisition(rasters.map(({ path }) => path))).rejects.toMatchObject({
      code: 'GridMismatch',
    });
    for (const raster of rasters) await raster.close();
  });

  it('may differ by less than a hundredth of a pixel, or say nothing', async () => {
    const rasters = [
      await open('grid1.tif'),
      await open('grid2.tif', undefined, moved(32611, 244920.2, 30.00001, 0, 3816660, 0, -30)),
      await open('grid3.tif', undefined, { georeference: {} }),
    ];
    expect(() => assertSameGrid(rasters)).not.toThrow();
    for (const raster of rasters) await raster.close();
  });
});

it.skipIf(withoutData)('stops at a signal (skipped without shared data)', async () => {
  const paths = [join(folder, 'x_VV.tif'), join(folder, 'x_VH.tif')];
  copyFileSync(VV, paths[0]);
  copyFileSync(VH, paths[1]);
  await using(openAcquisition(paths), async ({ read }) => {
    await expect(read({ x: 0, y: 0, width: 9, height: 9 }, { signal: AbortSignal.abort() })).rejects.toThrow(
      /abort/i,
    );
  });
  await expect(openAcquisition(paths, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
});
