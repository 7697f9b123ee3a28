import { planes } from '@mtpi/polsar-priors';
import { type LonLat, type MapGrid, type Polarization, type RasterSink, SarIoError } from '@mtpi/sar-io';
import { createGeoTiff, type Staging } from '@mtpi/sar-io/node';
import { meanCellSize } from '../geocoding/cell-size';
import type { Dem } from '../geocoding/dem';
import { radarElevation } from '../geocoding/elevation-model';
import { checkCoverage, openStackDem, type StackMapOptions, stackMapGrid } from '../geocoding/map-options';
import type { RadarGeometry } from '../geocoding/radar-geometry';
import { type RasterRows, terrainCorrect } from '../geocoding/terrain-correction';
import { TerrainPool } from '../geocoding/terrain-worker';
import { TERRAIN_FILE, writeTerrainLayers } from '../geocoding/write-terrain-layers';
import { findReference } from '../product/acquisition-name';
import { gridRows } from '../product/annotation';
import type { BackscatterConvention } from '../product/calibration';
import { grdHeights } from '../product/geolocation-grid';
import { grdBackscatter } from '../product/grd-backscatter';
import { type GrdGeometryOptions, grdGeometry } from '../product/grd-geometry';
import { findOrbit, type OrbitFile } from '../product/orbit-file';
import { type Area, areaLines, densifyLine } from '../stack/area';
import { equivalentLooks } from '../stack/equivalent-looks';
import { coverage, footprint, intersects } from '../stack/footprint';
import {
  type AcquisitionDescription,
  describeMap,
  describePass,
  metadataOf,
  SOFTWARE,
  type StackDescription,
} from '../stack/stack-description';
import type { StackOptions } from '../stack/stack-options';
import { writeStack } from '../stack/write-stack';
import { threadsOf } from '../threads';
import { type GrdPass, openGrdPasses, type Slice } from './grd-passes';

export interface TerrainStackOptions extends StackOptions, Pick<GrdGeometryOptions, 'recordShift'> {
  /** Area of interest: the grid is the smallest that holds it. */
  area?: Area;
  /** Default: all of the products. */
  polarizations?: readonly Polarization[];
  /** Map grid, DEM and flattening. Default: cells of the product's pixel spacing in the UTM zone of the reference,
   * geolocation grid heights. */
  geocode?: StackMapOptions;
}

/**
 * Terrain-corrects Sentinel-1 GRD products to intensities on one map grid: a GeoTIFF for each date, with a band for each
 * polarization, and `stack.json`, all at once when they are complete. Slices of one pass become one image. With a DEM also
 * `terrain.tif`: local incidence angle, and layover and shadow, of the reference.
 *
 * @param paths SAFE folders or zips, one or more.
 * @param folder Output folder; created if it does not exist. Other files in it are kept.
 * @throws SarIoError `GridMismatch` for products of different modes, polarizations or places, or slices that do not follow each
 *   other, `InvalidArgument`, also for an area outside an image; else as `openGrd`, `findOrbit` and `openDem`.
 */
export async function terrainCorrectStack(
  paths: readonly string[],
  folder: string,
  options: TerrainStackOptions = {},
): Promise<StackDescription> {
  const threads = threadsOf(options);
  // 1. Open the products, and put the slices of each pass together.
  const { passes, close } = await openGrdPasses(paths, options);
  try {
    const dem = await openStackDem(options.geocode ?? {}, options);
    const pool = new TerrainPool(threads);
    try {
      return await writeStack(folder, (staging) => correct(passes, dem, staging, pool, options));
    } finally {
      await pool.close();
      await dem?.close();
    }
  } finally {
    await close();
  }
}

async function correct(
  passes: readonly GrdPass[],
  dem: Dem | undefined,
  staging: Staging,
  pool: TerrainPool,
  options: TerrainStackOptions,
): Promise<StackDescription> {
  const { area, geocode = {}, denoise = false, software = SOFTWARE, signal } = options;
  const { flatten = false } = geocode;
  const calibration = flatten ? 'gamma0' : (options.calibration ?? 'sigma0');

  // 2. The grid of all dates: around the reference, or the area of interest.
  const named = passes.map(({ name, slices }) => ({ name, products: slices.map(({ product }) => product) }));
  const reference = passes[findReference(named, options.reference)];
  for (const pass of passes) checkOverlap(pass, reference, area);
  const { rangePixelSpacing } = reference.slices[0].annotation;
  const points = area ? areaLines(area).flatMap(densifyLine) : outline(reference);
  const grid = await stackMapGrid(points, geocode, rangePixelSpacing);
  const polarizations = options.polarizations ?? reference.slices[0].product.polarizations;

  // 3. Find the orbits; check the extent of image and DEM, of all dates before pixels are read.
  const located: LocatedPass[] = [];
  for (const pass of passes) {
    const images: SliceGeometry[] = [];
    for (const slice of pass.slices) images.push(await locate(slice, options));
    const { path } = pass.slices[0].product;
    const whole = area ? 'area of interest' : 'image in the map';
    if (dem) await checkCoverage(dem, grid, isInside(images), path, whole, options);
    located.push({ pass, images });
  }

  // 4, 5. Correct the dates, and write them one by one.
  const plan = { calibration, flatten, polarizations, grid, dem } as const;
  const dates: AcquisitionDescription[] = [];
  for (const [index, { pass, images }] of located.entries()) {
    const onRows = (rows: number) => {
      const [done, total] = [index * grid.height + rows, passes.length * grid.height];
      options.onProgress?.({ stage: 'terrain correction', done, total, unit: 'rows' });
    };
    dates.push(await correctPass({ pass, images }, plan, staging, pool, onRows, options));
    if (dem && pass === reference)
      await writeTerrainLayers(staging.path(TERRAIN_FILE), images[0].geometry, grid, dem, pool, { signal });
  }

  // 6. Describe the stack.
  return {
    ...{ software, channels: polarizations, calibration, denoised: denoise },
    looks: { range: 1, azimuth: 1 },
    ...{ width: grid.width, height: grid.height },
    map: describeMap(grid, dem, flatten),
    reference: reference.name,
    swaths: [],
    dates,
  };
}

/** What is known before pixels are read. */
interface StackPlan {
  /** Of the files. */
  calibration: BackscatterConvention;
  flatten: boolean;
  polarizations: readonly Polarization[];
  grid: MapGrid;
  dem: Dem | undefined;
}

/** A pass with the geometry of its slices. */
interface LocatedPass {
  pass: GrdPass;
  images: readonly SliceGeometry[];
}

/** @param onRows Called with the number of rows written so far. */
async function correctPass(
  { pass, images }: LocatedPass,
  { calibration, flatten, polarizations, grid, dem }: StackPlan,
  staging: Staging,
  pool: TerrainPool,
  onRows: (rows: number) => void,
  { denoise = false, software = SOFTWARE, signal, onProgress }: TerrainStackOptions,
): Promise<AcquisitionDescription> {
  // 4. Slice by slice: calibrate, find the border, flatten, average into the cells of the map; the first valid slice holds.
  const streams: AsyncGenerator<RasterRows>[] = [];
  for (const { slice, geometry } of images) {
    const source = await grdBackscatter(slice.product, {
      ...{ calibration: flatten ? 'beta0' : calibration, polarizations, denoise, signal, onProgress },
    });
    const elevation = dem ?? radarElevation(geometry, grdHeights(slice.annotation));
    streams.push(terrainCorrect(source, geometry, grid, { elevation, flatten, signal }, pool));
  }
  // 5. Write the intensities.
  const file = `${pass.name}.tif`;
  const looks = looksOf(images[0], grid);
  const denoised = denoise || pass.slices.some(({ annotation }) => annotation.thermalNoiseCorrected);
  const sink = await createGeoTiff(staging.path(file), {
    ...{ width: grid.width, height: grid.height, georeference: grid, overviews: false, signal },
    bands: polarizations.map((name) => ({ name, unit: 'intensity' })),
    metadata: metadataOf(pass, { calibration, denoised, looks: [looks], polarizations, software }),
  });
  await writeIntensities(sink, streams, pass, onRows);
  return {
    ...describePass(pass, images[0].orbit),
    ...(looks !== undefined && { equivalentLooks: looks }),
    files: [file],
  };
}

/**
 * @throws SarIoError `InvalidArgument` where an area of interest lies outside a pass, without an area `GridMismatch` where the
 *   reference does.
 */
function checkOverlap({ slices }: GrdPass, reference: GrdPass, area: Area | undefined): void {
  const rows = slices.map(({ annotation }) => gridRows(annotation.grid));
  const meets = (wanted: Area) => rows.some((image) => intersects(wanted, image));
  const grounds = reference.slices.map(({ annotation }) => footprint(gridRows(annotation.grid)));
  if (area ? meets(area) : grounds.some(meets)) return;
  const { path } = slices[0].product;
  const hint = coverage(rows.flat(2));
  if (area) {
    throw new SarIoError('InvalidArgument', {
      path,
      expected: 'an area of interest that meets the image, as longitude and latitude',
      found: 'one outside it',
      hint,
    });
  }
  const { path: other } = reference.slices[0].product;
  throw new SarIoError('GridMismatch', `${path} does not overlap ${other}`, { path, hint });
}

/**
 * Writes the slices of a date as one image; on failure nothing is left.
 *
 * @param onRows Called with the number of rows written so far.
 * @throws SarIoError `GridMismatch` where no pixel is valid.
 */
async function writeIntensities(
  sink: RasterSink,
  slices: readonly AsyncGenerator<RasterRows>[],
  pass: GrdPass,
  onRows: (rows: number) => void,
): Promise<void> {
  let valid = 0;
  try {
    for await (const rows of merged(slices)) {
      const { image, mask } = positive(rows);
      for (const pixel of mask.data) valid += pixel;
      await sink.write(image, mask);
      onRows(rows.y + mask.shape[0]);
    }
    if (valid === 0) {
      throw new SarIoError('GridMismatch', {
        path: pass.slices[0].product.path,
        expected: 'an image of the area of the map',
        found: 'no valid pixel in it',
        hint: 'choose an area away from the edges of the image, where it holds no data',
      });
    }
    await sink.close();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

const outline = ({ slices }: GrdPass): LonLat[] =>
  slices.flatMap(({ annotation }) =>
    annotation.grid.map(({ longitude, latitude }): LonLat => [longitude, latitude]),
  );

interface SliceGeometry {
  slice: Slice;
  geometry: RadarGeometry;
  orbit?: OrbitFile;
}

async function locate(
  slice: Slice,
  { orbit: path, recordShift }: TerrainStackOptions,
): Promise<SliceGeometry> {
  const orbit = path === undefined ? undefined : await findOrbit(path, slice.product);
  const geometry = grdGeometry(slice.annotation, { orbit: orbit?.vectors, recordShift });
  return { slice, geometry, orbit };
}

/** Equivalent number of looks of the cells of a map. */
function looksOf({ slice: { annotation }, geometry }: SliceGeometry, grid: MapGrid): number | undefined {
  const { speckle } = annotation;
  const cell = meanCellSize(geometry, grid);
  return (
    speckle && cell && speckle.looks * equivalentLooks(speckle.correlation, { range: 1, azimuth: 1 }, cell)
  );
}

/** Whether a point at sea level is in one of the images. */
const isInside = (images: readonly SliceGeometry[]) => (longitude: number, latitude: number) =>
  images.some(({ slice: { annotation }, geometry }) => {
    const [row, column] = geometry.backwardGeocode(longitude, latitude, 0);
    return row >= 0 && column >= 0 && row < annotation.lines && column < annotation.samples;
  });

/** The rows of slices on one grid; where they overlap, the first valid one holds. */
async function* merged(streams: readonly AsyncGenerator<RasterRows>[]): AsyncGenerator<RasterRows> {
  const [first, ...others] = streams;
  for await (const rows of first) {
    const targets = planes(rows.image);
    for (const stream of others) {
      const { image, mask }: RasterRows = (await stream.next()).value;
      const sources = planes(image);
      for (let i = 0; i < mask.data.length; i++) {
        if (!mask.data[i] || rows.mask.data[i]) continue;
        rows.mask.data[i] = 1;
        targets.forEach((target, b) => {
          target[i] = sources[b][i];
        });
      }
    }
    yield rows;
  }
}

/** Least intensity, −40 dB: far below thermal noise, whose subtraction leaves negative values. */
const LEAST_INTENSITY = 1e-4;

function positive(rows: RasterRows): RasterRows {
  for (const plane of planes(rows.image)) {
    for (let i = 0; i < plane.length; i++)
      if (rows.mask.data[i] && plane[i] < LEAST_INTENSITY) plane[i] = LEAST_INTENSITY;
  }
  return rows;
}
