import { loadNetwork } from '@mtpi/model';
import { formatUtc } from '@mtpi/sar-io';
import { openRaster } from '@mtpi/sar-io/node';
import { isSafe, openSafe } from '@mtpi/sentinel1';
import type { Command } from 'commander';
import { createReporter, type ReporterOptions } from '../progress';

/** `mtpi info`: what a raster, a Sentinel-1 product or a weights file holds. */
export function infoCommand(program: Command): void {
  program
    .command('info')
    .summary('tell what a raster, a Sentinel-1 product or a weights file holds')
    .argument('<file>', 'GeoTIFF, PolSARpro folder, .npy, Sentinel-1 SLC product, .safetensors or .pth')
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExamples:\n  $ mtpi info out.tif\n  $ mtpi info weights.safetensors --json')
    .action((file: string, flags: ReporterOptions) => info(file, flags));
}

async function info(file: string, flags: ReporterOptions): Promise<void> {
  const facts = await factsOf(file);
  const lines = Object.entries(facts).map(
    ([key, value]) => `${key.padEnd(12)} ${typeof value === 'object' ? JSON.stringify(value) : value}`,
  );
  createReporter(flags).result(facts, lines.join('\n'));
}

async function factsOf(file: string): Promise<Record<string, unknown>> {
  if (/\.(safetensors|pth|pt)$/.test(file)) return weightsFacts(file);
  return (await isSafe(file)) ? productFacts(file) : rasterFacts(file);
}

async function productFacts(file: string): Promise<Record<string, unknown>> {
  const product = await openSafe(file);
  try {
    const { name, mission, relativeOrbit, pass, epoch, start, swaths, polarizations } = product;
    const bursts = await Promise.all(
      swaths.map(async (swath) => {
        const annotation = await product.annotation(swath, polarizations[0]);
        return `${swath} ${annotation.bursts.length}`;
      }),
    );
    const acquired = formatUtc(start, epoch);
    const channels = polarizations.join(', ');
    return {
      product: name,
      mission,
      acquired,
      track: relativeOrbit,
      pass,
      channels,
      bursts: bursts.join(', '),
    };
  } finally {
    await product.close();
  }
}

async function weightsFacts(file: string): Promise<Record<string, unknown>> {
  const { network, ...rest } = await loadNetwork(file);
  const parameters = network.trainableVariables.reduce((sum, variable) => sum + variable.size, 0);
  return { file, parameters, network: network.config, ...rest };
}

async function rasterFacts(file: string): Promise<Record<string, unknown>> {
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
