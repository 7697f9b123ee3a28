import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { formatUtc, type LonLat, type RasterSource, type ReadOptions } from '@mtpi/sar-io';
import {
  type Acquisition,
  fromNames,
  isDespeckled,
  isRasterFile,
  isRemote,
  openAcquisition,
  pairPolarizations,
  readNpy,
  statedOrbit,
  statedPass,
} from '@mtpi/sar-io/node';
import { isSafe, openSafe, type SafeProduct, type SlcProduct } from '@mtpi/sentinel1';
import { describeCalibration } from '../acquisitions/calibration';
import { annotationOf } from '../acquisitions/describe-candidate';
import { footprintIfKnown } from '../acquisitions/footprint-if-known';
import { withoutPaths } from '../acquisitions/list-series';
import { describeLooks } from '../acquisitions/looks';
import { PROVENANCE_FILE } from '../output/output-kind';
import { coordinatesText, latitudeLongitude, spacingText, unitOf } from '../place-text';
import { provenanceIn, timeText } from '../result/provenance';
import { satelliteIn } from '../result/stac-item';
import { openWithAllBands } from './open-with-all-bands';

/** What a file contains, by name: numbers, texts, and lists or records of them. */
export type Facts = Record<string, unknown>;

/**
 * What a raster, an array, a Sentinel-1 product or a weights file contains, by name; of a raster that is no result also as what
 * `openAcquisition` reads it, together with the file of its other polarization beside it.
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
    const { missing } = product;
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
      ...(missing.length > 0 && { missing }),
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
  const raster = await openWithAllBands(file, options);
  try {
    const { width, height, bands, dataType, georeference, acquired } = raster;
    const [{ nodata }] = bands;
    const processing = await processingOf(file, raster);
    const isResult = Object.keys(processing).length > 0 || isDespeckled(raster);
    const { transform, gcps, crs } = georeference;
    const corners = footprintIfKnown(raster);
    return {
      file: raster.path, // without credentials
      ...{ width, height },
      bands: bands.map(({ name }) => name),
      type: dataType,
      ...(nodata === undefined ? {} : { nodata: Number.isFinite(nodata) ? nodata : String(nodata) }),
      ...(acquired ? { acquired: timeText(acquired) } : {}),
      ...(crs?.epsg === undefined ? {} : { crs: `EPSG:${crs.epsg}` }),
      ...(transform ? { origin: [transform[0], transform[3]], pixel: [transform[1], transform[5]] } : {}),
      ...(transform && crs ? { unit: unitOf(crs) } : {}),
      ...(gcps?.length ? { gcps: gcps.length } : {}),
      ...(corners ? { corners } : {}),
      ...(isResult ? { processing } : { input: await inputFacts(file, options) }),
    };
  } finally {
    await raster.close();
  }
}

/** The provenance of a raster, empty unless it is a result: of a folder in a file, else in the metadata. */
export async function processingOf(
  file: string,
  { metadata }: Pick<RasterSource, 'metadata'>,
): Promise<Record<string, string>> {
  const own = await readFile(join(file, PROVENANCE_FILE), 'utf8').catch(() => undefined);
  return own ? JSON.parse(own) : provenanceIn(metadata);
}

/** As what despeckling reads a raster, with assumptions; or why it cannot. */
async function inputFacts(file: string, { signal }: ReadOptions): Promise<Facts> {
  const paths = await withOtherPolarization(file);
  let acquisition: Acquisition;
  try {
    acquisition = await openAcquisition(paths, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    return { 'not usable': withoutPaths((error as Error).message, paths) };
  }
  await acquisition.close();
  const { channels, polarimetry, scale, warnings } = acquisition;
  const others = paths.filter((path) => path !== join(file)).map((path) => basename(path));
  const [orbit, pass, platform] = [
    statedOrbit(acquisition),
    statedPass(acquisition),
    fromNames(acquisition, satelliteIn),
  ];
  return {
    ...(paths.length > 1 && { 'read with': others }),
    polarizations: channels,
    polarimetry,
    scale,
    calibration: describeCalibration(acquisition),
    looks: describeLooks(acquisition),
    ...(orbit !== undefined && { 'relative orbit': orbit }),
    ...(pass && { pass }),
    ...(platform && { platform }),
    ...(warnings.length > 0 && { notes: warnings.map(({ message }) => message) }),
  };
}

/** The files of the acquisition that a file is one polarization of, VV first; the file alone where it is all of it. */
async function withOtherPolarization(file: string): Promise<string[]> {
  const names = isRemote(file) ? [] : await readdir(dirname(file)).catch(() => []);
  const rasters = names.filter((name) => isRasterFile(name, names)).map((name) => join(dirname(file), name));
  return pairPolarizations(rasters).find((paths) => paths.includes(join(file))) ?? [file];
}

type PlaceText = (value: never, unit: ReturnType<typeof unitOf>) => string;

/** Texts of the facts about the place of a raster. */
const PLACE: Readonly<Record<string, PlaceText>> = {
  origin: coordinatesText,
  pixel: spacingText,
  corners: (corners: LonLat[]) => corners.map((corner) => latitudeLongitude(corner).join(' ')).join(', '),
};

/** Facts as lines, the names in a column. */
export function factLines({ processing = {}, input = {}, ...facts }: Facts): string[] {
  const { width, height, unit, ...others } = facts;
  const shown = Object.entries({ ...others, ...(processing as object), ...(input as object) });
  if (width !== undefined) shown.splice(1, 0, ['size', `${width} × ${height}`]);
  const column = Math.max(...shown.map(([name]) => name.length)) + 2;
  const texts = shown.map(([name, value]) =>
    name in PLACE ? PLACE[name](value as never, unit as ReturnType<typeof unitOf>) : textOf(value),
  );
  return shown.map(([name], i) => name.padEnd(column) + texts[i]);
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
