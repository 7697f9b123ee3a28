import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatUtc, type ReadOptions } from '@mtpi/sar-io';
import { readNpy } from '@mtpi/sar-io/node';
import { isSafe, openSafe, type SafeProduct, type SlcProduct } from '@mtpi/sentinel1';
import { annotationOf } from '../acquisitions/describe-candidate';
import { PROVENANCE_FILE } from '../output/output-kind';
import { provenanceIn, timeText } from '../result/provenance';
import { openWithAllBands } from './open-with-all-bands';

/** What a file contains, by name: numbers, texts, and lists or records of them. */
export type Facts = Record<string, unknown>;

/**
 * What a raster, an array, a Sentinel-1 product or a weights file contains, by name.
 *
 * @throws as `openRaster`, `openSafe`, `readNpy` and `loadNetwork`.
 */
export async function describeFile(file: string, options: ReadOptions = {}): Promise<Facts> {
  if (/\.(safetensors|pth|pt)$/i.test(file) || (await isShipped(file))) return weightsFacts(file);
  if (/\.npy$/i.test(file)) return arrayFacts(file);
  return (await isSafe(file)) ? productFacts(file) : rasterFacts(file, options);
}

/** Whether this is the name of shipped weights, and no file has it. */
async function isShipped(name: string): Promise<boolean> {
  if (!/^[\w-]+$/.test(name) || existsSync(name)) return false;
  const { SHIPPED_WEIGHTS } = await import('@mtpi/model'); // loads TensorFlow.js
  return (SHIPPED_WEIGHTS as readonly string[]).includes(name);
}

async function productFacts(file: string): Promise<Facts> {
  const product = await openSafe(file);
  try {
    const { name, mission, mode, productType, relativeOrbit, pass, epoch, start, polarizations } = product;
    return {
      product: name,
      type: `${mode} ${productType}`,
      mission,
      acquired: timeText(new Date(`${formatUtc(start, epoch)}Z`)),
      'relative orbit': relativeOrbit,
      pass,
      polarizations,
      ...(product.productType === 'GRD' || product.mode === 'SM'
        ? await sizeOf(product)
        : { bursts: await burstCounts(product) }),
    };
  } finally {
    await product.close();
  }
}

/** Number of bursts of each swath. */
async function burstCounts(product: SlcProduct): Promise<Record<string, number>> {
  const counts = product.swaths.map(async (swath) => {
    const { bursts } = await product.annotation(swath, product.polarizations[0]);
    return [swath, bursts.length];
  });
  return Object.fromEntries(await Promise.all(counts));
}

async function sizeOf(product: SafeProduct): Promise<{ width: number; height: number }> {
  const { samples, lines } = await annotationOf(product);
  return { width: samples, height: lines };
}

async function weightsFacts(file: string): Promise<Facts> {
  const { loadNetwork } = await import('@mtpi/model'); // loads TensorFlow.js
  const { network, ...rest } = await loadNetwork(file);
  const parameters = network.trainableVariables.reduce((sum, variable) => sum + variable.size, 0);
  network.dispose();
  return { file, parameters, network: network.config, ...rest };
}

async function arrayFacts(file: string): Promise<Facts> {
  return { file, shape: (await readNpy(file)).shape, type: 'float32' };
}

async function rasterFacts(file: string, options: ReadOptions): Promise<Facts> {
  const own = await readFile(join(file, PROVENANCE_FILE), 'utf8').catch(() => undefined);
  const raster = await openWithAllBands(file, options);
  try {
    const { width, height, bands, dataType, georeference, acquired } = raster;
    const [{ nodata }] = bands;
    const processing = own ? JSON.parse(own) : provenanceIn(raster.metadata);
    const { transform, gcps, crs } = georeference;
    return {
      file: raster.path, // without credentials
      ...{ width, height },
      bands: bands.map(({ name }) => name),
      type: dataType,
      ...(nodata === undefined ? {} : { nodata: Number.isFinite(nodata) ? nodata : String(nodata) }),
      ...(acquired ? { acquired: timeText(acquired) } : {}),
      ...(crs?.epsg === undefined ? {} : { crs: `EPSG:${crs.epsg}` }),
      ...(transform ? { origin: [transform[0], transform[3]], pixel: [transform[1], transform[5]] } : {}),
      ...(gcps?.length ? { gcps: gcps.length } : {}),
      ...(Object.keys(processing).length > 0 && { processing }),
    };
  } finally {
    await raster.close();
  }
}

/** Facts as lines, the names in a column. */
export function factLines({ processing = {}, ...facts }: Facts): string[] {
  const { width, height, ...others } = facts;
  const shown = Object.entries({ ...others, ...(processing as object) });
  if (width !== undefined) shown.splice(1, 0, ['size', `${width} × ${height}`]);
  const column = Math.max(...shown.map(([name]) => name.length)) + 2;
  return shown.map(([name, value]) => name.padEnd(column) + textOf(value));
}

/** Lists with commas, also of names with their values; what is nested as JSON. */
function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Object.values(value).some((part) => typeof part === 'object')) return JSON.stringify(value);
  if (Array.isArray(value)) return value.join(', ');
  return Object.entries(value)
    .map(([name, part]) => `${name} ${part}`)
    .join(', ');
}
