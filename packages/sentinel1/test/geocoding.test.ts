import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Image, Mask } from '@mtpi/polsar-priors';
import { crsOf, type LonLat, type MapGrid, mapGrid, utmZone } from '@mtpi/sar-io';
import { createGeoTiff, openGeoTiff } from '@mtpi/sar-io/node';
import fc from 'fast-check';
import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import { gdalInfo, imageOf, temporaryFolder, withoutGdal, writeInStrips } from '../../sar-io/test/support';
import {
  analyticElevation,
  constantElevation,
  demElevation,
  type ElevationModel,
  type RadarGeometry,
  type RadarImage,
  radarElevation,
  terrainCorrect,
} from '../src/index';

const folder = temporaryFolder();

/** An image in memory that counts the pixels read of it. */
function memory(image: Image, mask: Mask): RadarImage & { pixels: number } {
  const [bands, height, width] = image.shape;
  return {
    ...{ bands, height, width, pixels: 0 },
    async read({ x, y, width, height }) {
      this.pixels += width * height;
      const cut = ndarray(new Float32Array(bands * height * width), [bands, height, width]);
      const cutMask = ndarray(new Uint8Array(height * width), [height, width]);
      for (let r = 0; r < height; r++) {
        for (let c = 0; c < width; c++) {
          cutMask.set(r, c, mask.get(y + r, x + c));
          for (let b = 0; b < bands; b++) cut.set(b, r, c, image.get(b, y + r, x + c));
        }
      }
      return { image: cut, mask: cutMask };
    },
  };
}

/** Tilted against the map, and shifted by height as in radar images. */
const geometry: RadarGeometry = {
  orbit: [],
  geolocate: (longitude, latitude, height) => ({
    time: 9000 * (45.6 - latitude) + 1500 * (longitude - 10),
    slantRangeTime: 8000 * (longitude - 10) - 1400 * (45.6 - latitude) - height / 4 + 90,
  }),
  pixelAt: (time, slantRangeTime) => [time, slantRangeTime],
  timesAt: (row, column) => [row, column],
  backwardGeocode(...place) {
    const { time, slantRangeTime } = this.geolocate(...place);
    return [time, slantRangeTime];
  },
};

const [ROWS, COLS] = [900, 700];
/** Planes that bilinear interpolation reproduces: linear in row and column. */
const ramp = imageOf(
  Array.from({ length: 2 * ROWS * COLS }, (_, i) => {
    const [b, y, x] = [Math.floor(i / (ROWS * COLS)), Math.floor(i / COLS) % ROWS, i % COLS];
    return b === 0 ? y : x;
  }),
  2,
  ROWS,
  COLS,
);
const full = ndarray(new Uint8Array(ROWS * COLS).fill(1), [ROWS, COLS]);

async function gather(
  source: RadarImage,
  grid: MapGrid,
  heights: ElevationModel,
): Promise<{ image: Image; mask: Mask }> {
  const image = ndarray(new Float32Array(source.bands * grid.height * grid.width), [
    source.bands,
    grid.height,
    grid.width,
  ]);
  const mask = ndarray(new Uint8Array(grid.height * grid.width), [grid.height, grid.width]);
  let rows = 0;
  for await (const strip of terrainCorrect(source, geometry, grid, { elevation: heights })) {
    expect(strip.y).toBe(rows);
    const [bands, height, width] = strip.image.shape;
    rows += height;
    for (let r = 0; r < height; r++) {
      for (let c = 0; c < width; c++) {
        mask.set(strip.y + r, c, strip.mask.get(r, c));
        for (let b = 0; b < bands; b++) image.set(b, strip.y + r, c, strip.image.get(b, r, c));
      }
    }
  }
  expect(rows).toBe(grid.height);
  return { image, mask };
}

const corners: LonLat[] = [
  [10.02, 45.52],
  [10.09, 45.59],
];
const degrees = mapGrid(corners, { epsg: 4326, spacing: 2e-4 });
const center = ({ transform: [x0, dx, , y0, , dy] }: MapGrid, x: number, y: number): [number, number] => [
  x0 + (x + 0.5) * dx,
  y0 + (y + 0.5) * dy,
];

describe('a map', () => {
  it('is what the geometry says, cell by cell, at a constant height', async () => {
    const { image, mask } = await gather(memory(ramp, full), degrees, constantElevation(120));
    let [valid, wrongMask, worst] = [0, 0, 0];
    for (let y = 0; y < degrees.height; y++) {
      for (let x = 0; x < degrees.width; x++) {
        const [row, column] = geometry.backwardGeocode(...center(degrees, x, y), 120);
        const cell = { top: row - 1.5, bottom: row + 1.5, left: column - 1.5, right: column + 1.5 };
        const outside = row < -0.51 || column < -0.51 || row > ROWS - 0.49 || column > COLS - 0.49;
        const inside = cell.top >= 0 && cell.left >= 0 && cell.bottom <= ROWS - 1 && cell.right <= COLS - 1;
        if (inside || outside) wrongMask += Number(mask.get(y, x) !== Number(inside));
        if (!inside) continue;
        valid++;
        const found = [image.get(0, y, x) - row, image.get(1, y, x) - column];
        worst = Math.max(worst, ...found.map(Math.abs));
      }
    }
    expect(wrongMask).toBe(0);
    expect(worst).toBeLessThan(1e-3);
    expect(valid).toBeGreaterThan(60_000);
  });

  it('honours the mask: half of a cell must be valid', async () => {
    const holes = ndarray(full.data.slice(), [ROWS, COLS]);
    for (let i = 0; i < ROWS * COLS; i += 997) holes.data[i] = 0;
    // Cells of 0.9 rows and 0.8 columns, and cells of 4.6 rows and 4.1 columns.
    for (const [spacing, height, width] of [
      [1e-4, 1, 1],
      [5e-4, 5e-4 * Math.hypot(9000, 1500), 5e-4 * Math.hypot(8000, 1400)],
    ]) {
      const grid = mapGrid(corners, { epsg: 4326, spacing });
      const { image, mask } = await gather(memory(ramp, holes), grid, constantElevation(0));
      let found = 0;
      for (let i = 0; i < mask.data.length; i += spacing < 2e-4 ? 131 : 5) {
        const [y, x] = [Math.floor(i / grid.width), i % grid.width];
        const [row, column] = geometry.backwardGeocode(...center(grid, x, y), 0);
        if (!(row >= height && column >= width && row <= ROWS - height && column <= COLS - width)) continue;
        // By sampling: bilinear interpolation, averaged over a box.
        const overlap = (center: number, size: number, pixel: number) => {
          const steps = Array.from({ length: 200 }, (_, k) => center + ((k + 0.5) / 200 - 0.5) * (size - 1));
          return steps.reduce((sum, at) => sum + Math.max(0, 1 - Math.abs(at - pixel)) / 200, 0);
        };
        let [share, rows] = [0, 0];
        for (let r = Math.floor(row - height); r <= row + height; r++) {
          for (let c = Math.floor(column - width); c <= column + width; c++) {
            const weight = holes.get(r, c) * overlap(row, height, r) * overlap(column, width, c);
            share += weight;
            rows += weight * r;
          }
        }
        if (Math.abs(share - 0.5) < 0.01) continue;
        expect(mask.get(y, x)).toBe(Number(share > 0.5));
        if (share > 0.5) expect(Math.abs(image.get(0, y, x) - rows / share)).toBeLessThan(1e-3);
        found += Number(share < 0.999);
      }
      expect(found).toBeGreaterThan(10);
    }
  });

  it('follows a surface', async () => {
    const surface = (lon: number, lat: number) => 200 + 3000 * (lon - 10) - 2000 * (lat - 45.5);
    const { image, mask } = await gather(memory(ramp, full), degrees, analyticElevation(surface));
    for (const [x, y] of [
      [100, 100],
      [37, 301],
      [300, 20],
    ]) {
      const [lon, lat] = center(degrees, x, y);
      expect(mask.get(y, x)).toBe(1);
      expect(image.get(1, y, x)).toBeCloseTo(geometry.backwardGeocode(lon, lat, surface(lon, lat))[1], 2);
    }
  });

  it('follows a surface that is known by row and column', async () => {
    const surface = (row: number, column: number) => 40 + 0.2 * column + 0.05 * row;
    const { image, mask } = await gather(memory(ramp, full), degrees, radarElevation(geometry, surface));
    let worst = 0;
    for (let i = 0; i < mask.data.length; i += 11) {
      if (!mask.data[i]) continue;
      const place = center(degrees, i % degrees.width, Math.floor(i / degrees.width));
      const [row, column] = [image.data[i], image.data[mask.data.length + i]];
      if (row < 2 || column < 2 || row > ROWS - 3 || column > COLS - 3) continue;
      const [seenRow, seenColumn] = geometry.backwardGeocode(...place, surface(row, column));
      worst = Math.max(worst, Math.abs(seenRow - row), Math.abs(seenColumn - column));
    }
    expect(worst).toBeLessThan(1e-3);
    expect(mask.data.some(Boolean)).toBe(true);
  });

  it('reads little more than it needs', async () => {
    const source = memory(ramp, full);
    await gather(source, degrees, constantElevation(0));
    expect(source.pixels).toBeLessThan(3 * ROWS * COLS);
  });

  it('is empty where nothing is known or in view', async () => {
    for (const height of [Number.NaN, 1e6]) {
      const { image, mask } = await gather(memory(ramp, full), degrees, constantElevation(height));
      expect(mask.data.some(Boolean)).toBe(false);
      expect(image.data.some(Boolean)).toBe(false);
    }
  });

  it('can be stopped', async () => {
    const signal = AbortSignal.abort(new Error('stop'));
    const rows = terrainCorrect(memory(ramp, full), geometry, degrees, {
      elevation: constantElevation(0),
      signal,
    });
    await expect(rows.next()).rejects.toThrow('stop');
  });
});

describe('an elevation model', () => {
  /** Linear in its own coordinates, with a hole. */
  async function writeDem(name: string, grid: MapGrid, height: (x: number, y: number) => number) {
    const path = join(folder, name);
    const sink = await createGeoTiff(path, { ...grid, bands: ['height'], georeference: grid });
    const values = Array.from({ length: grid.width * grid.height }, (_, i) => {
      const [x, y] = [i % grid.width, Math.floor(i / grid.width)];
      return height(...center(grid, x, y));
    });
    const mask = ndarray(new Uint8Array(values.length).fill(1), [grid.height, grid.width]);
    mask.set(grid.height >> 1, grid.width >> 1, 0);
    await writeInStrips(sink, imageOf(values, 1, grid.height, grid.width), mask);
    return openGeoTiff(path);
  }

  it.each<[string, number, number]>([
    ['of degrees', 4326, 0.001],
    ['in UTM', 32632, 90],
  ])('%s', async (name, epsg, spacing) => {
    const grid = mapGrid(
      [
        [10.0, 45.5],
        [10.12, 45.62],
      ],
      { epsg, spacing },
    );
    const { width, height: rows, transform } = grid;
    const height = (x: number, y: number) =>
      (400 * (x - transform[0])) / (width * spacing) + (300 * (y - transform[3])) / (rows * spacing);
    const dem = await writeDem(`${name}.tif`, grid, height);
    const { image, mask } = await gather(memory(ramp, full), degrees, demElevation(dem));
    let wrong = 0;
    let valid = 0;
    const toMap =
      epsg === 4326 ? (points: LonLat[]) => points : (points: LonLat[]) => gdalTransform(points, epsg);
    const cells = Array.from({ length: 400 }, (_, i) => [
      (i * 37) % degrees.width,
      (i * 91) % degrees.height,
    ]);
    const places = cells.map(([x, y]) => center(degrees, x, y));
    if (epsg !== 4326 && withoutGdal) return;
    toMap(places).forEach(([east, north], i) => {
      const [x, y] = cells[i];
      const [row, column] = geometry.backwardGeocode(...places[i], height(east, north));
      if (!mask.get(y, x) || row < 2 || column < 2 || row > ROWS - 3 || column > COLS - 3) return;
      valid++;
      wrong = Math.max(wrong, Math.abs(image.get(1, y, x) - column));
    });
    expect(valid).toBeGreaterThan(200);
    expect(wrong).toBeLessThan(0.01);
    // The hole takes away the cells around it.
    const [x, y] = center(grid, width >> 1, rows >> 1);
    const [lon, lat] = epsg === 4326 ? [x, y] : gdalTransform([[x, y]], epsg, true)[0];
    const [holeX, holeY] = [(lon - degrees.transform[0]) / 2e-4, (degrees.transform[3] - lat) / 2e-4];
    expect(mask.get(Math.floor(holeY), Math.floor(holeX))).toBe(0);
    await dem.close();
  });

  it('that is no map of heights is refused', async () => {
    const path = join(folder, 'plain.tif');
    await writeInStrips(
      await createGeoTiff(path, { width: 20, height: 20, bands: ['a'] }),
      imageOf(new Float32Array(400), 1, 20, 20),
    );
    const plain = await openGeoTiff(path);
    expect(() => demElevation(plain)).toThrow(
      /plain.tif: expected a DEM of one real band with .*, found 1 bands without georeference/,
    );
    await plain.close();
    const grid = { width: 20, height: 20, crs: crsOf(26713), transform: [0, 1, 0, 0, 0, -1] as const };
    const dem = await writeDem('nad27.tif', { ...grid }, () => 0);
    expect(() => demElevation(dem)).toThrow(
      /expected a reference system with an EPSG code.*found EPSG:26713/,
    );
    await dem.close();
  });
});

/** GDAL's PROJ, the independent projection. */
function gdalTransform(points: readonly LonLat[], epsg: number, inverse = false): LonLat[] {
  const crs = ['OGC:CRS84', `EPSG:${epsg}`];
  if (inverse) crs.reverse();
  const input = points.map((point) => point.join(' ')).join('\n');
  const { stdout } = spawnSync('gdaltransform', ['-s_srs', crs[0], '-t_srs', crs[1], '-output_xy'], {
    input,
    encoding: 'utf8',
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number) as [number, number]);
}

describe('the grid of a map', () => {
  it('holds its points, at multiples of its spacing', () => {
    const areas = fc.record({
      lon: fc.double({ min: -179, max: 179, noNaN: true }),
      lat: fc.double({ min: -78, max: 78, noNaN: true }),
      size: fc.double({ min: 0.001, max: 1, noNaN: true }),
      epsg: fc.constantFrom('utm' as const, 4326),
    });
    fc.assert(
      fc.property(areas, ({ lon, lat, size, epsg }) => {
        const points: LonLat[] = [
          [lon, lat],
          [lon + size, lat + size],
          [lon, lat + size],
        ];
        const { width, height, transform } = mapGrid(points, { epsg, spacing: epsg === 4326 ? 0.001 : 100 });
        const [x0, dx, , y0, , dy] = transform;
        expect(Math.abs(x0 / dx - Math.round(x0 / dx))).toBeLessThan(1e-6);
        expect(Math.abs(y0 / dy - Math.round(y0 / dy))).toBeLessThan(1e-6);
        if (epsg !== 4326) return;
        for (const [x, y] of points) {
          expect((x - x0) / dx).toBeGreaterThan(-1e-6);
          expect((x - x0) / dx).toBeLessThan(width + 1e-6);
          expect((y - y0) / dy).toBeGreaterThan(-1e-6);
          expect((y - y0) / dy).toBeLessThan(height + 1e-6);
        }
      }),
    );
  });

  it.skipIf(withoutGdal)('is where GDAL has it (skipped without GDAL)', () => {
    for (const [points, zone] of [
      [corners, 32632],
      [
        [
          [-70.9, -33.2],
          [-70.1, -33.9],
        ],
        32719,
      ],
      [
        [
          [179.95, 51],
          [-179.9, 51.2],
        ],
        32601,
      ],
    ] as [LonLat[], number][]) {
      const grid = mapGrid(points, { spacing: 10 });
      expect(grid.crs.epsg).toBe(zone);
      const mapped = gdalTransform(points, zone);
      const [xs, ys] = [0, 1].map((axis) => mapped.map((point) => point[axis]));
      expect(grid.transform[0]).toBe(Math.floor(Math.min(...xs) / 10) * 10);
      expect(grid.transform[3]).toBe(Math.ceil(Math.max(...ys) / 10) * 10);
      expect(grid.width).toBe(Math.ceil(Math.max(...xs) / 10) - grid.transform[0] / 10);
      expect(grid.height).toBe(grid.transform[3] / 10 - Math.floor(Math.min(...ys) / 10));
    }
  });

  it('zones', () => {
    expect([utmZone([-180, 1]), utmZone([179.9, -1]), utmZone([0, 0]), utmZone([186, 5])]).toEqual([
      32601, 32760, 32631, 32602,
    ]);
  });

  it.each([
    [[[1, 2]] as LonLat[], {}, /at least two points/],
    [[corners[0], [1, 91]] as LonLat[], {}, /at least two points in degrees/],
    [corners, { spacing: 0 }, /positive spacing, found 0/],
    [corners, { epsg: 26713 }, /expected a reference system with an EPSG code/],
  ])('not of %j with %o', (points, options, message) => {
    expect(() => mapGrid(points, options)).toThrow(message);
  });
});

it.skipIf(withoutGdal)('the map opens in GDAL (skipped without GDAL)', async () => {
  const grid = mapGrid(corners, { spacing: 40 });
  const path = join(folder, 'map.tif');
  const sink = await createGeoTiff(path, { ...grid, bands: ['row', 'column'], georeference: grid });
  for await (const { image, mask } of terrainCorrect(memory(ramp, full), geometry, grid, {
    elevation: constantElevation(0),
  })) {
    await sink.write(image, mask);
  }
  await sink.close();
  const info = gdalInfo(path);
  expect(info.size).toEqual([grid.width, grid.height]);
  expect(info.geoTransform).toEqual(grid.transform);
  expect(info.coordinateSystem.wkt).toMatch(/UTM zone 32N/);
  expect(info.bands.map(({ description }: { description: string }) => description)).toEqual([
    'row',
    'column',
  ]);
});
