import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { mapGrid } from '@mtpi/sar-io';
import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../sar-io/test/support';
import {
  type Annotation,
  type BackwardGeolocation,
  constantElevation,
  openSlc,
  type RadarImage,
  radarGeometry,
  type StateVector,
  terrainCorrect,
} from '../src/index';
import { SAFE_ARCHIVES, unpackSafe, withoutSafe } from './safe-support';

const folder = temporaryFolder();
const LIGHT = 299792458;

type Vector = readonly [number, number, number];
const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

/** Slow and plain: Lagrange's polynomial through the eight state vectors around, and bisection. */
function plainZeroDoppler(orbit: readonly StateVector[]): BackwardGeolocation {
  const at = (time: number, what: 'position' | 'velocity'): Vector => {
    const middle = orbit.findIndex((vector) => vector.time > time);
    const first = Math.min(Math.max(middle - 4, 0), orbit.length - 8);
    const near = orbit.slice(first, first + 8);
    const weights = near.map((a) =>
      near.reduce((product, b) => (a === b ? product : (product * (time - b.time)) / (a.time - b.time)), 1),
    );
    const sum = (axis: 0 | 1 | 2) =>
      near.reduce((total, vector, i) => total + weights[i] * vector[what][axis], 0);
    return [sum(0), sum(1), sum(2)];
  };
  return (longitude, latitude, height) => {
    const [a, f] = [6378137, 1 / 298.257223563];
    const [lon, lat] = [(longitude * Math.PI) / 180, (latitude * Math.PI) / 180];
    const e2 = f * (2 - f);
    const n = a / Math.sqrt(1 - e2 * Math.sin(lat) ** 2);
    const point: Vector = [
      (n + height) * Math.cos(lat) * Math.cos(lon),
      (n + height) * Math.cos(lat) * Math.sin(lon),
      (n * (1 - e2) + height) * Math.sin(lat),
    ];
    const ahead = (time: number) => dot(minus(point, at(time, 'position')), at(time, 'velocity'));
    let [low, high] = [orbit[0].time, orbit.at(-1)!.time];
    while (high - low > 1e-10) {
      const middle = (low + high) / 2;
      if (ahead(middle) > 0) low = middle;
      else high = middle;
      if (middle === low && middle === high) break;
    }
    const to = minus(point, at(low, 'position'));
    return { time: low, slantRangeTime: (2 * Math.sqrt(dot(to, to))) / LIGHT };
  };
}

const timing = (annotation: Annotation) => ({
  firstLineTime: annotation.bursts[0].time,
  azimuthTimeInterval: annotation.azimuthTimeInterval,
  slantRangeTime: annotation.slantRangeTime,
  rangeSamplingRate: annotation.rangeSamplingRate,
});

/** The first product of an archive. */
function unpack(archive: string): string {
  const to = join(folder, basename(archive));
  mkdirSync(to, { recursive: true });
  return unpackSafe(archive, to)[0];
}

/**
 * Pairs of all three swaths. In the oldest, of processor version 2.91, the grid's heights are not those that its longitudes
 * and latitudes were computed for.
 */
const PAIRS = SAFE_ARCHIVES.filter((file) => /_pair_/.test(file) && !/_2019/.test(file));

describe.skipIf(withoutSafe)('real annotations (skipped without shared data)', () => {
  it.each(PAIRS.map((archive) => [basename(archive), archive]))(
    'points of the grid are where it says: %s',
    async (_, archive) => {
      const product = await openSlc(unpack(archive));
      const middle = await product.annotation('IW2', 'VV');
      const bistaticReference = middle.slantRangeTime + middle.samples / 2 / middle.rangeSamplingRate;
      for (const swath of product.swaths) {
        const annotation = await product.annotation(swath, 'VV');
        const locate = plainZeroDoppler(annotation.orbit);
        const { firstLineTime, azimuthTimeInterval, slantRangeTime, rangeSamplingRate } = timing(annotation);
        const exact = radarGeometry(annotation.orbit, timing(annotation), locate);
        const delayed = radarGeometry(annotation.orbit, { ...timing(annotation), bistaticReference }, locate);
        let [worstTime, worstColumn, worstLine] = [0, 0, 0];
        for (const point of annotation.grid.filter((_, i) => i % 7 === 0)) {
          const [row, column] = exact.backwardGeocode(point.longitude, point.latitude, point.height);
          worstTime = Math.max(worstTime, Math.abs(row - (point.time - firstLineTime) / azimuthTimeInterval));
          const annotated = (point.slantRangeTime - slantRangeTime) * rangeSamplingRate;
          worstColumn = Math.max(worstColumn, Math.abs(column - annotated));
          const burst = annotation.bursts[Math.floor(point.line / annotation.linesPerBurst)];
          if (!burst || point.line % annotation.linesPerBurst !== 0) continue;
          const line = (burst.time - firstLineTime) / azimuthTimeInterval;
          const [onLine] = delayed.backwardGeocode(point.longitude, point.latitude, point.height);
          worstLine = Math.max(worstLine, Math.abs(onLine - line));
        }
        // Annotated times are whole microseconds, half a thousandth of a row.
        expect(worstTime).toBeLessThan(1.2e-3);
        expect(worstColumn).toBeLessThan(1e-4);
        expect(worstLine).toBeLessThan(1.2e-3);
      }
      await product.close();
    },
  );

  it('a map of 20 m cells is right within a thousandth of a row and a hundredth of a column', async () => {
    const product = await openSlc(unpack(PAIRS.at(-1)!));
    const annotation = await product.annotation('IW1', 'VV');
    const { orbit } = annotation;
    const geometry = radarGeometry(orbit, timing(annotation), plainZeroDoppler(orbit));
    const source = rowsAndColumns(12_000, annotation.samples);
    const { longitude, latitude, height } = annotation.grid[5 * 21 + 10];
    const grid = mapGrid(
      [
        [longitude - 0.02, latitude - 0.02],
        [longitude + 0.02, latitude + 0.02],
      ],
      { epsg: 4326, spacing: 2e-4 },
    );
    const [west, , , north] = grid.transform;
    let checked = 0;
    for await (const { y, image, mask } of terrainCorrect(source, geometry, grid, {
      elevation: constantElevation(height),
    })) {
      for (let i = 0; i < 60; i++) {
        const [x, r] = [(i * 53) % grid.width, (i * 29) % mask.shape[0]];
        const place = [west + (x + 0.5) * 2e-4, north - (y + r + 0.5) * 2e-4] as const;
        const [row, column] = geometry.backwardGeocode(...place, height);
        expect(mask.get(r, x)).toBe(1);
        expect(Math.abs(image.get(0, r, x) - row)).toBeLessThan(1e-3);
        expect(Math.abs(image.get(1, r, x) - column)).toBeLessThan(1e-2);
        checked++;
      }
    }
    expect(checked).toBe(60);
    await product.close();
  });
});

/** An image of row and column numbers, of the size of a swath. */
function rowsAndColumns(height: number, width: number): RadarImage {
  return {
    ...{ bands: 2, width, height },
    async read({ x, y, width, height }) {
      const image = ndarray(new Float32Array(2 * height * width), [2, height, width]);
      for (let i = 0; i < height * width; i++) {
        image.data[i] = y + Math.floor(i / width);
        image.data[height * width + i] = x + (i % width);
      }
      return { image, mask: ndarray(new Uint8Array(height * width).fill(1), [height, width]) };
    },
  };
}
