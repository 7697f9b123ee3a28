import { formatUtc, type ReadOptions } from '@mtpi/sar-io';
import { openRaster, readNpy } from '@mtpi/sar-io/node';
import { isSafe, openSafe, type SafeProduct, type SlcProduct } from '@mtpi/sentinel1';
import { provenanceIn } from '../result/provenance';

type Facts = Record<string, unknown>;

/**
 * Shows what a raster, an array, a Sentinel-1 product or a weights file contains, by name.
 *
 * @throws as `openRaster`, `openSafe`, `readNpy` and `loadNetwork`.
 */
export async function describeFile(file: string, options: ReadOptions = {}): Promise<Facts> {
  if (/\.(safetensors|pth|pt)$/i.test(file)) return weightsFacts(file);
  if (/\.npy$/i.test(file)) return arrayFacts(file);
  return (await isSafe(file)) ? productFacts(file) : rasterFacts(file, options);
}

async function productFacts(file: string): Promise<Facts> {
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
      ...(product.productType === 'GRD' || product.mode === 'SM'
        ? { size: await sizeOf(product) }
        : { bursts: await burstCounts(product) }),
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

async function sizeOf(product: SafeProduct): Promise<string> {
  const [polarization] = product.polarizations;
  const { samples, lines } =
    product.productType === 'SLC'
      ? await product.annotation(product.swaths[0], polarization)
      : await product.annotation(polarization);
  return `${samples} × ${lines}`;
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
  const raster = await openRaster(file, options);
  try {
    const { width, height, bands, dataType, georeference, acquired } = raster;
    const [{ nodata }] = bands;
    const processing = provenanceIn(raster.metadata);
    const { transform, gcps, crs } = georeference;
    return {
      file: raster.path, // without credentials
      size: `${width} × ${height}`,
      bands: bands.map(({ name }) => name).join(', '),
      type: dataType,
      ...(nodata === undefined ? {} : { nodata: String(nodata) }),
      ...(acquired ? { acquired: acquired.toISOString() } : {}),
      ...(crs?.epsg === undefined ? {} : { crs: `EPSG:${crs.epsg}` }),
      ...(transform ? { origin: [transform[0], transform[3]], pixel: [transform[1], transform[5]] } : {}),
      ...(gcps?.length ? { gcps: gcps.length } : {}),
      ...(Object.keys(processing).length > 0 && { processing }),
    };
  } finally {
    await raster.close();
  }
}
