import type { GrdProduct, SlcProduct } from '@mtpi/sentinel1';
import type { Command } from 'commander';
import type { Context } from '../context';
import { loadTensorFlow } from '../load';
import { createReporter, type ReporterOptions } from '../progress';

type Facts = Record<string, unknown>;

/** `mtpi info`: shows what a raster, a Sentinel-1 product or a weights file contains. */
export function define(command: Command, context: Context): void {
  command
    .description(
      'Shows size, bands, georeference and date of a raster or product, or the network of a weights file.',
    )
    .argument('<file>', 'GeoTIFF, PolSARpro folder, .npy, Sentinel-1 SLC product, .safetensors or .pth')
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExamples:\n  $ mtpi info out.tif\n  $ mtpi info weights.safetensors --json')
    .action((file: string, flags: ReporterOptions) => info(file, flags, context));
}

async function info(file: string, flags: ReporterOptions, context: Context): Promise<void> {
  const reporter = createReporter(flags, context);
  reporter.start('opening');
  try {
    const facts = await factsOf(file);
    const lines = Object.entries(facts).map(
      ([key, value]) => `${key.padEnd(12)} ${typeof value === 'object' ? JSON.stringify(value) : value}`,
    );
    reporter.result(facts, lines.join('\n'));
  } finally {
    reporter.stop();
  }
}

async function factsOf(file: string): Promise<Facts> {
  if (/\.(safetensors|pth|pt)$/i.test(file)) return weightsFacts(file);
  if (/\.npy$/i.test(file)) return arrayFacts(file);
  const { isSafe } = await import('@mtpi/sentinel1');
  return (await isSafe(file)) ? productFacts(file) : rasterFacts(file);
}

async function productFacts(file: string): Promise<Facts> {
  const { openSafe } = await import('@mtpi/sentinel1');
  const { formatUtc } = await import('@mtpi/sar-io');
  const product = await openSafe(file);
  try {
    const { name, mission, mode, productType, relativeOrbit, pass, epoch, start, polarizations } = product;
    return {
      product: name,
      type: `${mode} ${productType}`,
      mission,
      acquired: formatUtc(start, epoch),
      track: relativeOrbit,
      pass,
      channels: polarizations.join(', '),
      ...(product.productType === 'SLC'
        ? { bursts: await burstCounts(product) }
        : { size: await sizeOf(product) }),
    };
  } finally {
    await product.close();
  }
}

/** Number of bursts of each swath. */
async function burstCounts(product: SlcProduct): Promise<string> {
  const counts = product.swaths.map(async (swath) => {
    const { bursts } = await product.annotation(swath, product.polarizations[0]);
    return `${swath} ${bursts.length}`;
  });
  return (await Promise.all(counts)).join(', ');
}

async function sizeOf(product: GrdProduct): Promise<string> {
  const { samples, lines } = await product.annotation(product.polarizations[0]);
  return `${samples} × ${lines}`;
}

async function weightsFacts(file: string): Promise<Facts> {
  await loadTensorFlow();
  const { loadNetwork } = await import('@mtpi/model');
  const { network, ...rest } = await loadNetwork(file);
  const parameters = network.trainableVariables.reduce((sum, variable) => sum + variable.size, 0);
  return { file, parameters, network: network.config, ...rest };
}

async function arrayFacts(file: string): Promise<Facts> {
  const { readNpy } = await import('@mtpi/sar-io/node');
  return { file, shape: (await readNpy(file)).shape, type: 'float32' };
}

async function rasterFacts(file: string): Promise<Facts> {
  const { openRaster } = await import('@mtpi/sar-io/node');
  const raster = await openRaster(file);
  try {
    const { width, height, bands, dataType, georeference, acquired } = raster;
    const [{ nodata }] = bands;
    const { transform, gcps, crs } = georeference;
    return {
      file,
      size: `${width} × ${height}`,
      bands: bands.map(({ name }) => name).join(', '),
      type: dataType,
      ...(nodata === undefined ? {} : { nodata: String(nodata) }),
      ...(acquired ? { acquired: acquired.toISOString() } : {}),
      ...(crs?.epsg === undefined ? {} : { crs: `EPSG:${crs.epsg}` }),
      ...(transform ? { origin: [transform[0], transform[3]], pixel: [transform[1], transform[5]] } : {}),
      ...(gcps?.length ? { gcps: gcps.length } : {}),
    };
  } finally {
    await raster.close();
  }
}
