import { basename } from 'node:path';
import type { Looks } from '@mtpi/polsar-priors';
import { crsOf, type Georeference, SarIoError } from '@mtpi/sar-io';
import type { Staging } from '@mtpi/sar-io/node';
import { meanCellSize } from '../geocoding/cell-size';
import type { StackMapOptions } from '../geocoding/map-options';
import { TerrainPool } from '../geocoding/terrain-worker';
import { TERRAIN_FILE, writeTerrainLayers } from '../geocoding/write-terrain-layers';
import type { GeolocationGridPoint } from '../product/annotation';
import { BACKSCATTER_CONVENTIONS, type BackscatterConvention } from '../product/calibration';
import { findOrbit, type OrbitFile } from '../product/orbit-file';
import { equivalentLooks } from '../stack/equivalent-looks';
import { coverage } from '../stack/footprint';
import {
  describeMap,
  describePass,
  metadataOf,
  SOFTWARE,
  type StackDescription,
} from '../stack/stack-description';
import type { StackOptions } from '../stack/stack-options';
import { writeStack } from '../stack/write-stack';
import { threadsOf } from '../threads';
import { debursted } from './acquisition-rows';
import { CovariancePool } from './covariance-worker';
import { describeOffsets, describeSwath } from './describe-swath';
import { geocoded, openStackMap, type StackMap } from './geocode-rows';
import { mergeSwaths } from './merge-swaths';
import { multilooked, type RowStream, stackBands } from './row-stream';
import { type Selection, selectSwaths } from './selection';
import { openSlcPasses, type SlcPass, type SlcPasses } from './slc-passes';
import { controlPoints, type StackGeometry, type StackGrid, stackGeometry, stackGrid } from './stack-grid';
import { correctResidualOffsets, openSwathStack, type SwathStack } from './swath-stack';
import {
  coherencyRaster,
  covarianceRaster,
  haAlphaRaster,
  type StackFormat,
  writeAcquisition,
} from './write-acquisition';

const SINGLE_LOOK: Looks = { range: 1, azimuth: 1 };

export interface CoregisterOptions extends Selection, StackOptions {
  /** Multilooking. Default: single-look. */
  looks?: Looks;
  /** Terrain-corrects the covariances to a map grid; windows of H, A and alpha then count map cells. */
  geocode?: StackMapOptions;
  /** Default `geotiff`. */
  format?: StackFormat;
  /** Also writes H, A and alpha, averaged over this odd number of rows and columns. */
  haAlpha?: number;
  /** Also writes the coherency matrix. */
  t2?: boolean;
}

/**
 * Co-registers Sentinel-1 SLC products (IW, EW or SM) of one track into a stack of covariance matrices (C2), or intensities of a
 * single polarization, on the grid of one of them, in radar geometry or on a map. Slices of one pass become one image. Writes
 * the files of each acquisition and `stack.json`, all at once when they are complete; processes some hundred lines at a time.
 *
 * @param paths SAFE folders or zips, one or more.
 * @param folder Output folder; created if it does not exist. Other files in it are kept.
 * @throws SarIoError `GridMismatch` for products of different tracks or without common bursts, or slices that do not follow
 *   each other, `InvalidArgument`; else as `openSafe` and `findOrbit`.
 */
export async function coregisterStack(
  paths: readonly string[],
  folder: string,
  options: CoregisterOptions = {},
): Promise<StackDescription> {
  checkOptions(options);
  // 1. Open the products of one track, put the slices of each pass together and choose the reference.
  const passes = await openSlcPasses(paths, options);
  try {
    const pool = new CovariancePool(threadsOf(options));
    const terrainPool = new TerrainPool(threadsOf(options));
    try {
      return await writeStack(folder, (staging) => coregister(passes, staging, pool, terrainPool, options));
    } finally {
      await Promise.all([pool.close(), terrainPool.close()]);
    }
  } finally {
    await passes.close();
  }
}

async function coregister(
  passes: SlcPasses,
  staging: Staging,
  pool: CovariancePool,
  terrainPool: TerrainPool,
  options: CoregisterOptions,
): Promise<StackDescription> {
  // 2, 3. Select what is read, and the grid that it is written on.
  const plan = await planStack(passes, options);
  const { swaths, geometry, map } = plan;
  const counted = countRows(passes.all.length * (plan.grid.height + (map?.grid.height ?? 0)), options);
  const files: string[][] = [];
  try {
    // 4. Estimate residual offsets by amplitude cross-correlation, and correct significant ones.
    for (const stack of swaths) await correctResidualOffsets(stack, passes, pool, options);
    // 5 to 9. Resample the acquisitions and write them, one by one.
    const resources = { staging, pool, terrainPool, counted };
    for (const index of passes.all.keys())
      files.push(await processAcquisition(passes.all[index], index, plan, resources, options));
    if (map?.dem)
      await writeTerrainLayers(
        staging.path(TERRAIN_FILE),
        geometry,
        map.grid,
        map.elevation,
        terrainPool,
        options,
      );
  } finally {
    await map?.dem?.close();
  }
  // 10. Describe the stack.
  return describeStack(passes, plan, files, options);
}

/** What is known before samples are read. */
interface StackPlan {
  calibration: BackscatterConvention;
  orbits: readonly (OrbitFile | undefined)[];
  swaths: readonly SwathStack[];
  /** Equivalent number of looks of each swath, where its processing is annotated. */
  swathLooks: readonly (number | undefined)[];
  /** In radar geometry, single-look. */
  grid: StackGrid;
  geometry: StackGeometry;
  /** The image in radar geometry, multilooked. */
  radar: { width: number; height: number; bands: readonly string[]; noiseBands: number };
  map?: StackMap;
  /** Of the files. */
  georeference: Georeference;
}

async function planStack(passes: SlcPasses, options: CoregisterOptions): Promise<StackPlan> {
  const { all, reference } = passes;
  const { looks = SINGLE_LOOK, format, denoise = false, haAlpha, t2, geocode } = options;
  const { path, polarizations } = all[reference];
  if (polarizations.length === 1 && (haAlpha || t2 || format === 'polsarpro')) {
    throw new SarIoError('InvalidArgument', {
      path,
      expected: 'two polarizations for H/A/alpha, the coherency matrix or PolSARpro folders',
      found: polarizations[0],
    });
  }

  // 2. Find the orbits, select swaths and bursts, match bursts and compute their offsets from orbit geometry.
  const orbits: (OrbitFile | undefined)[] = [];
  for (const pass of all)
    orbits.push(options.orbit === undefined ? undefined : await findOrbit(options.orbit, pass));
  const vectors = orbits.map((orbit) => orbit?.vectors);
  // Flattening turns beta0 into gamma0.
  const flatten = geocode?.flatten ?? false;
  const calibration = flatten ? 'gamma0' : (options.calibration ?? 'sigma0');
  const swaths: SwathStack[] = [];
  const wanted = selectSwaths(all, options, options.onWarning);
  for (const swath of wanted) {
    const stack = await openSwathStack(passes, swath, vectors, {
      ...options,
      calibration: flatten ? 'beta0' : calibration,
      denoise,
    });
    if (stack) swaths.push(stack);
  }
  if (swaths.length === 0) {
    throw new SarIoError('InvalidArgument', {
      path,
      expected: 'an area of interest that meets the image, as longitude and latitude',
      found: `one that meets no burst of ${wanted.join(', ')}`,
      hint: coverage(await gridOf(all[reference], wanted)),
    });
  }

  // 3. The grid of the stack: bursts and swaths joined at their seams, multilooked, and optionally a map.
  const grid = stackGrid(swaths);
  const [width, height] = [Math.floor(grid.width / looks.range), Math.floor(grid.height / looks.azimuth)];
  const geometry = stackGeometry(swaths, swaths[0].acquisitions[reference].orbit, grid, looks);
  const map = geocode && (await openStackMap(geometry, { width, height, path }, geocode, options));
  const cell = map && meanCellSize(geometry, map.grid);
  const swathLooks = swaths.map(
    ({ annotation: { speckle } }) => speckle && equivalentLooks(speckle, looks, cell),
  );
  const noiseBands = denoise ? polarizations.length : 0;
  const radar = { width, height, bands: stackBands(polarizations), noiseBands };
  const georeference = map
    ? { crs: map.grid.crs, transform: map.grid.transform }
    : { crs: crsOf(4326), gcps: controlPoints(swaths, grid, looks) };
  return { calibration, orbits, swaths, swathLooks, grid, geometry, radar, map, georeference };
}

/** Geolocation grids of swaths of a pass. */
async function gridOf(
  { slices, polarizations }: SlcPass,
  swaths: readonly string[],
): Promise<GeolocationGridPoint[]> {
  const points: GeolocationGridPoint[] = [];
  for (const slice of slices)
    for (const swath of swaths) points.push(...(await slice.annotation(swath, polarizations[0])).grid);
  return points;
}

interface Resources {
  staging: Staging;
  pool: CovariancePool;
  terrainPool: TerrainPool;
  /** Reports the rows of a stream as progress. */
  counted: (stream: RowStream) => RowStream;
}

/** Brings an acquisition onto the grid and writes its rasters. @returns Their file names. */
async function processAcquisition(
  pass: SlcPass,
  index: number,
  { calibration, swaths, swathLooks, grid, radar, map, georeference }: StackPlan,
  { staging, pool, terrainPool, counted }: Resources,
  options: CoregisterOptions,
): Promise<string[]> {
  const { looks = SINGLE_LOOK, format = 'geotiff', haAlpha, t2, denoise = false, signal } = options;
  const { software = SOFTWARE } = options;
  // 5. Burst by burst, in worker threads: calibrate, deramp, resample (the reference is not), covariance and noise power.
  const ahead = Math.ceil(threadsOf(options) / swaths.length);
  const perSwath = swaths.map((swath) =>
    debursted(swath.acquisitions[index], swath.grid, pool, ahead, { signal }),
  );
  // 6. Merge the swaths.
  const merged = counted(swaths.length === 1 ? perSwath[0] : mergeSwaths(perSwath, grid));
  // 7. Multilook.
  const averaged = looks.range * looks.azimuth > 1;
  const rows = averaged ? multilooked(merged, looks) : merged;
  // 8. Geocode.
  const image = map
    ? counted(geocoded(rows, radar, map, staging.path('radar.tif'), terrainPool, signal))
    : rows;
  // 9. Subtract thermal noise from averages, and write covariance, coherency and H/A/alpha.
  const rasters = [
    covarianceRaster(radar.bands, averaged),
    ...(t2 ? [coherencyRaster(averaged)] : []),
    ...(haAlpha ? [haAlphaRaster(haAlpha)] : []),
  ];
  const { width, height } = map?.grid ?? radar;
  const { polarizations } = pass;
  const written = await writeAcquisition(staging.path(pass.name), image, rasters, {
    ...{ width, height, format, georeference, polarizations, signal },
    metadata: (averaged) =>
      metadataOf(pass, {
        ...{ calibration, polarizations, software },
        ...{ denoised: denoise && averaged, looks: swathLooks },
      }),
  });
  return written.map((path) => basename(path));
}

function countRows(total: number, { onProgress }: CoregisterOptions): (stream: RowStream) => RowStream {
  let done = 0;
  return async function* (stream) {
    for await (const rows of stream) {
      done += rows.mask.shape[0];
      yield rows;
      onProgress?.({ stage: 'resampling', done, total, unit: 'rows' });
    }
  };
}

function describeStack(
  { all, reference }: SlcPasses,
  { calibration, orbits, swaths, swathLooks, radar, map }: StackPlan,
  files: readonly (readonly string[])[],
  { looks = SINGLE_LOOK, denoise = false, haAlpha, software = SOFTWARE }: CoregisterOptions,
): StackDescription {
  const { width, height } = map?.grid ?? radar;
  return {
    ...{ software, channels: radar.bands, calibration, denoised: denoise, looks },
    ...(haAlpha && { haAlphaWindow: haAlpha }),
    ...{ width, height },
    ...(map && { map: describeMap(map.grid, map.dem, map.flatten) }),
    reference: all[reference].name,
    swaths: swaths.map((swath, s) => describeSwath(swath, swathLooks[s])),
    dates: all.map((pass, a) => ({
      ...describePass(pass, orbits[a]),
      files: files[a],
      ...(a !== reference && { swaths: swaths.map((swath) => describeOffsets(swath, a)) }),
    })),
  };
}

function checkOptions(options: CoregisterOptions): void {
  const { looks = SINGLE_LOOK, denoise, haAlpha, calibration } = options;
  const { range, azimuth } = looks;
  const fail = (expected: string, found: unknown, hint?: string) => {
    throw new SarIoError('InvalidArgument', { expected, found: `${found}`, hint });
  };
  if (calibration && !BACKSCATTER_CONVENTIONS.includes(calibration))
    fail(`calibration ${BACKSCATTER_CONVENTIONS.join(', ')}`, calibration);
  if (![range, azimuth].every((n) => Number.isInteger(n) && n >= 1))
    fail('whole numbers of looks', `${range}x${azimuth}`);
  if (haAlpha !== undefined && !(Number.isInteger(haAlpha) && haAlpha % 2 === 1 && haAlpha > 0))
    fail('an odd window for H/A/alpha', haAlpha);
  threadsOf(options);
  if (denoise && range * azimuth === 1 && !haAlpha)
    fail(
      'multilooking or H/A/alpha for thermal noise correction',
      'neither',
      'Add --multilook or --ha-alpha.',
    );
}
