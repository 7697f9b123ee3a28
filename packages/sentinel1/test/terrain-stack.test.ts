import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crsOf, projectionOf } from '@mtpi/sar-io';
import { createGeoTiff, openRaster } from '@mtpi/sar-io/node';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { imageOf, temporaryFolder } from '../../sar-io/test/support';
import {
  type Area,
  coregisterStack,
  type StackDescription,
  terrainCorrectStack,
  type Warning,
} from '../src/index';
import { CircularOrbit, toGeodetic } from './mini-safe/circular-orbit';
import { GRD, GRD_BORDER, type GrdScene, grdCenter, pixelTimes, writeMiniGrd } from './mini-safe/mini-grd';

const folder = temporaryFolder();
const [LON, LAT] = grdCenter();
/** Meters east and north of the center. */
const local = (lon: number, lat: number) => [
  (lon - LON) * 111_320 * Math.cos((LAT * Math.PI) / 180),
  (lat - LAT) * 111_130,
];

/** Two hills of 250 m, with slopes up to 20°, four bright spots, and a boundary. */
const scene: GrdScene = {
  height(lon, lat) {
    const [x, y] = local(lon, lat);
    return (
      250 *
      (Math.exp(-((x + 500) ** 2 + y ** 2) / 600 ** 2) +
        Math.exp(-((x - 600) ** 2 + (y - 500) ** 2) / 600 ** 2))
    );
  },
  gamma0(lon, lat) {
    const [x, y] = local(lon, lat);
    let spots = 0;
    for (const [sx, sy] of SPOTS) spots += Math.exp(-((x - sx) ** 2 + (y - sy) ** 2) / (2 * 40 ** 2));
    const ground = y < -700 ? 0.05 : 0.15;
    return [ground + 2 * spots, ground / 4];
  },
};
const SPOTS = [
  [-500, 250],
  [-350, -200],
  [600, 300],
  [800, -300],
] as const;

const dates = [
  { origin: '2024-02-22T21:46:32', absoluteOrbit: 52677, shift: -120 },
  { origin: '2024-03-05T21:46:32', absoluteOrbit: 52852 },
  { origin: '2024-03-17T21:46:33', absoluteOrbit: 53027, shift: 90 },
];
let products: string[];
let dem: string;

/** Pixel centers on whole arc seconds, ellipsoidal heights. */
async function writeDem(name: string, west: number, width: number): Promise<string> {
  const path = join(folder, name);
  const [step, height] = [1 / 3600, 240];
  const [left, top] = [Math.round(west * 3600) / 3600, Math.round((LAT + 0.03) * 3600) / 3600];
  const crs = {
    ...crsOf(4326),
    geoKeys: { directory: [1, 1, 0, 3, 1024, 0, 1, 2, 2048, 0, 1, 4326, 4096, 0, 1, 4979] },
  };
  const georeference = { crs, transform: [left - step / 2, step, 0, top + step / 2, 0, -step] as const };
  const sink = await createGeoTiff(path, {
    width,
    height,
    bands: ['height'],
    georeference,
    overviews: false,
  });
  const values = Array.from({ length: width * height }, (_, i) =>
    scene.height(left + (i % width) * step, top - Math.floor(i / width) * step),
  );
  await sink.write(imageOf(values, 1, height, width));
  await sink.close();
  return path;
}

async function readAll(path: string) {
  const source = await openRaster(path);
  const { image, mask } = await source.read({ x: 0, y: 0, width: source.width, height: source.height });
  const size = source.width * source.height;
  const bands = source.bands.map((_, b) => image.data.subarray(b * size, (b + 1) * size));
  const { georeference, bands: info, acquired, metadata } = source;
  await source.close();
  return { bands, mask: mask.data, georeference, info, acquired, metadata };
}

beforeAll(async () => {
  products = await writeMiniGrd(folder, dates, scene);
  dem = await writeDem('dem.tif', LON - 0.04, 290);
});

describe('three GRD products of hills', () => {
  let stack: StackDescription;
  const out = join(folder, 'flat');
  const stages = new Set<string>();
  beforeAll(async () => {
    stack = await terrainCorrectStack(products, out, {
      geocode: { dem, flatten: true, spacing: 20 },
      threads: 0,
      onProgress: ({ stage }) => stages.add(stage),
    });
  });

  it('report the pass over whole images too, in which their borders are found', () => {
    expect([...stages]).toEqual(['detecting border noise', 'terrain correction']);
  });

  it('are on one grid, by time', async () => {
    expect(stack).toMatchObject({
      ...{ channels: ['VV', 'VH'], calibration: 'gamma0', swaths: [], reference: '20240305T214631_S1A' },
      map: {
        crs: 'EPSG:32633',
        heights: 'dem.tif (ellipsoidal heights)',
        flattened: true,
        terrain: 'terrain.tif',
      },
    });
    const files = stack.dates.map(({ files: [file] }) => file);
    expect(files).toEqual(['20240222T214631_S1A.tif', '20240305T214631_S1A.tif', '20240317T214632_S1A.tif']);
    for (const file of files) {
      const { georeference, info, metadata } = await readAll(join(out, file));
      // Cells of 20 m are about as large as the resolution of 20 × 22 m: some more looks than the 4.4 of a pixel.
      expect(Number(metadata.EQUIVALENT_LOOKS)).toBeGreaterThan(4.4);
      expect(Number(metadata.EQUIVALENT_LOOKS)).toBeLessThan(4.4 * 2);
      expect(metadata.RELATIVE_ORBIT).toBe('105');
      expect(metadata.NOISE_SUBTRACTED).toBeUndefined();
      expect(metadata.EQUIVALENT_LOOKS).toBe(stack.dates[0].equivalentLooks?.toFixed(2));
      expect(georeference.transform).toEqual(stack.map!.transform);
      expect(info.map(({ name }) => name)).toEqual(['VV', 'VH']);
    }
    const [x, dx, , y] = stack.map!.transform;
    expect([x % dx, y % dx]).toEqual([0, 0]);
  });

  it('show spots where they are, with their gamma0, on all dates', async () => {
    const { forward } = projectionOf(crsOf(32633));
    const [x0, step, , y0] = stack.map!.transform;
    for (const { files } of stack.dates) {
      const { bands, mask } = await readAll(join(out, files[0]));
      for (const [sx, sy] of SPOTS) {
        const place = [LON + sx / (111_320 * Math.cos((LAT * Math.PI) / 180)), LAT + sy / 111_130] as const;
        const [east, north] = forward(place);
        const [column, row] = [(east - x0) / step - 0.5, (y0 - north) / step - 0.5];
        let [sum, rows, columns] = [0, 0, 0];
        for (let r = Math.round(row) - 8; r <= row + 8; r++) {
          for (let c = Math.round(column) - 8; c <= column + 8; c++) {
            const excess = bands[0][r * stack.width + c] - 0.15;
            expect(mask[r * stack.width + c]).toBe(1);
            [sum, rows, columns] = [sum + excess, rows + excess * r, columns + excess * c];
          }
        }
        expect(Math.hypot(rows / sum - row, columns / sum - column)).toBeLessThan(0.2);
      }
    }
  });

  it('have the gamma0 of the ground within a tenth of a decibel, on slopes too', async () => {
    const { inverse } = projectionOf(crsOf(32633));
    const [x0, step, , y0] = stack.map!.transform;
    const { bands, mask } = await readAll(join(out, stack.dates[1].files[0]));
    const { bands: layers } = await readAll(join(out, 'terrain.tif'));
    // By local incidence angle: toward the radar, flat, away from it.
    const sums = new Map<string, { found: number; truth: number; count: number }>();
    for (let i = 0; i < mask.length; i++) {
      if (!mask[i]) continue;
      const [lon, lat] = inverse([
        x0 + ((i % stack.width) + 0.5) * step,
        y0 - (Math.floor(i / stack.width) + 0.5) * step,
      ]);
      const [x, y] = local(lon, lat);
      if (Math.abs(y + 700) < 60 || Math.abs(x) > 1300 || Math.abs(y) > 1300) continue;
      const slope = layers[0][i] < 32 ? 'toward' : layers[0][i] > 45 ? 'away' : 'flat';
      const entry = sums.get(slope) ?? { found: 0, truth: 0, count: 0 };
      entry.found += bands[1][i];
      entry.truth += scene.gamma0(lon, lat)[1];
      entry.count++;
      sums.set(slope, entry);
    }
    expect([...sums.keys()].sort()).toEqual(['away', 'flat', 'toward']);
    for (const { found, truth, count } of sums.values()) {
      expect(count).toBeGreaterThan(100);
      expect(Math.abs(10 * Math.log10(found / truth))).toBeLessThan(0.1);
    }
  });

  it('are valid inside their borders', async () => {
    const orbit = new CircularOrbit();
    const { forward } = projectionOf(crsOf(32633));
    const [x0, step, , y0] = stack.map!.transform;
    const { mask } = await readAll(join(out, stack.dates[1].files[0]));
    const at = (line: number, sample: number) => {
      const [, time, delay] = pixelTimes(line, sample);
      const { longitude, latitude } = toGeodetic(orbit.toGround(time, delay, 0));
      const [east, north] = forward([longitude, latitude]);
      return mask[Math.floor((y0 - north) / step) * stack.width + Math.floor((east - x0) / step)];
    };
    for (const line of [30, 150, 270]) {
      expect([at(line, GRD_BORDER - 3), at(line, GRD_BORDER + 3), at(line, GRD.samples - 3)]).toEqual([
        0, 1, 1,
      ]);
    }
    expect([at(3, 200), at(GRD.lines - 4, 100)]).toEqual([1, 1]);
    expect([at(-3, 200), at(GRD.lines + 3, 100)].map((value) => value ?? 0)).toEqual([0, 0]);
  });
});

it('two slices of a pass are one image without a seam', async () => {
  const [date] = dates.slice(1);
  const slices = await writeMiniGrd(
    folder,
    [
      { ...date, lines: 140 },
      { ...date, firstLine: 140, lines: 160 },
    ],
    scene,
  );
  const options = { geocode: { dem, spacing: 10 }, calibration: 'beta0' as const, threads: 0 };
  const joined = await terrainCorrectStack(slices.reverse(), join(folder, 'joined'), options);
  const whole = await terrainCorrectStack([products[1]], join(folder, 'whole'), options);
  expect(joined.dates.length).toBe(1);
  expect(joined.dates[0].product.split(' ').length).toBe(2);
  const [a, b] = [
    await readAll(join(folder, 'joined', joined.dates[0].files[0])),
    await readAll(join(folder, 'whole', whole.dates[0].files[0])),
  ];
  const offset = Math.round((joined.map!.transform[3] - whole.map!.transform[3]) / 10) * whole.width;
  expect([joined.width, offset]).toEqual([whole.width, 0]);
  let [missing, worst] = [0, 0];
  for (let i = 0; i < b.mask.length; i++) {
    missing += Number(b.mask[i] !== a.mask[i]);
    if (a.mask[i] && b.mask[i]) worst = Math.max(worst, Math.abs(a.bands[1][i] / b.bands[1][i] - 1));
  }
  expect(missing).toBeLessThan(3);
  expect(worst).toBeLessThan(0.1);
});

const boxAround = (lon: number, lat: number): Area => {
  const [west, south, east, north] = [lon - 0.004, lat - 0.003, lon + 0.004, lat + 0.003];
  const ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]; // biome-ignore format: corners
  return { type: 'Polygon', coordinates: [ring] };
};

it('heights of the geolocation grid do without a DEM, and an area without the rest', async () => {
  const stack = await terrainCorrectStack([products[1]], join(folder, 'plain'), {
    area: boxAround(LON, LAT),
    denoise: true,
    threads: 0,
  });
  expect(stack).toMatchObject({
    calibration: 'sigma0',
    denoised: true,
    map: { heights: 'geolocation grid', flattened: false },
  });
  expect(stack.map!.transform[1]).toBe(10);
  expect(stack.width).toBeLessThan(80);
  const { metadata } = await readAll(join(folder, 'plain', stack.dates[0].files[0]));
  expect(metadata.NOISE_SUBTRACTED).toBe('yes');
  expect(existsSync(join(folder, 'plain/terrain.tif'))).toBe(false);
});

it('noise that the processor subtracted is stated, too', async () => {
  const [path] = await writeMiniGrd(join(folder, 'clean'), [{ ...dates[0], lines: 20 }], scene);
  for (const name of readdirSync(join(path, 'annotation')).filter((file) => file.endsWith('.xml'))) {
    const file = join(path, 'annotation', name);
    const performed = /(thermalNoiseCorrectionPerformed>)false/;
    writeFileSync(file, readFileSync(file, 'utf8').replace(performed, '$1true'));
  }
  const stack = await terrainCorrectStack([path], join(folder, 'clean'), { threads: 0 });
  const { metadata } = await readAll(join(folder, 'clean', stack.dates[0].files[0]));
  expect(metadata.NOISE_SUBTRACTED).toBe('yes');
});

it('a DEM that lacks some of the image is reported', async () => {
  const warnings: Warning[] = [];
  const half = await writeDem('half.tif', LON, 144);
  await terrainCorrectStack([products[1]], join(folder, 'half'), {
    geocode: { dem: half },
    threads: 0,
    onWarning: (warning) => warnings.push(warning),
  });
  expect(warnings).toMatchObject([
    {
      code: 'DemIncomplete',
      message: expect.stringMatching(/^The DEM covers \d\d % of the image in the map/),
      input: half,
    },
  ]);
  await terrainCorrectStack([products[1]], join(folder, 'half'), {
    ...{ geocode: { dem: half }, area: boxAround(LON, LAT), threads: 0 },
    onWarning: (warning) => warnings.push(warning),
  });
  expect(warnings[1].message).toMatch(/^The DEM covers \d\d % of the area of interest/);
});

it.each<[string, () => Promise<[string[], object]>, string, RegExp]>([
  [
    'an area outside',
    async () => [products, { area: boxAround(LAT, LON) }],
    'InvalidArgument',
    /20240222.*expected an area of interest that meets the image, as longitude and latitude, found one outside it/,
  ],
  [
    'products of other places',
    async () => {
      const far = { ...dates[1], firstLine: 20_000, lines: 4 };
      return [[products[2], ...(await writeMiniGrd(join(folder, 'far'), [far], scene))], {}];
    },
    'GridMismatch',
    /20240305T214701.* does not overlap .*20240317/,
  ],
])('refuses %s before pixels are read', async (_, input, code, message) => {
  const [paths, options] = await input();
  const onProgress = vi.fn();
  const to = join(folder, 'outside');
  await expect(terrainCorrectStack(paths, to, { threads: 0, onProgress, ...options })).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
    hint: expect.stringMatching(/^The image covers \d+\.\d\d,.* \(west,south,east,north\)\.$/),
  });
  expect(onProgress).not.toHaveBeenCalled();
});

it('stops while products are opened', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  for (const stack of [terrainCorrectStack, coregisterStack])
    await expect(stack(['nowhere.SAFE'], join(folder, 'stopped'), { signal })).rejects.toThrow('enough');
});

it.each<[string, () => Promise<[string[], object]>, string, RegExp]>([
  ['no product', async () => [[], {}], 'InvalidArgument', /expected products, found none/],
  [
    'a product twice',
    async () => [[products[0], products[0]], {}],
    'InvalidArgument',
    /found the same acquisition/,
  ],
  [
    'a reference that is none',
    async () => [products, { reference: '1999' }],
    'InvalidArgument',
    /'1999', which 0 have/,
  ],
  [
    'flattening without a DEM',
    async () => [products, { geocode: { flatten: true } }],
    'InvalidArgument',
    /expected a DEM for flattening/,
  ],
  [
    'a geoid without a DEM',
    async () => [products, { geocode: { geoid: 40 } }],
    'InvalidArgument',
    /expected a DEM for heights or geoid/,
  ],
  [
    'a DEM of another place',
    async () => [products, { geocode: { dem: await writeDem('elsewhere.tif', LON + 2, 50) } }],
    'NotFound',
    /elsewhere\.tif: expected heights of the area of .*, found none/,
  ],
  [
    'slices with a gap',
    async () => [
      await writeMiniGrd(
        join(folder, 'gap'),
        [
          { ...dates[0], lines: 20 },
          { ...dates[0], firstLine: 60, lines: 20 },
        ],
        scene,
      ),
      {},
    ],
    'GridMismatch',
    /expected a slice that follows .*, found a gap of 40 lines/,
  ],
  [
    'an area in the border of an image',
    async () => {
      const [, time, delay] = pixelTimes(GRD.lines / 2, 1);
      const { longitude, latitude } = toGeodetic(new CircularOrbit().toGround(time, delay, 0));
      return [[products[1]], { area: { type: 'Point', coordinates: [longitude, latitude] } }];
    },
    'GridMismatch',
    /expected an image of the area of the map, found no valid pixel/,
  ],
])('refuses %s', async (name, input, code, message) => {
  const [paths, options] = await input();
  const to = join(folder, name);
  await expect(terrainCorrectStack(paths, to, { threads: 0, ...options })).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
  expect(existsSync(join(to, 'stack.json'))).toBe(false);
});
