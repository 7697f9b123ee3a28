import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { encodeWeights, logTransform, MtpiNet } from '@mtpi/model';
import {
  COVARIANCE_BANDS,
  concatenateBands,
  createImage,
  HA_ALPHA_BANDS,
  haAlpha,
  type Image,
  planes,
  Random,
  type SimulatedTriplet,
  simulateScene,
  simulateTriplet,
} from '@mtpi/polsar-priors';
import { crsOf, type Georeference } from '@mtpi/sar-io';
import { createGeoTiff, createPolsarpro } from '@mtpi/sar-io/node';
import { coregisterStack } from '@mtpi/sentinel1';
import { despeckleShard, despeckleStackShard } from '@mtpi/workflows';
import * as tf from '@tensorflow/tfjs';
import { writeSeries } from '../packages/sar-io/test/netcdf-writer';
import { toGeodetic } from '../packages/sentinel1/test/mini-safe/circular-orbit';
import { writeMiniGrd } from '../packages/sentinel1/test/mini-safe/mini-grd';
import {
  type MiniDate,
  type MiniProduct,
  type MiniSafe,
  TRIPLET,
  writeMiniSafe,
} from '../packages/sentinel1/test/mini-safe/mini-safe';
import { TOPS } from '../packages/sentinel1/test/mini-safe/tops';
import { ROOT } from './from-source';

const SIZE = 64;
/** Of the patches of a dataset. */
const PATCH = 256;
/** In the area of interest of the examples. */
const GEOREFERENCE: Georeference = { crs: crsOf(32632), transform: [680_000, 10, 0, 5_150_000, 0, -10] };
const DAYS = { target: 13, previous: 1, next: 25 } as const;
type Role = keyof typeof DAYS;

const timeOf = (role: Role) => `2024-03-${String(DAYS[role]).padStart(2, '0')}T05:00:00Z`;

/** A simulated triplet with the same landscape at each time, and two further dates before and after. */
function simulatedImages(rows = SIZE, cols = SIZE): SimulatedTriplet {
  const random = new Random(11);
  return simulateTriplet({ random, scene: simulateScene({ rows, cols, random }), looks: 4, further: 2 });
}

/** Writes a covariance as a GeoTIFF. */
async function writeCovariance(
  path: string,
  image: Image,
  time: string,
  bands: readonly string[] = COVARIANCE_BANDS,
): Promise<void> {
  const [, height, width] = image.shape;
  const sink = await createGeoTiff(path, {
    ...{ width, height, georeference: GEOREFERENCE, bands },
    metadata: { ACQUISITION_TIME: time },
  });
  await sink.write(image);
  await sink.close();
}

/** Writes a covariance with H, A and alpha, as results are. */
const writeResult = (path: string, image: Image, time: string): Promise<void> =>
  writeCovariance(path, concatenateBands([image, haAlpha(image)]), time, [
    ...COVARIANCE_BANDS,
    ...HA_ALPHA_BANDS,
  ]);

/** Writes the intensities of a covariance as two GeoTIFFs. */
async function writePair(stem: string, image: Image, time: string): Promise<void> {
  const [, height, width] = image.shape;
  for (const [b, polarization] of ['VV', 'VH'].entries()) {
    const band = createImage(1, height, width);
    band.data.set(planes(image)[b]);
    const sink = await createGeoTiff(`${stem}_${polarization}.tif`, {
      ...{ width, height, georeference: GEOREFERENCE },
      bands: [polarization],
      metadata: { ACQUISITION_TIME: time },
    });
    await sink.write(band);
    await sink.close();
  }
}

/** Writes a covariance as a PolSARpro C2 folder. */
async function writeC2(path: string, image: Image): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const [, height, width] = image.shape;
  const sink = await createPolsarpro(path, { width, height });
  await sink.write(image);
  await sink.close();
}

/** Writes the real and imaginary part of VV and VH as a product of SNAP. */
async function writeDimap(stem: string, name: string, image: Image): Promise<void> {
  const [, height, width] = image.shape;
  await mkdir(`${stem}.data`, { recursive: true });
  const bands = ['C11', 'C22', 'C12_real', 'C12_imag'];
  for (const [b, plane] of planes(image).entries()) {
    const header = `ENVI\nsamples = ${width}\nlines = ${height}\nbands = 1\ndata type = 4\nbyte order = 1\ninterleave = bsq\n`;
    await writeFile(join(`${stem}.data`, `${bands[b]}.hdr`), header);
    const bytes = Buffer.alloc(4 * plane.length);
    plane.forEach((value, i) => bytes.writeFloatBE(value, 4 * i));
    await writeFile(join(`${stem}.data`, `${bands[b]}.img`), bytes);
  }
  const files = bands.map(
    (band, i) =>
      `<Data_File><DATA_FILE_PATH href="${name}.data/${band}.hdr"/><BAND_INDEX>${i}</BAND_INDEX></Data_File>`,
  );
  const infos = bands.map(
    (band, i) =>
      `<Spectral_Band_Info><BAND_INDEX>${i}</BAND_INDEX><BAND_NAME>${band}</BAND_NAME></Spectral_Band_Info>`,
  );
  await writeFile(
    `${stem}.dim`,
    `<?xml version="1.0" encoding="ISO-8859-1"?><Dimap_Document name="${name}.dim">
<Raster_Dimensions><NCOLS>${width}</NCOLS><NROWS>${height}</NROWS><NBANDS>4</NBANDS></Raster_Dimensions>
<Data_Access>${files.join('')}</Data_Access>
<Image_Interpretation>${infos.join('')}</Image_Interpretation></Dimap_Document>`,
  );
}

/** Writes the weights of an untrained network of eight channels. */
export async function writeWeights(path: string): Promise<void> {
  await tf.setBackend('cpu');
  await mkdir(dirname(path), { recursive: true });
  const network = new MtpiNet({ architecture: 'reference', baseChannels: 8, ddcrUnits: 1, seed: 1 });
  await writeFile(path, encodeWeights(network, { transform: logTransform, tile: 32, training: {} }));
  network.dispose();
}

/** Writes target.tif, previous.tif and next.tif: covariances with georeference and date. */
export async function writeTriplet(folder: string, rows: number, cols: number): Promise<void> {
  const images = simulatedImages(rows, cols);
  for (const role of ['target', 'previous', 'next'] as const)
    await writeCovariance(join(folder, `${role}.tif`), images[role], timeOf(role));
}

/** Meters above the ellipsoid of the ground of the small products. */
const HEIGHT = 150;

/** Five bursts, for `--bursts 3-5`. */
const FIVE_BURSTS: readonly MiniDate[] = TRIPLET.map((date) => ({
  ...date,
  firstBurst: 0,
  bursts: 5,
  lines: [],
}));

/** Writes three small SLC products of one track: folders, or zips. */
export const writeProducts = (
  folder: string,
  options: { zip: boolean; dates?: readonly MiniDate[] },
): Promise<MiniSafe> => writeMiniSafe(folder, { samples: 128, ...options });

/** Writes the intensities of the triplet as a netCDF series. */
async function writeNetcdfSeries(path: string, images: Record<Role, Image>): Promise<void> {
  const dates = [images.previous, images.target, images.next];
  const data = [0, 1].map((band) => Float32Array.from(dates.flatMap((image) => [...planes(image)[band]])));
  await writeSeries(path, {
    ...{ width: SIZE, height: SIZE },
    days: [52, 64, 76], // 20240222, 20240305 and 20240317
    change: { VV: { data: data[0] }, VH: { data: data[1] } },
  });
}

/** Writes pairs 12 days apart in three folders: a series of three dates, two later ones, and all seven. */
async function writeSeriesOfPairs(folder: string, images: SimulatedTriplet): Promise<void> {
  const { earlier, previous, target, next, later } = images;
  const [first, second, all] = ['sentinel1', 'more/2024', 'series/site'].map((name) => join(folder, name));
  for (const place of [first, second, all]) await mkdir(place, { recursive: true });
  const dates = [...[...earlier].reverse(), previous, target, next, ...later];
  for (const [i, image] of dates.entries()) {
    const time = new Date(Date.UTC(2024, 2, 5 + 12 * i, 5)).toISOString();
    const name = time.replace(/[-:]|\..*/g, '');
    if (i < 5) await writePair(join(i < 3 ? first : second, `S1A_${name}`), image, time);
    await writePair(join(all, name), image, time);
  }
}

/** Writes a STAC ItemCollection of the pairs of the triplet. */
async function writeItems(path: string): Promise<void> {
  const features = (['previous', 'target', 'next'] as const).map((role) => ({
    type: 'Feature',
    stac_version: '1.0.0',
    id: role,
    geometry: null,
    properties: { datetime: timeOf(role) },
    links: [],
    assets: Object.fromEntries(
      ['VV', 'VH'].map((band) => [band.toLowerCase(), { href: `./${role[0]}_${band}.tif`, roles: ['data'] }]),
    ),
  }));
  await writeFile(path, JSON.stringify({ type: 'FeatureCollection', features }));
}

/** Writes three small zipped GRD products of flat land. */
async function writeGrdProducts(folder: string): Promise<void> {
  const dates = [
    { origin: '2024-02-22T21:46:32', absoluteOrbit: 52677 },
    { origin: '2024-03-05T21:46:32', absoluteOrbit: 52852 },
    { origin: '2024-03-17T21:46:33', absoluteOrbit: 53027 },
  ];
  const scene = { height: () => HEIGHT, gamma0: () => [0.1, 0.02] as const };
  await mkdir(folder, { recursive: true });
  await writeMiniGrd(folder, dates, scene, { looks: 4, zip: true });
}

/** Writes a dataset in the layout of the published work, of two regions. */
export async function writeDataset(folder: string): Promise<void> {
  const { target, previous, next } = simulatedImages(PATCH, PATCH);
  for (const region of ['S01', 'S02'])
    for (const [name, image] of [
      ['Ass_S1A_20240222T214632', previous],
      ['Tar_S1A_20240305T214632', target],
      ['Ass_S1A_20240317T214632', next],
    ] as const)
      await writeC2(join(folder, region, `${region}_${name}`), image);
}

/**
 * Writes small files under the names that README, docs and help use.
 *
 * @returns an area of interest within the Sentinel-1 products: west,south,east,north.
 */
export async function writeStandIns(folder: string): Promise<string> {
  const at = (...names: string[]) => join(folder, ...names);
  await mkdir(folder, { recursive: true });
  const images = simulatedImages();
  for (const [role, letter, date, product] of [
    ['target', 't', '20240305', 'b'],
    ['previous', 'p', '20240222', 'a'],
    ['next', 'n', '20240317', 'c'],
  ] as const) {
    await writePair(at(letter), images[role], timeOf(role));
    await writeCovariance(at(`${letter}.tif`), images[role], timeOf(role));
    await writeC2(at(date, 'C2'), images[role]);
    await writeDimap(at(product), product, images[role]);
  }
  await writeResult(at('out.tif'), images.target, timeOf('target'));
  for (const name of ['s.nc', 'series.nc']) await writeNetcdfSeries(at(name), images);
  await writeItems(at('items.json'));
  await writeSeriesOfPairs(folder, images);
  for (const name of ['weights', 'runs/mine/weights', 'runs/small/weights'])
    await writeWeights(at(`${name}.safetensors`));
  await writeDataset(at('data'));
  await writeDataset(at('Sentinel-1 time-series data'));
  for (const name of ['dem', 'heights', 'N45E010', 'N45E011', 'N46E011'])
    await writeElevations(at(`${name}.tif`));
  await writeGrdProducts(at('grd'));
  const [, yaml] = /```yaml\n(.*?)```/s.exec(
    await readFile(join(ROOT, 'docs/training.md'), 'utf8'),
  ) as RegExpExecArray;
  await writeFile(at('train.yaml'), yaml);

  const { products } = await writeProducts(folder, { zip: true, dates: FIVE_BURSTS });
  const zips = ['A', 'B', 'C'].map((name) => at(`${name}.zip`));
  for (const [i, zip] of zips.entries()) {
    const slices = at('slices', ['20240222', '20240305', '20240317'][i]);
    await mkdir(slices, { recursive: true });
    await copyFile(products[i].path, join(slices, basename(products[i].path)));
    await rename(products[i].path, zip);
  }
  await writeProducts(folder, { zip: false, dates: FIVE_BURSTS });
  await coregisterStack(zips, at('stack'));

  const triplet = { target: at('t.tif'), previous: at('p.tif'), next: at('n.tif') };
  const options = { weights: at('weights.safetensors') };
  for (const index of [0, 1]) {
    await despeckleShard(triplet, at('out.tif'), { index, count: 2 }, options);
    for await (const _ of despeckleStackShard(at('stack'), at('despeckled'), { index, count: 2 }, options));
  }

  const published = join(ROOT, 'packages/mtpi-train/test/fixtures/published-FrGT.pth.gz');
  await writeFile(at('mtpi_epoch_030.pth'), gunzipSync(await readFile(published)));
  const checkpoint = join(ROOT, '../shared/fixtures/reference/mtpi_epoch_001.pth');
  if (existsSync(checkpoint)) await copyFile(checkpoint, at('mtpi_epoch_060.pth'));
  return areaOf(products[1]);
}

/** Around the middle of a product. */
function areaOf({ orbit, lineTime }: MiniProduct): string {
  const place = orbit.toGround(
    lineTime(2, 48, 64),
    TOPS.slantRangeTime + 64 / TOPS.rangeSamplingRate,
    HEIGHT,
  );
  const { longitude, latitude } = toGeodetic(place);
  return [longitude - 0.01, latitude - 0.01, longitude + 0.01, latitude + 0.01].join();
}

/** The height of the small products everywhere. */
async function writeElevations(path: string): Promise<void> {
  const size = 64;
  const heights = createImage(1, size, size);
  heights.data.fill(HEIGHT);
  const sink = await createGeoTiff(path, {
    ...{ width: size, height: size, bands: ['height'] },
    georeference: { crs: crsOf(4326), transform: [-180, 360 / size, 0, 90, 0, -180 / size] },
  });
  await sink.write(heights);
  await sink.close();
}
