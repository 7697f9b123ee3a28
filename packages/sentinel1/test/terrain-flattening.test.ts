import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Image, Mask } from '@mtpi/polsar-priors';
import { crsOf, type MapGrid, mapGrid } from '@mtpi/sar-io';
import { openRaster } from '@mtpi/sar-io/node';
import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import { DATA, temporaryFolder } from '../../sar-io/test/support';
import { cellLonLat } from '../src/geocoding/elevation-model';
import { cartesianPoints, type GroundPoints, groundPoints } from '../src/geocoding/ground-points';
import { LAYOVER, layoverShadow, SHADOW } from '../src/geocoding/layover-shadow';
import { type LineOfSight, lineOfSight } from '../src/geocoding/line-of-sight';
import { localIncidenceAngles } from '../src/geocoding/local-incidence';
import { flatteningFactors } from '../src/geocoding/terrain-flattening';
import {
  constantElevation,
  demElevation,
  type ElevationModel,
  openGrd,
  type RadarImage,
  type RasterRows,
  radarGeometry,
  stateAt,
  terrainCorrect,
  terrainLayers,
} from '../src/index';
import { CircularOrbit, LIGHT, toGeodetic } from './mini-safe/circular-orbit';
import { unpackSafe, withoutSafe } from './safe-support';

const decibels = (ratio: number) => 10 * Math.log10(ratio);

/** A flat Earth under a satellite that flies north at a height of 700 km and looks east. */
const [HEIGHT, SPEED] = [700_000, 7000];
const degree = Math.PI / 180;
const flatSight: LineOfSight = {
  satellite: { time: 0, position: [0, 0, HEIGHT], velocity: [0, SPEED, 0] },
  nearest: 0,
  incidenceAt: (delay) => Math.acos(HEIGHT / ((delay * LIGHT) / 2)),
  groundSpeedAt: () => SPEED,
  outward: [1, 0],
  stepLength: 10,
  cellLength: 10,
};

/** Posts of a surface on the flat Earth, from an incidence angle on eastward. */
function flatGround(
  size: { width: number; height: number; step: number },
  incidence: number,
  surface: (x: number, y: number) => number,
): { ground: GroundPoints; cartesian: Float64Array[]; known: Uint8Array } {
  const { width, height, step } = size;
  const [heights, times, delays, xs, ys] = Array.from({ length: 5 }, () => new Float64Array(width * height));
  for (let i = 0; i < heights.length; i++) {
    const [x, y] = [(i % width) * step, -Math.floor(i / width) * step];
    heights[i] = surface(x, y);
    xs[i] = HEIGHT * Math.tan(incidence) + x;
    ys[i] = y;
    times[i] = y / SPEED;
    delays[i] = (2 * Math.hypot(xs[i], HEIGHT - heights[i])) / LIGHT;
  }
  const known = new Uint8Array(heights.length).fill(1);
  return {
    ground: { width, height, heights, times, slantRangeTimes: delays },
    cartesian: [xs, ys, heights],
    known,
  };
}

describe('area factors', () => {
  const theta = 38 * degree;
  const cells = { firstTime: 0, firstSlantRange: HEIGHT / Math.cos(theta), time: 30 / SPEED, slantRange: 30 };

  it.each([
    [0, 0, 1.279941632],
    [0, 0.3, 1.279941632],
    [0.1, 0, 1.582491279],
    [0.2, -0.1, 1.98913765],
    [0.4, 0, 3.442338655],
    [-0.1, 0, 1.046052959],
    [-0.2, 0.2, 0.859834132],
    [-0.5, 0, 0.475582629],
  ])('of planes are the closed form: slopes %f and %f', (sx, sy, closed) => {
    const size = { width: 401, height: 401, step: 6 };
    const plane = (x: number, y: number) => sx * (x - 1200) + sy * (y + 1200);
    const { ground, cartesian, known } = flatGround(size, theta, plane);
    const factor = flatteningFactors(ground, cartesian, known, flatSight, cells);
    for (const post of [401 * 200 + 200, 401 * 190 + 211, 401 * 207 + 195]) {
      const found = factor(ground.times[post], ground.slantRangeTimes[post]);
      expect(Math.abs(decibels(found / closed))).toBeLessThan(0.05);
    }
  });

  it('of a ridge in layover add up to those of the plane below', () => {
    const ridge = (height: number) => (x: number) => height * Math.exp(-(((x - 1500) / 150) ** 2));
    const sums = [0, 60, 200].map((height) => {
      const { ground, cartesian, known } = flatGround(
        { width: 601, height: 61, step: 5 },
        theta,
        ridge(height),
      );
      const factor = flatteningFactors(ground, cartesian, known, flatSight, cells);
      let sum = 0;
      for (let range = 300; range < 1500; range += 30)
        sum += factor(-150 / SPEED, (2 * (cells.firstSlantRange + range)) / LIGHT);
      return sum;
    });
    expect(Math.abs(sums[1] / sums[0] - 1)).toBeLessThan(2e-3);
    expect(Math.abs(sums[2] / sums[0] - 1)).toBeLessThan(2e-3);
  });

  it('are missing where a percent of the ground is unknown', () => {
    const { ground, cartesian, known } = flatGround({ width: 301, height: 301, step: 6 }, theta, () => 0);
    const post = 301 * 150 + 150;
    const at = () =>
      flatteningFactors(
        ground,
        cartesian,
        known,
        flatSight,
        cells,
      )(ground.times[post], ground.slantRangeTimes[post]);
    expect(at()).toBeGreaterThan(1);
    known[post] = 0;
    expect(at()).toBeNaN();
  });
});

/** Far range first where the slope is steep: brute force over lines of constant time. */
it('layover and shadow are those of the order of ranges and look angles', () => {
  const size = { width: 400, height: 3, step: 10 };
  const ridge = (x: number) =>
    Math.max(0, 500 - Math.abs(x - 1800) * Math.tan(60 * degree)) + (x > 2800 ? 60 : 0);
  const { ground } = flatGround(size, 38 * degree, ridge);
  const found = layoverShadow(ground, flatSight);
  const wrong: number[] = [];
  for (let x = 0; x < size.width; x++) {
    const i = size.width + x;
    const look = (j: number) =>
      Math.atan2(HEIGHT * Math.tan(38 * degree) + (j % size.width) * 10, HEIGHT - ground.heights[j]);
    let code = 0;
    for (let other = 0; other < size.width; other++) {
      const j = size.width + other;
      if (other < x && look(j) > look(i)) code |= SHADOW;
      if ((other - x) * (ground.slantRangeTimes[j] - ground.slantRangeTimes[i]) < 0) code |= LAYOVER;
    }
    if (code !== found[i]) wrong.push(x);
  }
  expect(wrong).toEqual([]);
  expect(new Set(found)).toEqual(new Set([0, SHADOW, LAYOVER, SHADOW | LAYOVER]));
});

it('local incidence angles of planes are the closed form', () => {
  const [theta, sx, sy] = [35 * degree, 0.2, -0.3];
  const { ground, cartesian } = flatGround(
    { width: 5, height: 5, step: 10 },
    theta,
    (x, y) => sx * x + sy * y,
  );
  const angle = localIncidenceAngles(ground, cartesian, flatSight)[12];
  const cosine = (Math.cos(theta) + sx * Math.sin(theta)) / Math.hypot(1, sx, sy);
  expect(angle).toBeCloseTo(Math.acos(cosine) / degree, 2);
});

const orbit = new CircularOrbit();
const vectors = Array.from({ length: 12 }, (_, i) => {
  const time = -55 + 10 * i;
  return { time, position: orbit.position(time), velocity: orbit.velocity(time) };
});
const geometry = radarGeometry(vectors, {
  ...{ firstLineTime: -0.6, azimuthTimeInterval: 1.5e-3, slantRangeTime: 5.6e-3, rangeSamplingRate: 2e7 },
});
const [ROWS, COLS] = [800, 600];

/** A beta0 of 1 everywhere. */
const bright: RadarImage = {
  ...{ bands: 1, width: COLS, height: ROWS },
  async read({ width, height }) {
    const image: Image = ndarray(new Float32Array(width * height).fill(1), [1, height, width]);
    return { image, mask: ndarray(new Uint8Array(width * height).fill(1), [height, width]) };
  },
};
const place = (row: number, column: number) => {
  const { longitude, latitude } = toGeodetic(orbit.toGround(-0.6 + row * 1.5e-3, 5.6e-3 + column / 2e7, 0));
  return [longitude, latitude] as const;
};
const scene = [place(150, 150), place(150, 450), place(650, 150), place(650, 450)];

async function collect(
  rows: AsyncGenerator<RasterRows>,
  grid: MapGrid,
): Promise<{ bands: Float32Array[]; mask: Mask }> {
  const mask = ndarray(new Uint8Array(grid.width * grid.height), [grid.height, grid.width]);
  let bands: Float32Array[] = [];
  for await (const { y, image, mask: valid } of rows) {
    const [count, height, width] = image.shape;
    if (y === 0) bands = Array.from({ length: count }, () => new Float32Array(grid.width * grid.height));
    bands.forEach((band, b) => {
      band.set(image.data.subarray(b * height * width, (b + 1) * height * width), y * width);
    });
    mask.data.set(valid.data, y * width);
  }
  return { bands, mask };
}

describe('terrain correction', () => {
  it('flattens flat ground to gamma0 of the ellipsoid', async () => {
    const grid = mapGrid(scene, { spacing: 20 });
    const options = { elevation: constantElevation(0), flatten: true };
    const { bands, mask } = await collect(terrainCorrect(bright, geometry, grid, options), grid);
    const [layers] = [await collect(terrainLayers(geometry, grid, options), grid)];
    let worst = 0;
    for (let i = 0; i < mask.data.length; i += 17) {
      if (!mask.data[i]) continue;
      worst = Math.max(worst, Math.abs(decibels(bands[0][i] / Math.tan(layers.bands[0][i] * degree))));
    }
    expect(worst).toBeLessThan(0.05);
    expect(mask.data.reduce((sum, valid) => sum + valid, 0)).toBeGreaterThan(0.9 * mask.data.length);
    // The angle, independently: between the line of sight and the normal of the ellipsoid.
    const [lon, lat] = place(400, 300);
    const { position } = stateAt(vectors, 0);
    const up = [
      Math.cos(lat * degree) * Math.cos(lon * degree),
      Math.cos(lat * degree) * Math.sin(lon * degree),
      Math.sin(lat * degree),
    ];
    const point = orbit.toGround(0, 5.6e-3 + 300 / 2e7, 0);
    const look = point.map((value, axis) => value - position[axis]);
    const cosine = -look.reduce((sum, value, axis) => sum + value * up[axis], 0) / Math.hypot(...look);
    const middle = grid.width * (grid.height >> 1) + (grid.width >> 1);
    expect(Math.abs(layers.bands[0][middle] - Math.acos(cosine) / degree)).toBeLessThan(0.1);
  });

  it('has no seams between tiles, and masks shadow', async () => {
    // A steep hill on the edge between two tiles.
    const all = mapGrid(scene, { spacing: 10 });
    const [x0, , , y0] = all.transform;
    const grid = { ...all, height: 110, transform: [x0, 10, 0, y0 - 1500, 0, -10] as const };
    const [lon, lat] = cellLonLat(grid, { x: 0, y: 0, width: 512, height: 110 })(256, 55);
    const hill: ElevationModel = {
      async heightsAt(map, part) {
        const lonLat = cellLonLat(map, part);
        return Float64Array.from({ length: part.width * part.height }, (_, i) => {
          const [x, y] = lonLat(i % part.width, Math.floor(i / part.width));
          return 400 * Math.exp(-((x - lon) ** 2 + ((y - lat) * 1.42) ** 2) / 0.002 ** 2);
        });
      },
    };
    expect(grid.width).toBeGreaterThan(256);
    const { bands, mask } = await collect(
      terrainCorrect(bright, geometry, grid, { elevation: hill, flatten: true }),
      grid,
    );
    const layers = await collect(terrainLayers(geometry, grid, { elevation: hill }), grid);
    const shadows = layers.bands[1].filter((code, i) => code & SHADOW && layers.mask.data[i]).length;
    expect(shadows).toBeGreaterThan(50);
    for (let i = 0; i < mask.data.length; i++) if (layers.bands[1][i] & SHADOW) expect(mask.data[i]).toBe(0);
    // Across a seam, second differences are those of its neighborhood.
    const bend = (x: number) => {
      let [sum, count] = [0, 0];
      for (let y = 0; y < grid.height; y++) {
        const i = y * grid.width + x;
        if (![i - 1, i, i + 1].every((at) => mask.data[at])) continue;
        sum += Math.abs(bands[0][i - 1] - 2 * bands[0][i] + bands[0][i + 1]) / bands[0][i];
        count++;
      }
      return sum / count;
    };
    expect(Math.max(bend(255), bend(256))).toBeLessThan(
      1.3 * Math.max(bend(250), bend(253), bend(259), bend(262)),
    );
  });
});

describe.skipIf(withoutSafe)('Rome (skipped without shared data)', () => {
  /** Independent computation with four by four facets for a post of the DEM, whose heights count as ellipsoidal. */
  it('has the factors of the specification', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'safe'));
    const shared = join(DATA, 'grd-products/sarsen');
    const [path] = unpackSafe(
      join(shared, 'S1B_IW_GRDH_1SDV_20211223_constant_tiffs.SAFE.tar.xz'),
      join(folder, 'safe'),
    );
    const product = await openGrd(path);
    const { orbit, firstLineTime, azimuthTimeInterval, slantRangeTime } = await product.annotation('VV');
    await product.close();
    const rome = radarGeometry(orbit, {
      firstLineTime,
      azimuthTimeInterval,
      slantRangeTime,
      rangeSamplingRate: LIGHT / 20,
    });
    const dem = await openRaster(join(shared, 'Rome-30m-DEM.tif'));
    const [x0, step, , y0] = dem.georeference.transform!;
    const fine = step / 4;
    const grid: MapGrid = {
      ...{ width: 1437, height: 1437, crs: crsOf(4326) },
      transform: [x0 + 1.5 * fine, fine, 0, y0 - 1.5 * fine, 0, -fine],
    };
    const whole = { x: 0, y: 0, width: grid.width, height: grid.height };
    const heights = await demElevation(dem).heightsAt(grid, whole);
    await dem.close();
    const points = groundPoints(rome, grid, whole, heights);
    const sight = lineOfSight(rome, grid, whole);
    const cells = {
      ...{ firstTime: firstLineTime, firstSlantRange: (slantRangeTime * LIGHT) / 2 },
      ...{ time: 3 * azimuthTimeInterval, slantRange: 30 },
    };
    const known = new Uint8Array(heights.length).fill(1);
    const factor = flatteningFactors(points, cartesianPoints(grid, whole, heights), known, sight, cells);
    for (const [row, column, line, range, golden] of [
      [180, 180, 2692.9577, 4497.83862, 1.044146],
      [100, 100, 2622.28185, 4547.91851, 1.310149],
      [60, 300, 2557.9247, 4448.58578, 1.05497],
      [300, 60, 2827.98441, 4546.79794, 1.031013],
      [250, 250, 2754.7679, 4452.06822, 0.991408],
    ]) {
      const post = row * 4 * grid.width + column * 4;
      const [time, delay] = [points.times[post], points.slantRangeTimes[post]];
      expect((time - firstLineTime) / cells.time).toBeCloseTo(line, 3);
      expect(((delay * LIGHT) / 2 - cells.firstSlantRange) / 30).toBeCloseTo(range, 3);
      // The specification divides by 30 m × 30 m, where lines are 10.11 m apart.
      const spacing = azimuthTimeInterval * sight.groundSpeedAt(delay);
      expect(Math.abs(spacing - 10.1101)).toBeLessThan(0.002);
      expect(Math.abs((factor(time, delay) * (spacing / 10)) / golden - 1)).toBeLessThan(0.005);
    }
  });
});
