/**
 * Terrain-corrects a GRD product (VV, beta0, or gamma0 with --flatten) onto the grid of a DEM of ellipsoidal heights, for
 * terrain_sarsen.py. --annotated: without bistatic delay and with the coordinate conversion records at their annotated times,
 * as sarsen takes them.
 * Run: npm run ts -- bench/terrain-on-dem.ts SAFE DEM OUTPUT.tif [--flatten] [--annotated]
 */
import { parseArgs } from 'node:util';
import { createGeoTiff, openRaster } from '@mtpi/sar-io/node';
import {
  demElevation,
  grdBackscatter,
  grdGeometry,
  openGrd,
  radarGeometry,
  terrainCorrect,
} from '@mtpi/sentinel1';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { flatten: { type: 'boolean' }, annotated: { type: 'boolean' } },
});
const [safe, heights, output] = positionals;
if (!output) {
  console.error('Usage: npm run ts -- bench/terrain-on-dem.ts SAFE DEM OUTPUT.tif [--flatten] [--annotated]');
  process.exit(2);
}

const dem = await openRaster(heights);
const product = await openGrd(safe);
const annotation = await product.annotation('VV');
const { orbit, firstLineTime, azimuthTimeInterval, rangePixelSpacing, groundRange } = annotation;
const geometry = values.annotated
  ? radarGeometry(orbit, { firstLineTime, azimuthTimeInterval, rangePixelSpacing, groundRange })
  : grdGeometry(annotation);
const source = await grdBackscatter(product, { calibration: 'beta0', polarizations: ['VV'] });
const { crs, transform } = dem.georeference;
const grid = { crs: crs!, transform: transform!, width: dem.width, height: dem.height };
const sink = await createGeoTiff(output, {
  ...{ width: grid.width, height: grid.height, georeference: grid, overviews: false },
  bands: ['VV'],
});
const options = { elevation: demElevation(dem), flatten: values.flatten };
for await (const { image, mask } of terrainCorrect(source, geometry, grid, options))
  await sink.write(image, mask);
await sink.close();
await product.close();
await dem.close();
