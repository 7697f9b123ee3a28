import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMtpiError } from '@mtpi/errors';
import { decodeWeights, encodeWeights, logTransform, MtpiNet } from '@mtpi/model';
import { createImage } from '@mtpi/polsar-priors';
import { crsOf } from '@mtpi/sar-io';
import { findOrbit, openGrd, openSlc, readArea } from '@mtpi/sentinel1';
import { mergeShards } from '@mtpi/workflows';
import { strToU8, zipSync } from 'fflate';
import ndarray from 'ndarray';
import { parseTorchCheckpoint } from '../packages/mtpi-model/src/weights/torch';
import { windowOfArea } from '../packages/mtpi-workflows/src/acquisitions/area';
import {
  PartialResult,
  type PartialResultDescription,
} from '../packages/mtpi-workflows/src/despeckle/partial-result';
import { type FuzzTarget, rasterTargets } from '../packages/sar-io/test/fuzz/targets';
import { smallGrd } from '../packages/sentinel1/test/small-grd';
import { eof, SMALL, smallSafe, writeZip } from '../packages/sentinel1/test/small-safe';

/** Every reader of the packages, with a small valid input of its own. */
export async function fuzzTargets(): Promise<FuzzTarget[]> {
  return [
    ...(await rasterTargets()),
    ...(await safeTargets()),
    ...weightTargets(),
    await partialResultTarget(),
    areaTarget,
  ];
}

async function safeTargets(): Promise<FuzzTarget[]> {
  const files = new Map([...smallSafe()].map(([name, content]) => [name, Buffer.from(content as Buffer)]));
  const folder = mkdtempSync(join(tmpdir(), 'sar-io-seed-'));
  const zip = readFileSync(await writeZip(join(folder, 'a.zip'), files));
  rmSync(folder, { recursive: true });
  const product = `${SMALL.name}.SAFE`;
  return [
    {
      name: 'SAFE folder',
      files: new Map([...files].map(([name, bytes]) => [`${product}/${name}`, bytes])),
      read: (folder) => readSlc(join(folder, product)),
    },
    {
      name: 'SAFE zip',
      files: new Map([['a.zip', zip]]),
      read: (folder) => readSlc(join(folder, 'a.zip')),
    },
    {
      name: 'GRD folder',
      files: new Map(
        [...smallGrd()].map(([name, content]) => [`${product}/${name}`, Buffer.from(content as Buffer)]),
      ),
      read: (folder) => readGrd(join(folder, product)),
    },
    {
      name: 'EOF',
      files: new Map([['a.EOF', Buffer.from(eof({}))]]),
      read: (folder) => findOrbit(join(folder, 'a.EOF'), ORBIT_REQUEST),
    },
  ];
}

/** Within the validity of the orbit file. */
const ORBIT_REQUEST = { name: 'a', mission: 'S1A', epoch: '2024-03-05', start: 86_000, stop: 86_010 };

async function readSlc(path: string): Promise<void> {
  const product = await openSlc(path);
  try {
    for (const swath of product.swaths) {
      for (const polarization of product.polarizations) {
        await product.annotation(swath, polarization);
        await product.calibration(swath, polarization);
        await product.noise(swath, polarization);
        await (await product.measurement(swath, polarization)).readBurst(0);
      }
    }
  } finally {
    await product.close();
  }
}

async function readGrd(path: string): Promise<void> {
  const product = await openGrd(path);
  try {
    for (const polarization of product.polarizations) {
      const { lines, samples } = await product.annotation(polarization);
      (await product.calibration(polarization)).lut('sigma0', 0, 1).interpolate(0);
      (await product.noise(polarization)).row(0, 0, 1);
      await (await product.measurement(polarization)).read({ x: 0, y: 0, width: samples, height: lines });
    }
  } finally {
    await product.close();
  }
}

function weightTargets(): FuzzTarget[] {
  const network = new MtpiNet({ architecture: 'progressive', baseChannels: 8, ddcrUnits: 1 });
  const weights = encodeWeights(network, { transform: logTransform, tile: 64, training: {} });
  network.dispose();
  return [
    {
      name: 'safetensors',
      files: new Map([['a.safetensors', weights]]),
      read: async (folder) => {
        decodeWeights(readFileSync(join(folder, 'a.safetensors')), 'a.safetensors').network.dispose();
      },
    },
    {
      name: '.pth',
      files: new Map([
        ['a.pth', zipSync({ 'a/data.pkl': strToU8(PICKLE, true), 'a/data/0': new Uint8Array(24) })],
      ]),
      read: async (folder) => parseTorchCheckpoint(readFileSync(join(folder, 'a.pth')), 'a.pth'),
    },
  ];
}

/** A shard that is merged. */
async function partialResultTarget(): Promise<FuzzTarget> {
  const [width, height, name] = [8, 6, 'out.tif.shard-0000-of-0001'];
  const description: PartialResultDescription = {
    jobFingerprint: 'a',
    shard: { index: 0, count: 1 },
    layout: { width, height, rows: height, cols: width, overlap: 0, ys: [0], xs: [0] },
    inner: { x: 0, y: 0, width, height },
    result: {
      ...{ width, height, bands: ['VV', 'VH'], computed: ['VV', 'VH'], georeference: {} },
      ...{ channels: ['VV', 'VH'], scale: 'linear', separate: false, metadata: {} },
    },
    comparison: { target: [], scale: 'auto', haAlphaWindow: 5 },
    provenance: { target: 'a.tif' },
  };
  const folder = mkdtempSync(join(tmpdir(), 'sar-io-seed-'));
  const partial = await PartialResult.begin(join(folder, name), description, false);
  const image = createImage(2, height, width);
  image.data.fill(0.5);
  const mask = ndarray(new Uint8Array(width * height).fill(1), [height, width]);
  const sums = { pixels: 1, sums: [1, 1] };
  const record = { level: { target: sums, result: sums, dates: sums }, engine: 'ONNX Runtime on cpu' };
  await partial.write(0, { y: 0, image, mask }, record);
  const files = readdirSync(partial.path).map((file): [string, Uint8Array] => [
    `${name}/${file}`,
    readFileSync(join(partial.path, file)),
  ]);
  rmSync(folder, { recursive: true });
  return {
    name: 'partial result',
    files: new Map(files),
    read: (folder) => mergeShards(join(folder, 'out.tif'), { keepShards: true }),
  };
}

const areaTarget: FuzzTarget = {
  name: 'GeoJSON',
  files: new Map([
    [
      'a.geojson',
      Buffer.from(
        JSON.stringify({
          type: 'FeatureCollection',
          features: [
            {
              type: 'Feature',
              properties: {},
              geometry: { type: 'Polygon', coordinates: [[[15, 46], [16, 46], [16, 47], [15, 46]]] }, // biome-ignore format: corners
            },
          ],
        }),
      ),
    ],
  ]),
  read: async (folder) => {
    const area = await readArea(join(folder, 'a.geojson'));
    const georeference = { crs: crsOf(4326), transform: [15, 0.01, 0, 47, 0, -0.01] as const };
    try {
      windowOfArea({ paths: ['a.tif'], width: 100, height: 100, georeference }, area);
    } catch (error) {
      if (!isMtpiError(error)) throw error; // the area may lie elsewhere
    }
  },
};

const text = (value: string) => `X${String.fromCharCode(value.length)}\0\0\0${value}`;

/** A state dict of one tensor of 2 × 2, as torch.save writes it. */
const PICKLE =
  `\x80\x02}${text('w')}ctorch._utils\n_rebuild_tensor_v2\n(` +
  `(${text('storage')}ctorch\nFloatStorage\n${text('0')}${text('cpu')}K\x06tQ` +
  'K\x00K\x02K\x02\x86K\x02K\x01\x86\x89}tRs.';
