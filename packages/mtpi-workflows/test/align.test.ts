import { spawnSync } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { createImage, type Image, Random, type Window } from '@mtpi/polsar-priors';
import { crsOf, type Georeference, projectionOf } from '@mtpi/sar-io';
import { openRaster } from '@mtpi/sar-io/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Alignment, despeckleFile, despeckleShard, mergeShards, openTriplet } from '../src/index';
import { SIZE, tripletFolder, utm, writeRaster } from './support';

let files: Awaited<ReturnType<typeof tripletFolder>>;
beforeAll(async () => {
  files = await tripletFolder();
});
afterAll(() => rm(files.folder, { recursive: true, force: true }));

const whole = { x: 0, y: 0, width: SIZE, height: SIZE };
const withoutGdal = spawnSync('gdalwarp', ['--version']).status !== 0;

/** Pixels of a window of an image, as a raster of that window has them. */
function cut(image: Image, { x, y, width, height }: Window): Image {
  const part = createImage(image.shape[0], height, width);
  for (let b = 0; b < image.shape[0]; b++)
    for (let r = 0; r < height; r++)
      for (let c = 0; c < width; c++) part.set(b, r, c, image.get(b, y + r, x + c));
  return part;
}

const placed = ({ x, y }: Window): Georeference => ({
  crs: crsOf(32633),
  transform: [500_000 + 10 * x, 10, 0, 4_500_000 - 10 * y, 0, -10],
});

/** Three dates cut from the common scene. */
async function writeCuts(cuts: Record<'target' | 'previous' | 'next', Window>, prefix: string) {
  const { at, images } = files;
  const days = { target: 13, previous: 1, next: 25 };
  for (const name of ['target', 'previous', 'next'] as const)
    await writeRaster(
      at(`${prefix}-${name}.tif`),
      cut(images[name], cuts[name]),
      days[name],
      placed(cuts[name]),
    );
  return {
    target: at(`${prefix}-target.tif`),
    previous: at(`${prefix}-previous.tif`),
    next: at(`${prefix}-next.tif`),
  };
}

const CUTS = {
  target: { x: 2, y: 0, width: 60, height: 62 },
  previous: { x: 0, y: 5, width: 64, height: 59 },
  next: { x: 7, y: 1, width: 50, height: 63 },
};
/** What they share, in pixels of the scene and of the target. */
const SHARED = { x: 7, y: 5, width: 50, height: 57 };
const SHARED_IN_TARGET = { ...SHARED, x: 5 };

test('dates of one lattice are cropped to what they share, pixel by pixel', async () => {
  const triplet = await openTriplet(await writeCuts(CUTS, 'cut'));
  const { width, height } = triplet;
  expect(triplet.crop).toEqual(SHARED_IN_TARGET);
  expect(triplet.target.georeference.transform).toEqual(placed(SHARED).transform);
  const read = await triplet.read({ x: 0, y: 0, width, height }, {});
  for (const name of ['target', 'previous', 'next'] as const) {
    expect(read[name].image.data).toEqual(cut(files.images[name], SHARED).data);
    expect(read[name].mask.data.every((valid) => valid === 1)).toBe(true);
  }
  const [{ code, message, input }] = triplet.warnings;
  expect([code, input]).toEqual(['DatesCropped', files.at('cut-target.tif')]);
  expect(message).toBe(
    'The dates cover different areas; cropped to the 50 × 57 pixels at (5, 5) of 60 × 62 that all of them share',
  );
  await triplet.close();
});

test('the result has their place, its provenance says so, and shards merge to the same bytes', async () => {
  const { at, weights } = files;
  const input = await writeCuts(CUTS, 'cut');
  const product = await despeckleFile(input, at('aligned.tif'), { weights, report: at('aligned.html') });
  expect(product).toMatchObject({ width: 50, height: 57, comparison: { crop: SHARED_IN_TARGET } });
  expect(product.provenance).toMatchObject({
    crop: '5,5,50,57',
    alignment: expect.stringContaining('50 × 57 pixels'),
  });
  expect(product.warnings.filter(({ code }) => code === 'DatesCropped')).toHaveLength(1);
  for (const index of [0, 1]) await despeckleShard(input, at('s.tif'), { index, count: 2 }, { weights });
  await mergeShards(at('s.tif'));
  expect((await readFile(at('s.tif'))).equals(await readFile(at('aligned.tif')))).toBe(true);
});

test('the area of the target can be kept: other dates are invalid where they do not reach', async () => {
  const triplet = await openTriplet(await writeCuts(CUTS, 'cut'), { align: 'target' });
  expect([triplet.width, triplet.height, triplet.crop]).toEqual([60, 62, undefined]);
  const read = await triplet.read({ x: 0, y: 0, width: 60, height: 62 }, {});
  const valid = (name: 'previous' | 'next') => read[name].mask.data.reduce((sum, value) => sum + value, 0);
  expect([valid('previous'), valid('next')]).toEqual([60 * 57, 50 * 61]);
  expect(read.next.image.get(1, 30, 5)).toBe(files.images.next.get(1, 30, 7));
  expect(triplet.warnings.map(({ code, message }) => [code, message])).toEqual([
    ['DatePartial', 'Covers 91 % of the target; not used elsewhere'],
    ['DatePartial', 'Covers 81 % of the target; not used elsewhere'],
  ]);
  await triplet.close();
});

test('a crop is one of the target, as far as all dates share it', async () => {
  const input = await writeCuts(CUTS, 'cut');
  const crop = { x: 0, y: 0, width: 20, height: 30 };
  const triplet = await openTriplet(input, { crop });
  expect(triplet.crop).toEqual({ x: 5, y: 5, width: 15, height: 25 });
  await triplet.close();
  const outside = openTriplet(input, { crop: { x: 0, y: 0, width: 5, height: 60 } });
  await expect(outside).rejects.toMatchObject({ code: 'InvalidArgument' });
});

/** Coverage-weighted mean over a box, pixel by pixel of the whole image. */
function boxMean(image: Image, band: number, x: number, y: number, width: number, height: number): number {
  const [, rows, cols] = image.shape;
  const share = (start: number, end: number, at: number) =>
    Math.max(0, Math.min(end, at + 1) - Math.max(start, at));
  let [sum, weights] = [0, 0];
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < cols; c++) {
      const weight = share(x - width / 2, x + width / 2, c) * share(y - height / 2, y + height / 2, r);
      sum += weight * image.get(band, r, c);
      weights += weight;
    }
  return weights < (width * height) / 2 - 1e-6 ? Number.NaN : sum / weights;
}

/** Writes a previous date on another grid, and reads it on the target's. */
async function resampled(georeference: Georeference, align?: Alignment) {
  const { at, input, images } = files;
  await writeRaster(at('other.tif'), images.previous, 1, georeference);
  const triplet = await openTriplet({ ...input, previous: at('other.tif') }, { align });
  const { width, height, crop = whole } = triplet;
  const { previous } = await triplet.read({ x: 0, y: 0, width, height }, {});
  const pieces = await triplet.read({ x: 11, y: 9, width: 7, height: 5 }, {});
  await triplet.close();
  return { ...previous, crop, pieces: pieces.previous, warnings: triplet.warnings };
}

const utmGrid = (x: number, y: number, size: number, epsg = 32633): Georeference => ({
  crs: crsOf(epsg),
  transform: [x, size, 0, y, 0, -size],
});

const GRIDS = [
  ['half a pixel away', utmGrid(500_003, 4_499_995, 10), 1],
  ['of larger pixels', utmGrid(499_990, 4_500_010, 17), 1],
  ['of smaller pixels', utmGrid(500_101, 4_499_993, 4), 2.5],
] as const;

test.each(GRIDS)('a grid %s: agrees with a slow oracle, in pieces too', async (_, georeference, box) => {
  const { image, mask, crop, pieces, warnings } = await resampled(georeference);
  const [x0, size, , y0] = georeference.transform!;
  const { previous } = files.images;
  for (let i = 0; i < mask.data.length; i += 37) {
    const [row, column] = [Math.floor(i / crop.width), i % crop.width];
    const x = (500_000 + 10 * (crop.x + column + 0.5) - x0) / size;
    const y = (y0 - (4_500_000 - 10 * (crop.y + row + 0.5))) / size;
    const expected = boxMean(previous, 1, x, y, box, box);
    expect(mask.data[i]).toBe(Number.isNaN(expected) ? 0 : 1);
    if (mask.data[i]) expect(image.get(1, row, column) / expected).toBeCloseTo(1, 5);
  }
  for (let b = 0; b < 4; b++)
    for (let r = 0; r < 5; r++)
      for (let c = 0; c < 7; c++) expect(pieces.image.get(b, r, c)).toBe(image.get(b, 9 + r, 11 + c));
  const [{ code, message, input }] = warnings;
  expect([code, input]).toEqual(['DatesResampled', files.at('other.tif')]);
  const way = box > 1 ? 'averaging over its pixels' : 'bilinear interpolation';
  expect(message).toBe(
    `Is on another grid than the target; resampled from EPSG:32633, ${size} × ${size} m to EPSG:32633, 10 × 10 m by ${way}`,
  );
});

/** The target's grid in a user-defined system: a projection by its code, or by its method, on an ellipsoid. */
const userDefined = (key: 3074 | 3075, value: number, semiMajor = 6378137): Georeference => ({
  ...utm(500_000),
  crs: {
    geographic: false,
    geoKeys: {
      directory: [1, 1, 0, 5]
        .concat([1024, 0, 1, 1], [2057, 34736, 1, 0], [2059, 34736, 1, 1])
        .concat([3072, 0, 1, 32767], [key, 0, 1, value]),
      doubles: [semiMajor, 298.257223563],
    },
  },
});

test('a user-defined system is that of the target, another, or noted where it cannot be compared', async () => {
  expect((await resampled(userDefined(3074, 16033))).warnings).toEqual([]);
  await expect(resampled(userDefined(3074, 16033, 6378388))).rejects.toMatchObject({
    code: 'UnsupportedFormat',
    expected: expect.stringContaining('a reference system with an EPSG code'),
  });
  const { warnings, image } = await resampled(userDefined(3075, 25));
  expect(warnings).toEqual([
    {
      code: 'SystemsNotCompared',
      message: 'Its reference system cannot be compared with that of the target; assuming the same',
      input: files.at('other.tif'),
    },
  ]);
  expect(image.data).toEqual(files.images.previous.data);
});

test('another map projection: each pixel comes from its place', async () => {
  const [x, y] = projectionOf(crsOf(32632)).forward(projectionOf(crsOf(32633)).inverse([500_000, 4_500_000]));
  const { image, mask, crop } = await resampled(utmGrid(x - 60, y + 100, 15, 32632));
  const [from, to] = [projectionOf(crsOf(32633)), projectionOf(crsOf(32632))];
  let compared = 0;
  for (let i = 0; i < mask.data.length; i += 53) {
    if (!mask.data[i]) continue;
    const [row, column] = [Math.floor(i / crop.width), i % crop.width];
    const place = from.inverse([500_005 + 10 * (crop.x + column), 4_499_995 - 10 * (crop.y + row)]);
    const [px, py] = to.forward(place);
    const expected = boxMean(files.images.previous, 0, (px - x + 60) / 15, (y + 100 - py) / 15, 1, 1);
    expect(image.get(0, row, column) / expected).toBeCloseTo(1, 3);
    compared++;
  }
  expect(compared).toBeGreaterThan(40);
});

test.skipIf(withoutGdal).each([
  ['bilinear', utmGrid(500_003, 4_499_995, 10)],
  ['average', utmGrid(500_101, 4_499_993, 4)],
  ['bilinear', utmGrid(500_003, 4_499_993, 12)],
] as const)('gdalwarp -r %s gives the same', async (method, georeference) => {
  const { image, mask, crop } = await resampled(georeference);
  const { at } = files;
  const extent = [
    500_000 + 10 * crop.x,
    4_500_000 - 10 * (crop.y + crop.height),
    500_000 + 10 * (crop.x + crop.width),
    4_500_000 - 10 * crop.y,
  ];
  const { status, stderr } = spawnSync(
    'gdalwarp',
    [
      '-q',
      '-overwrite',
      '-r',
      method,
      '-et',
      '0',
      '-tr',
      '10',
      '10',
      '-te',
      ...extent.map(String),
      at('other.tif'),
      at('warped.tif'),
    ],
    { encoding: 'utf8' },
  );
  expect([status, stderr]).toEqual([0, '']);
  const raster = await openRaster(at('warped.tif'));
  const warped = await raster.read({ x: 0, y: 0, width: crop.width, height: crop.height });
  await raster.close();
  let compared = 0;
  for (let row = 2; row < crop.height - 2; row++)
    for (let column = 2; column < crop.width - 2; column++) {
      if (!mask.get(row, column)) continue;
      compared++;
      for (let b = 0; b < 2; b++)
        expect(image.get(b, row, column) / warped.image.get(b, row, column)).toBeCloseTo(1, 4);
    }
  expect(compared).toBeGreaterThan(300);
});

test('a covariance stays one when it is resampled', async () => {
  const { image, mask } = await resampled(GRIDS[2][1]);
  const [c11, c22, re, im] = [0, 1, 2, 3].map((b) => image.pick(b, null, null));
  for (let r = 0; r < mask.shape[0]; r++)
    for (let c = 0; c < mask.shape[1]; c++)
      expect(re.get(r, c) ** 2 + im.get(r, c) ** 2).toBeLessThanOrEqual(
        c11.get(r, c) * c22.get(r, c) * (1 + 1e-5),
      );
});

const radar = (shift: number): Georeference => ({
  crs: crsOf(4326),
  gcps: [0, SIZE].flatMap((row) =>
    [0, SIZE].map((column) => ({ column, row, x: 11 + (column + shift) / 5000, y: 46 - row / 5000, z: 0 })),
  ),
});

const REFUSED: [string, Georeference, Alignment, object][] = [
  ['another place', utm(900_000), 'shared', { message: expect.stringContaining('does not overlap') }],
  ['another UTM zone far away', utmGrid(500_000, 4_500_000, 10, 32640), 'shared', { code: 'GridMismatch' }],
  [
    'radar geometry beside a map',
    radar(0),
    'shared',
    { message: expect.stringContaining('is in radar geometry') },
  ],
  [
    'another grid where alignment is off',
    utm(500_010),
    'off',
    { hint: expect.stringContaining('--align off') },
  ],
  [
    'a reference system that cannot be converted',
    utmGrid(500_000, 4_500_000, 10, 26713),
    'shared',
    { code: 'UnsupportedFormat' },
  ],
];

test.each(REFUSED)('%s is refused', async (_, georeference, align, expected) => {
  const { at, input, images } = files;
  await writeRaster(at('refused.tif'), images.next, 25, georeference);
  const opening = openTriplet({ ...input, next: at('refused.tif') }, { align });
  await expect(opening).rejects.toMatchObject({ name: 'SarIoError', hint: expect.any(String), ...expected });
});

test('radar geometry of another place and dates of other sizes without georeference are refused', async () => {
  const { at, input, images } = files;
  await writeRaster(at('radar-0.tif'), images.target, 13, radar(0));
  await writeRaster(at('radar-1.tif'), images.previous, 1, radar(9));
  await expect(
    openTriplet({ target: at('radar-0.tif'), previous: at('radar-1.tif'), next: at('radar-0.tif') }),
  ).rejects.toMatchObject({ code: 'GridMismatch', hint: expect.stringContaining('mtpi prepare') });
  await writeRaster(at('bare.tif'), cut(images.next, { ...whole, width: 40 }), 25, {});
  await expect(openTriplet({ ...input, next: at('bare.tif') })).rejects.toMatchObject({
    code: 'GridMismatch',
    message: expect.stringContaining('has no georeference'),
  });
});

test('three dates that overlap in pairs only have no area in common', async () => {
  const input = await writeCuts(
    {
      target: whole,
      previous: { x: 0, y: 0, width: 20, height: 64 },
      next: { x: 30, y: 0, width: 20, height: 64 },
    },
    'apart',
  );
  await expect(openTriplet(input)).rejects.toMatchObject({
    code: 'GridMismatch',
    found: expect.stringContaining('20 × 64 pixels at (30, 0)'),
  });
});

/** Textured ground with speckle of its own, shown some pixels further right and down. */
function ground(seed: number, right: number, down: number, size = 384): Image {
  const waves = new Random(3);
  const terms = Array.from({ length: 40 }, () => [
    waves.uniform(-0.5, 0.5),
    waves.uniform(-0.5, 0.5),
    waves.uniform(0, 6.3),
  ]);
  const random = new Random(seed);
  const image = createImage(4, size, size);
  for (let y = 0, i = 0; y < size; y++)
    for (let x = 0; x < size; x++, i++) {
      const sum = terms.reduce(
        (all, [fx, fy, phase]) => all + Math.cos(fx * (x - right) + fy * (y - down) + phase),
        0,
      );
      image.data[i] = Math.exp(sum / 5) * random.gamma(4);
      image.data[size * size + i] = 0.2 * image.data[i];
    }
  return image;
}

test('a shift that remains is a warning with its size; none is not', async () => {
  const { at } = files;
  await writeRaster(at('g-target.tif'), ground(1, 0, 0), 13, utm(500_000));
  await writeRaster(at('g-previous.tif'), ground(2, 0.4, -0.3), 1, utm(500_000));
  await writeRaster(at('g-next.tif'), ground(3, 0, 0), 25, utm(500_000));
  const input = { target: at('g-target.tif'), previous: at('g-previous.tif'), next: at('g-next.tif') };
  const triplet = await openTriplet(input);
  await triplet.close();
  const shifted = triplet.warnings.filter(({ code }) => code === 'DatesShifted');
  expect(shifted.map(({ input }) => input)).toEqual([at('g-previous.tif')]);
  const [, size, right, up] = /by (\S+) pixels.*\((\S+) right, (\S+) up\)/
    .exec(shifted[0].message)!
    .map(Number);
  expect(Math.abs(size - 0.5)).toBeLessThan(0.1);
  expect(Math.abs(right - 0.4)).toBeLessThan(0.1);
  expect(Math.abs(up - 0.3)).toBeLessThan(0.1);
});
