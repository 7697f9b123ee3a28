import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { crsOf } from '@mtpi/sar-io';
import { createGeoTiff, openRaster } from '@mtpi/sar-io/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { gdal, gdalInfo, gdalRead, imageOf, temporaryFolder, withoutGdal } from '../../sar-io/test/support';
import { deburst, type SwathOnGrid, stackGeometry, stackGrid } from '../src/coregister/stack-grid';
import {
  bistaticReferenceSlantRangeTime,
  coregisterStack,
  openSlc,
  type StackMapOptions,
  type Warning,
} from '../src/index';
import { writeMiniSafe } from './mini-safe/mini-safe';
import { SAFE_ARCHIVES, unpackSafe, withoutSafe } from './safe-support';

const folder = temporaryFolder();
const DATE = '20240305T214632_S1A';
let product: string;

/** The product on a map, or in radar geometry. */
async function prepared(name: string, geocode?: StackMapOptions, looks?: { range: number; azimuth: number }) {
  const to = join(folder, name);
  const stack = await coregisterStack([product], to, { geocode, looks, threads: 0 });
  return { stack, path: join(to, `${DATE}.tif`) };
}

async function readAll(path: string) {
  const source = await openRaster(path);
  const read = await source.read({ x: 0, y: 0, width: source.width, height: source.height });
  await source.close();
  return { ...read, ...source.georeference };
}

/** A raster of one height, around the product or from another longitude on. */
async function plain(height: number, left = 15.2): Promise<string> {
  const path = join(folder, left === 15.2 ? `plain-${height}.tif` : `plain-${height}-${left}.tif`);
  const [width, rows] = [60, 40];
  const sink = await createGeoTiff(path, {
    width,
    height: rows,
    bands: ['height'],
    georeference: { crs: crsOf(4326), transform: [left, 0.01, 0, 45.95, 0, -0.01] },
  });
  await sink.write(imageOf(new Float32Array(width * rows).fill(height), 1, rows, width));
  await sink.close();
  return path;
}

beforeAll(async () => {
  const { products } = await writeMiniSafe(folder, { dates: [{ origin: '2024-03-05T21:46:32' }] });
  product = products[0].path;
});

it('lays a stack on a map', async () => {
  const { stack, path } = await prepared('utm', { spacing: 10 }, { range: 4, azimuth: 1 });
  expect(stack.map).toMatchObject({ crs: 'EPSG:32633', heights: 'geolocation grid' });
  const { image, mask, crs, transform } = await readAll(path);
  expect(crs?.epsg).toBe(32633);
  expect(transform).toEqual(stack.map?.transform);
  expect(mask.shape).toEqual([stack.height, stack.width]);
  const radar = await readAll((await prepared('radar', undefined, { range: 4, azimuth: 1 })).path);
  const mean = ({ data }: typeof image, valid: Uint8Array) => {
    const count = valid.reduce((sum, value) => sum + value, 0);
    return valid.reduce((sum, value, i) => sum + (value ? data[i] : 0), 0) / count;
  };
  const ratio = mean(image, mask.data) / mean(radar.image, radar.mask.data);
  expect(Math.abs(10 * Math.log10(ratio))).toBeLessThan(0.2);
});

it('takes heights from an elevation model', async () => {
  // The ground of the product is 150 m high, and its grid says so.
  const options: StackMapOptions = { epsg: 4326, spacing: 1e-4 };
  const grid = await readAll((await prepared('grid', options)).path);
  const { stack, path } = await prepared('model', { ...options, dem: await plain(150) });
  expect(stack.map).toMatchObject({ crs: 'EPSG:4326', heights: 'plain-150.tif (ellipsoidal heights)' });
  const model = await readAll(path);
  expect([...model.mask.data]).toEqual([...grid.mask.data]);
  const worst = model.image.data.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - grid.image.data[i])),
    0,
  );
  const largest = model.image.data.reduce((most, value) => Math.max(most, value), 0);
  expect(worst / largest).toBeLessThan(1e-3);
  const higher = await readAll((await prepared('higher', { ...options, dem: await plain(400) })).path);
  expect([...higher.mask.data]).not.toEqual([...grid.mask.data]);
});

it.skipIf(withoutGdal)(
  'agrees with GDAL, which warps by control points (skipped without gdalinfo)',
  async () => {
    const { stack, path } = await prepared('fine', { epsg: 32633, spacing: 4 });
    const radar = await prepared('single');
    const [x, step, , y] = stack.map!.transform;
    const warped = join(folder, 'warped.tif');
    const extent = [x, y - stack.height * step, x + stack.width * step, y].map(String);
    const options = [
      '-q',
      '-tps',
      '-et',
      '0',
      '-t_srs',
      'EPSG:32633',
      '-tr',
      '4',
      '4',
      '-r',
      'bilinear',
      '-te',
      ...extent,
    ];
    gdal('gdalwarp', ...options, radar.path, warped);
    const info = gdalInfo(path);
    expect(info.size).toEqual([stack.width, stack.height]);
    expect(info.coordinateSystem.wkt).toContain('ID["EPSG",32633]');
    expect(info.geoTransform).toEqual(stack.map!.transform);
    const [ours, theirs] = [path, warped].map((file) => gdalRead(file, folder, '-b', '1'));
    let [both, error, power] = [0, 0, 0];
    for (const [i, value] of ours.entries()) {
      if (Number.isNaN(value) || Number.isNaN(theirs[i])) continue;
      both++;
      error += (value - theirs[i]) ** 2;
      power += value ** 2;
    }
    expect(both).toBeGreaterThan(0.9 * ours.filter((value) => !Number.isNaN(value)).length);
    expect(Math.sqrt(error / power)).toBeLessThan(0.05);
  },
);

it('reports a DEM that lacks some of the image, and refuses one that lacks all', async () => {
  const elsewhere = await plain(150, 18);
  await expect(prepared('elsewhere', { dem: elsewhere })).rejects.toMatchObject({
    code: 'NotFound',
    message: expect.stringMatching(/heights of the area of .*SAFE, found none/),
  });
  const warnings: Warning[] = [];
  const to = join(folder, 'half');
  const safe = await openSlc(product);
  const { grid } = await safe.annotation('IW1', 'VV');
  await safe.close();
  const half = await plain(
    150,
    grid.reduce((sum, { longitude }) => sum + longitude / grid.length, 0),
  );
  await coregisterStack([product], to, {
    ...{ geocode: { dem: half }, threads: 0 },
    onWarning: (warning) => warnings.push(warning),
  });
  const incomplete = warnings.filter(({ code }) => code === 'DemIncomplete');
  expect(incomplete).toMatchObject([
    { message: expect.stringMatching(/^The DEM covers \d\d % of/), input: half },
  ]);
});

it.each([
  [{ epsg: 26713 }, 'UnsupportedFormat', /with an EPSG code.*found EPSG:26713/],
  [{ spacing: 0 }, 'InvalidArgument', /expected a positive spacing, found 0/],
  [{ dem: 'nowhere.tif' }, 'NotFound', /nowhere\.tif/],
  [{ flatten: true }, 'InvalidArgument', /expected a DEM for flattening, found none/],
  [{ geoid: 40 }, 'InvalidArgument', /expected a DEM for heights or geoid, found none/],
  [{ heights: 'geoid' as const }, 'InvalidArgument', /expected a DEM for heights or geoid, found none/],
  [{ epsg: 4978 }, 'InvalidArgument', /EPSG:4978, whose unit is that of geocentric coordinates/],
])('refuses %j', async (options, code, message) => {
  await expect(prepared('refused', options)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});

const PAIRS = SAFE_ARCHIVES.filter((file) => /_pair_/.test(file) && !/_2019/.test(file));

describe.skipIf(withoutSafe)('real swaths (skipped without shared data)', () => {
  it.each(PAIRS.map((archive) => [basename(archive), archive]))(
    'show the points of the grid where it says: %s',
    async (name, archive) => {
      const to = join(folder, name);
      mkdirSync(to);
      const safe = await openSlc(unpackSafe(archive, to)[0]);
      const middle = await safe.annotation('IW2', 'VV');
      const swaths: SwathOnGrid[] = [];
      for (const swath of safe.swaths) {
        const annotation = await safe.annotation(swath, 'VV');
        swaths.push({ annotation, grid: deburst(annotation, 1, 3) });
        const known = middle.slantRangeTime + middle.samples / 2 / middle.rangeSamplingRate;
        expect(Math.abs(bistaticReferenceSlantRangeTime(annotation) - known)).toBeLessThan(1e-6);
      }
      await safe.close();
      const plan = stackGrid(swaths);
      const { orbit } = swaths[0].annotation;
      const { backwardGeocode, heightAt } = stackGeometry(swaths, orbit, plan, { azimuth: 2, range: 4 });
      for (const [s, { annotation, grid }] of swaths.entries()) {
        // Swaths are laid beside the first on its whole lines and samples.
        const [rows, columns] = s === 0 ? [1e-3, 1e-3] : [0.26, 0.13];
        for (const { line, sample, longitude, latitude, height } of annotation.grid) {
          const burst = line / annotation.linesPerBurst - 1;
          if (grid.burstStartRows[burst] === undefined || burst > 2) continue;
          const [row, column] = backwardGeocode(longitude, latitude, height);
          const { row: top, column: left } = plan.placements[s];
          expect(Math.abs(row - (top + grid.burstStartRows[burst] - 0.5) / 2)).toBeLessThan(rows);
          expect(Math.abs(column - (left + sample - 1.5) / 4)).toBeLessThan(columns);
          // Where IW2 begins, its grid counts.
          if (left + sample < plan.placements[1].column)
            expect(Math.abs(heightAt(row, column) - height)).toBeLessThan(0.5);
        }
      }
    },
  );
});
