import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AcquisitionOptions, createGeoTiff, createPolsarpro, openAcquisition } from '../src/node';
import { imageOf, temporaryFolder, writeInStrips } from './support';
import { type TestTiff, writeTestTiff } from './tiff-writer';

const folder = temporaryFolder();
const [WIDTH, HEIGHT] = [90, 70];
const PIXELS = WIDTH * HEIGHT;
const whole = { x: 0, y: 0, width: WIDTH, height: HEIGHT };

/** Speckled powers, about −10 dB. */
const power = Array.from({ length: PIXELS }, (_, i) => 0.1 * (1 + 0.9 * Math.sin(i * i)));
const toDb = (value: number) => 10 * Math.log10(value);
const isLeft = (i: number) => i % WIDTH < 20;
/** Only a corner of the image has data. */
const inCorner = (i: number) => i % WIDTH >= 70 && i < 15 * WIDTH;

interface Image extends Partial<TestTiff> {
  /** Of both channels, unless there are bands. */
  values: readonly number[];
  names?: [string, string];
  unit?: string;
}

let count = 0;
function write({ values, names = ['VV', 'VH'], unit, items = '', ...more }: Image): string {
  const ofBand = (role: string, value: string, b: number) =>
    `<Item name="${role.toUpperCase()}" sample="${b}" role="${role}">${value}</Item>`;
  const described = names.map(
    (name, b) => ofBand('description', name, b) + (unit ? ofBand('unittype', unit, b) : ''),
  );
  return writeTestTiff(join(folder, `image${count++}.tif`), {
    ...{ width: WIDTH, height: HEIGHT, type: 'float32', bands: [values, values.map((value) => value)] },
    ...{ items: items + described.join(''), ...more },
  });
}

/** Codes of the warnings but for equally strong channels, and what the whole image holds. */
async function read(image: Image | string, options: AcquisitionOptions = {}) {
  const acquisition = await openAcquisition(typeof image === 'string' ? image : write(image), options);
  const { image: read, mask } = await acquisition.read(whole);
  await acquisition.close();
  return {
    scale: acquisition.scale,
    warnings: acquisition.warnings,
    codes: acquisition.warnings.map(({ code }) => code),
    values: Array.from(read.data.subarray(0, PIXELS)),
    valid: Array.from(mask.data),
  };
}

const expectPowers = (values: readonly number[], valid: readonly number[], isValid = (_: number) => true) => {
  expect(valid).toEqual(power.map((_, i) => Number(isValid(i))));
  const errors = values.map((value, i) => (isValid(i) ? Math.abs(value / power[i] - 1) : Math.abs(value)));
  expect(Math.max(...errors)).toBeLessThan(0.02);
};

const scaleItem = (value: number, offset = 0) =>
  [0, 1]
    .map(
      (b) =>
        `<Item name="SCALE" sample="${b}" role="scale">${value}</Item><Item name="OFFSET" sample="${b}" role="offset">${offset}</Item>`,
    )
    .join('');
const hundredths = power.map((value) => Math.round(100 * toDb(value)));

describe('the scale', () => {
  it.each<[string, Image, string, string[]]>([
    ['of floats is power', { values: power }, 'linear', []],
    ['of negative floats is dB', { values: power.map(toDb) }, 'db', ['ScaleAssumed']],
    ['of the unit dB is believed', { values: power.map(toDb), unit: 'dB' }, 'db', []],
    ['of the unit intensity_db is believed', { values: power.map(toDb), unit: 'intensity_db' }, 'db', []],
    [
      'of integers in hundredths of dB is scaled',
      { values: hundredths, type: 'int16', items: scaleItem(0.01) },
      'db',
      ['ScaleAssumed'],
    ],
    [
      'of unsigned integers with an offset in dB',
      {
        values: power.map((value) => Math.round(100 * (toDb(value) + 80))),
        type: 'uint16',
        items: scaleItem(0.01, -80),
        unit: 'dB',
      },
      'db',
      [],
    ],
    [
      'of integers is amplitude',
      {
        values: power.map((value) => Math.round(3e4 * Math.sqrt(value))),
        type: 'uint16',
        items: scaleItem(1),
      },
      'amplitude',
      ['ScaleAssumed'],
    ],
    [
      'of integers in a unit of power is power',
      {
        values: power.map((value) => Math.round(3e4 * value)),
        type: 'uint16',
        items: scaleItem(1 / 3e4),
        unit: 'linear power',
      },
      'linear',
      [],
    ],
    [
      'of the name Amplitude is amplitude',
      { values: power.map(Math.sqrt), names: ['Amplitude_VV', 'Amplitude_VH'] },
      'amplitude',
      ['ScaleAssumed'],
    ],
    [
      'in the name of a HyP3 product is believed',
      {
        values: power.map(Math.sqrt),
        names: [
          'S1A_IW_20240222T214632_DVP_RTC30_G_gauned_FD6A_VV',
          'S1A_IW_20240222T214632_DVP_RTC30_G_gauned_FD6A_VH',
        ],
      },
      'amplitude',
      ['ScaleAssumed'],
    ],
    [
      'of scaled integers is power',
      { values: power.map((value) => Math.round(2e4 * value)), type: 'uint16', items: scaleItem(5e-5) },
      'linear',
      ['ScaleAssumed'],
    ],
    [
      'of powers less noise is power',
      { values: power.map((value, i) => (i % 3 ? value : -value)) },
      'linear',
      [],
    ],
    [
      'of power that is named dB is power',
      { values: power, names: ['VV_db', 'VH_db'] },
      'linear',
      ['ScaleAssumed'],
    ],
  ])('%s', async (_, image, scale, expected) => {
    const { values, valid, ...found } = await read(image);
    expect(found).toMatchObject({ scale, codes: expected });
    const gain = scale === 'amplitude' && image.type ? 3e4 ** 2 : 1;
    expectPowers(
      values.map((value) => value / gain),
      valid,
      scale === 'linear' ? (i) => image.values[i] > 0 : undefined,
    );
  });

  it('of one odd value or of usual fill is that of the rest', async () => {
    for (const odd of [1e6, -1e6, Number.POSITIVE_INFINITY, -9999, -32768]) {
      const values = power.map((value, i) => (i === 4000 || (i % 50 === 0 && odd < 0) ? odd : toDb(value)));
      expect((await read({ values })).scale).toBe('db');
    }
    const values = power.map((value, i) => (i % 3 === 0 ? -9999 : value));
    expect((await read({ values })).scale).toBe('linear');
  });

  it.each([0, -9999, Number.NaN])('is found in a corner of an image filled with %d', async (fill) => {
    const { scale, values, valid } = await read({
      values: power.map((value, i) => (inCorner(i) ? toDb(value) : fill)),
    });
    expect(scale).toBe('db');
    expectPowers(values, valid, inCorner);
  });

  it('of negative integers without a scale is asked for', async () => {
    const path = write({ values: hundredths, type: 'int16' });
    await expect(openAcquisition(path)).rejects.toMatchObject({
      code: 'UnsupportedFormat',
      path,
      hint: expect.stringMatching(/scale/),
    });
    const { values, valid } = await read(
      write({ values: power.map((v) => Math.round(toDb(v))), type: 'int16' }),
    );
    expect(valid).toEqual(Array(PIXELS).fill(1));
    expect(Math.max(...values.map((v, i) => Math.abs(toDb(v) - toDb(power[i]))))).toBeLessThan(0.51);
  });

  it.each<[string, Partial<Image>, object]>([
    ['by the unit', { unit: 'dB' }, {}],
    ['by name', { names: ['VV_dB', 'VH_dB'] }, {}],
    ['on request', {}, { scale: 'db' }],
  ])('that is dB %s is refused for hundredths of dB', async (_, image, options) => {
    const path = write({ values: hundredths, type: 'int16', ...image });
    await expect(openAcquisition(path, options)).rejects.toMatchObject({
      ...{ code: 'UnsupportedFormat', path, expected: 'dB, from -90 to 60' },
      hint: expect.stringMatching(/-scale 0.01/),
    });
  });

  it.each<[Partial<Image>, object]>([
    [{ unit: 'dB' }, {}],
    [{}, { scale: 'db' }],
  ])('of power that is declared to be dB is doubtful: %o %o', async (image, options) => {
    expect((await read({ values: power, ...image }, options)).codes).toContain('ImplausibleBackscatter');
    const decibels = await read({ values: power.map(toDb), ...image }, options);
    expect(decibels.codes).not.toContain('ImplausibleBackscatter');
  });

  it('of dB is that of an image filled with one number for the most part', async () => {
    const values = power.map((value, i) => (inCorner(i) ? toDb(value) : -10000));
    expect(await read({ values, unit: 'dB' })).toMatchObject({ scale: 'db', codes: ['UndeclaredFill'] });
  });

  it('that differs between the channels is refused', async () => {
    const paths = ['VV', 'VH'].map((name, b) =>
      writeTestTiff(join(folder, `mixed_${name}.tif`), {
        ...{ width: WIDTH, height: HEIGHT, type: 'float32', bands: [b ? power : power.map(toDb)] },
      }),
    );
    await expect(openAcquisition(paths)).rejects.toThrow(
      /expected one scale of VV and VH, found db and linear/,
    );
  });

  it('can be named', async () => {
    const { values, valid, codes } = await read({ values: power.map(Math.sqrt) }, { scale: 'amplitude' });
    expect(codes).toEqual([]);
    expectPowers(values, valid);
  });
});

describe('undeclared fill', () => {
  it.each<[string, number, (value: number) => number, Partial<Image>]>([
    ['0 in dB', 0, toDb, {}],
    ['−9999 in dB', -9999, toDb, {}],
    ['the type’s lowest in dB', -3.4028234663852886e38, toDb, {}],
    ['−9999 in power', -9999, (value) => value, {}],
    ['9999 in power', 9999, (value) => value, {}],
    ['65535 in power', 65535, (value) => value, {}],
    ['the type’s highest in power', 3.4028234663852886e38, (value) => value, {}],
    ['−99 in dB', -99, toDb, {}],
    ['32767 in dB', 32767, toDb, {}],
    [
      '0 in integers of dB',
      0,
      (value) => Math.round(100 * toDb(value)),
      { type: 'int16', items: scaleItem(0.01) },
    ],
    [
      '−32768 in integers of dB',
      -32768,
      (value) => Math.round(100 * toDb(value)),
      { type: 'int16', items: scaleItem(0.01) },
    ],
    [
      '−9999 in integers of dB',
      -9999,
      (value) => Math.round(100 * toDb(value)),
      { type: 'int16', items: scaleItem(0.01) },
    ],
    [
      '0 in integers of dB with an offset',
      0,
      (value) => Math.round(100 * (toDb(value) + 80)),
      { type: 'uint16', items: scaleItem(0.01, -80) },
    ],
  ])('%s is masked, and said', async (_, fill, encode, more) => {
    const found = await read({
      ...more,
      values: power.map((value, i) => (isLeft(i) ? fill : encode(value))),
    });
    expectPowers(found.values, found.valid, (i) => !isLeft(i));
    expect(found.codes).toContain('UndeclaredFill');
    const { message, input } = found.warnings.find(({ code }) => code === 'UndeclaredFill')!;
    expect(message).toMatch(/% of the sampled pixels/);
    expect(input).toMatch(/image\d+\.tif$/);
  });

  it.each([
    ['a tiny power', 1e-10, (value: number) => value],
    ['a floor in dB', -50, toDb],
    ['255 among powers', 255, (value: number) => value],
  ])('that may be one is said and kept: %s', async (_, fill, encode) => {
    const found = await read({ values: power.map((value, i) => (isLeft(i) ? fill : encode(value))) });
    expect(found.valid).not.toContain(0);
    expect(found.warnings.find(({ code }) => code === 'FrequentValue')!.message).toMatch(
      new RegExp(`^VV is ${fill} in \\S+ % and VH is ${fill} in \\S+ % of the sampled pixels; taken as data`),
    );
  });

  it('is not each of the numbers of a rounded image', async () => {
    const { codes } = await read({ values: power.map((value) => Math.round(2 * toDb(value)) / 2) });
    expect(codes).not.toContain('FrequentValue');
  });

  it.each<[string, number, (value: number) => number]>([
    ['0 in dB', 0, toDb],
    ['9999 in power', 9999, (value) => value],
  ])(
    'that covers areas is fill in isolated pixels too, where both channels have it: %s',
    async (_, fill, encode) => {
      const isLost = (i: number) => isLeft(i) || i % 11 === 0;
      const found = await read({ values: power.map((value, i) => (isLost(i) ? fill : encode(value))) });
      expectPowers(found.values, found.valid, (i) => !isLost(i));
      const { message } = found.warnings.find(({ code }) => code === 'UndeclaredFill')!;
      // The sample has fewer pixels of the left than the image; without isolated ones it would be 15 %.
      expect(message).toMatch(new RegExp(`^${fill} in 2\\d % of the sampled pixels`));
    },
  );

  const one = 50 + 30 * WIDTH;
  const withOne = power.map((value, i) => (isLeft(i) || i === one ? 0 : toDb(value)));
  it.each<[string, Image]>([
    ['of one channel', { values: withOne, bands: [withOne, withOne.with(one, -20)] }],
    ['in a file without such areas', { values: power.map((value, i) => (i === one ? 0 : toDb(value))) }],
    [
      'of rounded numbers',
      { values: withOne.map((value) => Math.round(100 * value)), type: 'int16', items: scaleItem(0.01) },
    ],
  ])('is no isolated value %s', async (_, image) => {
    const { values, valid } = await read(image);
    expect(valid[one]).toBe(1);
    expect(values[one]).toBe(1);
  });

  it('is the same in every window', async () => {
    const path = write({ values: power.map((value, i) => (isLeft(i) ? 0 : toDb(value))) });
    const acquisition = await openAcquisition(path);
    const all = await acquisition.read(whole);
    const start = fc.integer({ min: 0, max: 60 });
    const size = fc.integer({ min: 1, max: 10 });
    await fc.assert(
      fc.asyncProperty(start, start, size, size, async (x, y, width, height) => {
        const { image, mask } = await acquisition.read({ x, y, width, height });
        const pixel = (i: number) => [y + Math.floor(i / width), x + (i % width)] as const;
        const expected = Array.from(mask.data, (_, i) => all.mask.get(...pixel(i)));
        expect(Array.from(mask.data)).toEqual(expected);
        const powers = image.data.subarray(0, width * height);
        expect(Array.from(powers)).toEqual(Array.from(powers, (_, i) => all.image.get(0, ...pixel(i))));
      }),
      { numRuns: 25 },
    );
    await acquisition.close();
  });
});

it.each([-0.001, 0])('VH of %d masks both channels, and its share is said', async (lost) => {
  const path = join(folder, `noise${lost}.tif`);
  const sink = await createGeoTiff(path, { width: WIDTH, height: HEIGHT, bands: ['VV', 'VH'] });
  const vh = power.map((value, i) => (i % 4 === 0 ? lost : value / 4));
  await writeInStrips(sink, imageOf([...power, ...vh], 2, HEIGHT, WIDTH));
  const { valid, warnings } = await read(path);
  expect(valid).toEqual(vh.map((value) => Number(value > 0)));
  const message = 'VH is not positive in 25 % of the sampled pixels; both channels are masked there';
  expect(warnings).toMatchObject([{ code: 'NonPositivePower', message }]);
});

it('indices into a color table are refused', async () => {
  const bands = [power.map((_, i) => i % 200)];
  const path = join(folder, 'colors_VV.tif');
  writeTestTiff(path, { width: WIDTH, height: HEIGHT, type: 'uint8', bands, photometric: 3 });
  await expect(openAcquisition([path, path])).rejects.toThrow(/colors_VV.tif: an image with a color table/);
});

describe('a covariance', () => {
  const folderOf = async (name: string, bands: readonly (readonly number[])[]) => {
    const path = join(folder, name);
    await writeInStrips(
      await createPolsarpro(path, { width: WIDTH, height: HEIGHT }),
      imageOf(bands.flat(), 4, HEIGHT, WIDTH),
    );
    return path;
  };

  it('in dB is refused', async () => {
    const decibels = power.map(toDb);
    const path = await folderOf('db', [decibels, decibels, power, power]);
    await expect(openAcquisition(path)).rejects.toMatchObject({
      code: 'UnsupportedFormat',
      expected: 'C11 as linear power',
      hint: expect.stringContaining('dB'),
    });
  });

  it('that is none is reduced to full coherence, and its share is said', async () => {
    const half = power.map((value) => value / 2);
    const excess = power.map((value, i) => (i % 2 ? value : 0.1 * value));
    const path = await folderOf('C2', [power, half, excess, excess]);
    const acquisition = await openAcquisition(path);
    expect(acquisition.warnings).toMatchObject([
      { code: 'InvalidCovariance', message: expect.stringMatching(/in 50 % of the sampled pixels/) },
    ]);
    const { image, mask } = await acquisition.read(whole);
    await acquisition.close();
    const [c11, c22, re, im] = [0, 1, 2, 3].map((b) => image.data.subarray(b * PIXELS, (b + 1) * PIXELS));
    expect(mask.data.includes(0)).toBe(false);
    expect([...c11, ...c22]).toEqual([...power, ...half].map(Math.fround));
    expect(re).toEqual(im);
    expect(re.every((value, i) => 2 * value ** 2 <= c11[i] * c22[i])).toBe(true);
    const errors = re.map((value, i) => value - (i % 2 ? Math.sqrt((c11[i] * c22[i]) / 2) : excess[i]));
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(1e-6);
  });

  it('of one look is not touched, rounding aside', async () => {
    const re = power.map((value) => Math.fround(Math.sqrt(value * 0.3)));
    const path = await folderOf('single-look', [power, power.map(() => 0.3), re, power.map(() => 0)]);
    const acquisition = await openAcquisition(path);
    expect(acquisition.warnings.filter(({ code }) => code === 'InvalidCovariance')).toEqual([]);
    const { image } = await acquisition.read(whole);
    expect(Array.from(image.data.subarray(2 * PIXELS, 3 * PIXELS))).toEqual(re);
    await acquisition.close();
  });
});

describe('valid pixels are finite', () => {
  const number = fc.oneof(
    fc.float({ noNaN: false }),
    fc.constantFrom(
      0,
      -0,
      1e38,
      -1e38,
      3.4e38,
      1e-38,
      1e-45,
      9999,
      -9999,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ),
  );
  const [rows, cols] = [3, 4];
  const window = { x: 0, y: 0, width: cols, height: rows };
  const file = (bands: readonly (readonly number[])[], names: readonly string[]) => {
    const items = names.map(
      (name, b) => `<Item name="DESCRIPTION" sample="${b}" role="description">${name}</Item>`,
    );
    return writeTestTiff(join(folder, 'any.tif'), {
      width: cols,
      height: rows,
      type: 'float32',
      bands,
      items: items.join(''),
    });
  };

  it.each([
    ['intensity', ['VV', 'VH'], 'linear'],
    ['dB', ['VV', 'VH'], 'db'],
    ['amplitude', ['VV', 'VH'], 'amplitude'],
    ['covariance', ['C11', 'C22', 'C12_real', 'C12_imag'], 'linear'],
  ] as const)('of %s', async (_, names, scale) => {
    const band = fc.array(number, { minLength: rows * cols, maxLength: rows * cols });
    await fc.assert(
      fc.asyncProperty(fc.tuple(...names.map(() => band)), async (bands) => {
        const acquisition = await openAcquisition(file(bands, names), { scale });
        const { image, mask } = await acquisition.read(window);
        await acquisition.close();
        const isValid = (i: number) => {
          const values = names.map((__, b) => image.data[b * rows * cols + i]);
          if (mask.data[i] === 0) return values.every((value) => value === 0);
          const [c11, c22, re = 0, im = 0] = values;
          const isCovariance = c11 >= 0 && c22 >= 0 && c11 + c22 > 0;
          return values.every(Number.isFinite) && isCovariance && re * re + im * im <= c11 * c22 * (1 + 1e-6);
        };
        expect(Array.from(mask.data, (__, i) => isValid(i))).toEqual(Array(rows * cols).fill(true));
      }),
      { numRuns: 40 },
    );
  });

  it('of a file that overflows when scaled', async () => {
    const items = '<Item name="SCALE" sample="0" role="scale">1e30</Item>';
    const path = writeTestTiff(join(folder, 'overflow.tif'), {
      ...{
        width: cols,
        height: rows,
        type: 'float32',
        bands: [Array(12).fill(1e20), Array(12).fill(1)],
        items,
      },
    });
    const acquisition = await openAcquisition(path, { scale: 'linear' });
    expect((await acquisition.read(window)).mask.data.includes(1)).toBe(false);
    await acquisition.close();
  });
});
