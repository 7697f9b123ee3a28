import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { COVARIANCE_BANDS, type Looks } from '@mtpi/polsar-priors';
import type { Gcp } from '@mtpi/sar-io';
import { formatUtc, SarIoError } from '@mtpi/sar-io';
import { Staging } from '@mtpi/sar-io/node';
import type { BackscatterConvention } from '../product/calibration';
import type { SafeProduct } from '../product/open-safe';
import { findOrbit, type OrbitFile } from '../product/orbit-file';
import { controlPoints, georeferenceFromGcps } from './control-points';
import { CovariancePool } from './covariance-pool';
import { dateRows } from './date-rows';
import { coherencyLayer, covarianceLayer, haAlphaProduct, multilooked } from './layers';
import { mapRows, openStackMap, type StackMapOptions } from './map-rows';
import { type Merged, mergedRows, mergePlan } from './merge';
import { acquiredAt, dateName, openProducts, type Products } from './products';
import type { Strips } from './row-stream';
import { type Selection, selectSwaths } from './selection';
import { describeOffsets, describeSwath, type StackDescription } from './stack-description';
import { stackGeometry } from './stack-geometry';
import { openSwathStack, type SwathStack } from './swath-stack';
import { type StackFormat, writeAcquisition } from './write-acquisition';

/** More hardly help: one thread writes. */
const MOST_THREADS = 4;

const SINGLE = { range: 1, azimuth: 1 };
const CALIBRATIONS: readonly BackscatterConvention[] = ['sigma', 'beta', 'gamma'];

export interface CoregisterOptions extends Selection {
  /** What the powers are referred to. Default `sigma`. */
  calibration?: BackscatterConvention;
  /** Orbit file (EOF), or a folder to look for one for each product in. Default: the orbits of the annotations. */
  orbit?: string;
  /** Part of the name of the product that gives the grid, such as its date. Default: the middle one in time. */
  reference?: string;
  /** Samples and lines that are averaged into one. Default 1 and 1. */
  looks?: Looks;
  /** Subtracts thermal noise from the powers of what is averaged. Default false. */
  denoise?: boolean;
  /** Lays the covariances on a map, bilinear; the map's cells are what H, A and alpha are averaged over. */
  geocode?: StackMapOptions;
  /** Default `geotiff`. */
  format?: StackFormat;
  /** Also write H, A and alpha of the mean over this many rows and columns, an odd number. */
  haAlpha?: number;
  /** Also write the coherency matrix. */
  t2?: boolean;
  /** Threads that resample, besides the one that reads and writes. Default: the cores there are, 4 at most. */
  threads?: number;
  /** Version to put into `stack.json`. */
  software?: string;
  signal?: AbortSignal;
  /** Stages are `aligning IW1` and so on, then `preparing`, of the rows of all dates. */
  onProgress?: (done: number, total: number, stage: string) => void;
}

/**
 * From Sentinel-1 IW SLC products of one track to a stack of covariances on the grid of one of them, in radar geometry or
 * on a map:
 * calibrated, aligned by orbits alone, deramped and resampled (the reference is not), debursted. One file for each date,
 * named by it, and `stack.json`. Works on some hundred lines at a time; nothing appears before all is complete.
 *
 * @param paths SAFE folders or zips, one or more.
 * @param folder Where to write; made if it is not there, files of other names in it stay.
 * @throws SarIoError `GridMismatch` for products of different tracks or without common bursts, `InvalidArgument`; else as
 *   `openSafe` and `findOrbit`.
 */
export async function coregisterStack(
  paths: readonly string[],
  folder: string,
  options: CoregisterOptions = {},
): Promise<StackDescription> {
  checkOptions(options);
  const products = await openProducts(paths, options.reference);
  try {
    const staging = await Staging.open(folder);
    const pool = new CovariancePool(threadsOf(options));
    try {
      const description = await writeStack(products, staging, pool, options);
      await writeFile(staging.path('stack.json'), `${JSON.stringify(description, undefined, 2)}\n`);
      await staging.publishFolder();
      return description;
    } catch (error) {
      await staging.discard();
      throw error;
    } finally {
      await pool.close();
    }
  } finally {
    await products.close();
  }
}

async function writeStack(
  products: Products,
  staging: Staging,
  pool: CovariancePool,
  options: CoregisterOptions,
): Promise<StackDescription> {
  const { all, reference } = products;
  const { looks = SINGLE, format = 'geotiff', calibration = 'sigma', denoise = false } = options;
  const { signal, onProgress, haAlpha, software = '@mtpi/sar-io' } = options;
  const averaged = looks.range * looks.azimuth > 1;
  const orbits = await orbitsOf(all, options.orbit);
  const swaths: SwathStack[] = [];
  for (const swath of selectSwaths(all, options.swaths)) {
    const vectors = orbits.map((orbit) => orbit?.vectors);
    const stack = await openSwathStack(products, swath, vectors, {
      ...options,
      calibration,
      denoise,
      pool,
      onProgress: (done, total) => onProgress?.(done, total, `aligning ${swath}`),
    });
    if (stack) swaths.push(stack);
  }
  if (swaths.length === 0) {
    throw new SarIoError('GridMismatch', `${all[reference].path}: expected bursts in the area, found none`);
  }
  const plan = planOf(swaths);
  const [width, height] = [Math.floor(plan.width / looks.range), Math.floor(plan.height / looks.azimuth)];
  const layers = [
    covarianceLayer(averaged),
    ...(options.t2 ? [coherencyLayer(averaged)] : []),
    ...(haAlpha ? [haAlphaProduct(haAlpha)] : []),
  ];
  const geometry = stackGeometry(swaths, reference, plan, looks);
  const map = options.geocode && (await openStackMap(geometry, options.geocode));
  const size = map ? map.grid : { width, height };
  const georeference = map
    ? { crs: map.grid.crs, transform: map.grid.transform }
    : georeferenceFromGcps(pointsOf(swaths, plan, looks));
  let done = 0;
  const count = async function* (strips: Strips) {
    for await (const strip of strips) {
      done += strip.mask.shape[0];
      yield strip;
      onProgress?.(done, all.length * (plan.height + (map?.grid.height ?? 0)), 'preparing');
    }
  };
  const ahead = Math.ceil(threadsOf(options) / swaths.length);
  const files: string[][] = [];
  try {
    for (const [d, product] of all.entries()) {
      const parts = swaths.map(({ dates, grid }) => dateRows(dates[d], grid, pool, ahead, { signal }));
      const rows = count(parts.length === 1 ? parts[0] : mergedRows(parts, plan));
      const strips = averaged ? multilooked(rows, looks) : rows;
      const bands = COVARIANCE_BANDS.length + swaths[0].dates[d].source.noiseBands;
      const written = await writeAcquisition(
        staging.path(dateName(product)),
        map
          ? count(mapRows({ strips, bands, width, height }, map, staging.path('radar.tif'), signal))
          : strips,
        layers,
        ((haAlpha ?? 1) - 1) / 2,
        {
          width: size.width,
          height: size.height,
          format,
          signal,
          georeference,
          metadata: metadataOf(product, software, calibration),
        },
      );
      files.push(written.map((path) => basename(path)));
    }
  } finally {
    await map?.model?.close();
  }
  return {
    software,
    channels: COVARIANCE_BANDS,
    calibration,
    denoised: denoise,
    looks,
    ...(haAlpha && { haAlphaWindow: haAlpha }),
    width: size.width,
    height: size.height,
    ...(map && {
      map: {
        crs: `EPSG:${map.grid.crs.epsg}`,
        transform: map.grid.transform,
        heights: map.model ? basename(map.model.path) : 'geolocation grid',
      },
    }),
    reference: dateName(all[reference]),
    swaths: swaths.map(describeSwath),
    dates: all.map((product, d) => ({
      name: dateName(product),
      product: product.name,
      acquired: acquiredAt(product),
      ...(Number.isFinite(product.processorVersion) && { processorVersion: product.processorVersion }),
      orbit: orbits[d] ? basename(orbits[d].path) : 'annotation',
      files: files[d],
      ...(d !== reference && { swaths: swaths.map((swath) => describeOffsets(swath, d)) }),
    })),
  };
}

/** Control points of an image in radar geometry. */
function pointsOf(swaths: readonly SwathStack[], { placements, height }: Merged, looks: Looks): Gcp[] {
  return swaths.flatMap(({ annotation, grid }, s) => {
    const { row, column } = placements[s];
    const burstRows = new Map(grid.segments.map(({ burst }, i) => [burst, row + grid.startRows[i]]));
    return controlPoints(annotation, { burstRows, column, height, looks });
  });
}

/** One swath is its own image. */
function planOf(swaths: readonly SwathStack[]): Merged {
  return mergePlan(
    swaths.map(({ annotation, grid }) => ({
      annotation,
      grid,
      start: annotation.bursts[grid.segments[0].burst].time,
    })),
  );
}

const threadsOf = ({ threads }: CoregisterOptions) =>
  threads ?? Math.min(availableParallelism(), MOST_THREADS);

/** Noise can only be subtracted from what is averaged. */
function checkOptions({
  looks = SINGLE,
  denoise,
  haAlpha,
  threads = 1,
  calibration,
}: CoregisterOptions): void {
  const { range, azimuth } = looks;
  const fail = (expected: string, got: unknown) => {
    throw new SarIoError('InvalidArgument', `prepareStack: expected ${expected}, got ${got}`);
  };
  if (calibration && !CALIBRATIONS.includes(calibration)) fail(CALIBRATIONS.join(', '), calibration);
  if (![range, azimuth].every((n) => Number.isInteger(n) && n >= 1))
    fail('whole looks', `${range}x${azimuth}`);
  if (haAlpha !== undefined && !(Number.isInteger(haAlpha) && haAlpha % 2 === 1 && haAlpha > 0))
    fail('an odd window of H, A and alpha', haAlpha);
  if (!(Number.isInteger(threads) && threads >= 1)) fail('a thread or more', threads);
  if (denoise && range * azimuth === 1 && !haAlpha)
    fail('looks or H, A and alpha to subtract noise from', 'neither');
}

async function orbitsOf(
  products: readonly SafeProduct[],
  path: string | undefined,
): Promise<(OrbitFile | undefined)[]> {
  const orbits: (OrbitFile | undefined)[] = [];
  for (const product of products)
    orbits.push(path === undefined ? undefined : await findOrbit(path, product));
  return orbits;
}

const metadataOf = (product: SafeProduct, software: string, calibration: BackscatterConvention) => ({
  ACQUISITION_TIME: new Date(`${formatUtc(product.start, product.epoch).slice(0, 23)}Z`).toISOString(),
  PRODUCT: product.name,
  CALIBRATION: calibration,
  POLARIZATIONS: product.polarizations.join(' '),
  SOFTWARE: software,
});
