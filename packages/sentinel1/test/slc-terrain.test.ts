import { join } from 'node:path';
import { crsOf, projectionOf } from '@mtpi/sar-io';
import { openRaster } from '@mtpi/sar-io/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../sar-io/test/support';
import { coregisterStack, type StackDescription } from '../src/index';
import { earthFixed } from './mini-safe/circular-orbit';
import { Hills } from './mini-safe/hills';
import { type MiniSafe, writeMiniSafe } from './mini-safe/mini-safe';
import { TOPS } from './mini-safe/tops';

const folder = temporaryFolder();
const SPACING = 20;
/** Points in each direction that a cell of the truth is the mean of. */
const POINTS = 5;

/** Columns that are valid in some burst. */
const WIDEST = [12, 504];

let mini: MiniSafe;
let stack: StackDescription;
let hills: Hills;

/** Row and column of the reference at which a point is seen, by the closed form of its orbit. */
function seenAt(longitude: number, latitude: number): [row: number, column: number] {
  const reference = mini.products[1];
  const point = earthFixed(longitude, latitude, hills.heightAt(longitude, latitude));
  const [time, delay] = reference.orbit.toRadar(point);
  const column = (delay - TOPS.slantRangeTime) * TOPS.rangeSamplingRate;
  return [(time - reference.lineTime(0, 0, column)) / TOPS.azimuthTimeInterval, column];
}

/** VV power that the map should show, and whether its cells lie in the valid part of the image, outside it, or on its edge. */
function truthOf(date: number, { width, height, map }: StackDescription) {
  const { inverse } = projectionOf(crsOf(Number(map!.crs.slice(5))));
  const [x0, step, , y0] = map!.transform;
  const rows = 2 * mini.step + mini.linesPerBurst;
  const [c11] = mini.covariance(0, rows);
  const [{ validColumns, validRows }] = stack.swaths;
  // The other orbits see the ground some columns aside.
  const [, offset] = mini.offset(date, 1, mini.linesPerBurst / 2, mini.samples / 2);
  const power = new Float64Array(width * height);
  const place = new Int8Array(width * height);
  for (let i = 0; i < power.length; i++) {
    let [sum, inside, outside] = [0, 0, 0];
    for (let k = 0; k < POINTS ** 2; k++) {
      const [u, v] = [(k % POINTS) + 0.5, Math.floor(k / POINTS) + 0.5].map((point) => point / POINTS);
      const [row, column] = seenAt(
        ...inverse([x0 + ((i % width) + u) * step, y0 - (Math.floor(i / width) + v) * step]),
      );
      const within = ([top, bottom]: readonly number[], [left, right]: readonly number[]) =>
        Math.min(row - top, bottom - row, column - left, right - column);
      const shifted = ([left, right]: readonly number[]) => [left - offset, right - offset];
      if (Math.min(within(validRows, validColumns), within(validRows, shifted(validColumns))) > 3) inside++;
      if (within(validRows, shifted(WIDEST)) < -3) outside++;
      const [r, c] = [Math.floor(row), Math.floor(column)];
      if (r < 0 || r >= rows - 1 || c < 0 || c >= mini.samples - 1) continue;
      const at = (j: number, k: number) => c11[(r + j) * mini.samples + c + k];
      const [y, x] = [row - r, column - c];
      sum += (1 - y) * ((1 - x) * at(0, 0) + x * at(0, 1)) + y * ((1 - x) * at(1, 0) + x * at(1, 1));
    }
    power[i] = sum / POINTS ** 2;
    place[i] = inside === POINTS ** 2 ? 1 : outside === POINTS ** 2 ? -1 : 0;
  }
  return { power, place };
}

beforeAll(async () => {
  mini = await writeMiniSafe(folder);
  hills = new Hills(mini);
  stack = await coregisterStack(
    mini.products.map(({ path }) => path),
    join(folder, 'map'),
    { geocode: { dem: await hills.writeDem(folder), spacing: SPACING }, threads: 0 },
  );
});

describe('three SLC products on a map of hills', () => {
  it('have the looks of their cells', async () => {
    const [{ equivalentLooks }] = stack.swaths;
    const source = await openRaster(join(folder, 'map', stack.dates[0].files[0]));
    await source.close();
    expect(source.metadata.EQUIVALENT_LOOKS).toBe(equivalentLooks!.toFixed(2));
    // 20 m are 1.4 lines and some five samples, of which 1.95 and 1.37 make an independent one.
    expect(equivalentLooks).toBeGreaterThan(2);
    expect(equivalentLooks).toBeLessThan(6);
  });

  it.each([0, 1, 2])('are where the ground is, with its backscatter, date %i', async (d) => {
    const source = await openRaster(join(folder, 'map', stack.dates[d].files[0]));
    const { width, height } = source;
    const { image, mask } = await source.read({ x: 0, y: 0, width, height });
    await source.close();
    const { power, place } = truthOf(d, stack);
    const found = image.data.subarray(0, width * height);
    const wrong = [...place.keys()].filter((i) => place[i] !== 0 && mask.data[i] !== Number(place[i] > 0));
    expect(wrong).toEqual([]);
    // The shift (east, south) of least squares, relative to the speckle: found − truth = −shift · gradient.
    let [xx, xy, yy, ex, ey, sum, truth, count] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let y = 1; y < height - 1; y++)
      for (let x = 1; x < width - 1; x++) {
        const i = y * width + x;
        if ([i, i - 1, i + 1, i - width, i + width].some((j) => place[j] !== 1)) continue;
        const gx = (power[i + 1] - power[i - 1]) / 2 / power[i];
        const gy = (power[i + width] - power[i - width]) / 2 / power[i];
        const error = 1 - found[i] / power[i];
        [xx, xy, yy] = [xx + gx * gx, xy + gx * gy, yy + gy * gy];
        [ex, ey] = [ex + gx * error, ey + gy * error];
        [sum, truth, count] = [sum + found[i] / power[i], truth + 1, count + 1];
      }
    expect(count).toBeGreaterThan(1000);
    const determinant = xx * yy - xy * xy;
    const shift = [(yy * ex - xy * ey) / determinant, (xx * ey - xy * ex) / determinant];
    expect(Math.hypot(...shift)).toBeLessThan(0.2);
    expect(Math.abs(10 * Math.log10(sum / truth))).toBeLessThan(0.1);
  });
});

/** Area seen by the radar over that of slant range and flight direction, cos θ / cos ψ of the slope (Ulander 1996). */
function flatteningFactor(longitude: number, latitude: number): number {
  const { orbit } = mini.products[1];
  const at = (east: number, north: number) =>
    earthFixed(longitude + east, latitude + north, hills.heightAt(longitude + east, latitude + north));
  const difference = (a: readonly number[], b: readonly number[]) => a.map((value, i) => value - b[i]);
  const cross = (a: readonly number[], b: readonly number[]) =>
    [0, 1, 2].map((i) => a[(i + 1) % 3] * b[(i + 2) % 3] - a[(i + 2) % 3] * b[(i + 1) % 3]);
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, i) => sum + value * b[i], 0);
  const step = 1e-5;
  const normal = cross(difference(at(step, 0), at(-step, 0)), difference(at(0, step), at(0, -step)));
  const [time] = orbit.toRadar(at(0, 0));
  const sight = difference(at(0, 0), orbit.position(time));
  const across = cross(sight, orbit.velocity(time));
  return (
    (-dot(normal, sight) / Math.abs(dot(normal, across))) * (Math.hypot(...across) / Math.hypot(...sight))
  );
}

it('flattening turns beta0 into gamma0 of the slopes, within a tenth of a decibel', async () => {
  const to = join(folder, 'flat');
  const dem = join(folder, 'dem.tif');
  const flattened = await coregisterStack([mini.products[1].path], to, {
    geocode: { dem, spacing: SPACING, flatten: true },
    threads: 0,
  });
  expect(flattened).toMatchObject({
    calibration: 'gamma0',
    map: { flattened: true, terrain: 'terrain.tif' },
  });
  expect(flattened.map!.transform).toEqual(stack.map!.transform);
  const { width, height } = stack;
  const read = async (path: string) => {
    const source = await openRaster(path);
    const rows = await source.read({ x: 0, y: 0, width, height });
    await source.close();
    return rows;
  };
  const gamma = await read(join(to, flattened.dates[0].files[0]));
  const sigma = await read(join(folder, 'map', stack.dates[1].files[0]));
  const { inverse } = projectionOf(crsOf(Number(stack.map!.crs.slice(5))));
  const [x0, step, , y0] = stack.map!.transform;
  // By factor: away from the radar, flat, toward it.
  const errors = new Map<string, number[]>();
  for (let i = 0; i < width * height; i++) {
    if (!gamma.mask.data[i] || !sigma.mask.data[i]) continue;
    const factor = flatteningFactor(
      ...inverse([x0 + ((i % width) + 0.5) * step, y0 - (Math.floor(i / width) + 0.5) * step]),
    );
    const slope = factor < 1.35 ? 'away' : factor > 1.8 ? 'toward' : 'flat';
    const beta = sigma.image.data[i] / 0.7 ** 2;
    const error = 10 * Math.log10((gamma.image.data[i] * factor) / beta);
    errors.set(slope, [...(errors.get(slope) ?? []), error]);
  }
  expect([...errors.keys()].sort()).toEqual(['away', 'flat', 'toward']);
  for (const of of errors.values()) {
    expect(of.length).toBeGreaterThan(100);
    expect(Math.abs(of.reduce((sum, error) => sum + error, 0) / of.length)).toBeLessThan(0.1);
  }
});
