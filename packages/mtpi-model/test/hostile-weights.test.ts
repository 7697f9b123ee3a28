import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random } from '@mtpi/polsar-priors';
import * as tf from '@tensorflow/tfjs';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  decodeLayersModel,
  decodeNetwork,
  encodeSafetensors,
  encodeWeights,
  isModelError,
  loadNetwork,
  logTransform,
  MtpiNet,
  readState,
} from '../src';

let folder: string;
beforeAll(async () => {
  await tf.setBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'mtpi-weights-'));
});
afterAll(() => rm(folder, { recursive: true }));

const INFO = { transform: logTransform, tile: 64, training: {} };
const network = () => new MtpiNet({ baseChannels: 8, ddcrUnits: 1, dropoutRate: 0 });

/** The error of reading; anything but a ModelError fails. Undefined if the bytes could be read. */
async function errorOf(read: () => unknown): Promise<Error | undefined> {
  try {
    ((await read()) as { network?: MtpiNet }).network?.dispose();
    return undefined;
  } catch (error) {
    if (!isModelError(error)) throw error;
    return error;
  }
}

/** The bytes with a few of them changed at random in the first part, or cut off. */
function damaged(bytes: Uint8Array, random: Random, part: number): Uint8Array {
  const result = new Uint8Array(bytes);
  if (random.chance(0.2)) return result.subarray(0, random.integer(0, bytes.length - 1));
  const changes = random.integer(1, 4);
  for (let i = 0; i < changes; i++) result[random.integer(0, part - 1)] = random.integer(0, 255);
  return result;
}

test('damaged safetensors files are read or give a ModelError', async () => {
  const bytes = encodeWeights(network(), INFO);
  const header = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const random = new Random(1);
  let refused = 0;
  for (let n = 0; n < 100; n++) {
    const error = await errorOf(() => decodeNetwork(damaged(bytes, random, 8 + header), 'a.safetensors'));
    if (error) refused++;
  }
  expect(refused).toBeGreaterThan(75);
});

test('damaged PyTorch checkpoints are read or give a ModelError', async () => {
  const storage = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
  const text = (value: string) => `X${String.fromCharCode(value.length)}\0\0\0${value}`;
  const pickle =
    `\x80\x02}(${text('w')}ctorch._utils\n_rebuild_tensor_v2\n((${text('storage')}ctorch\nFloatStorage\n` +
    `${text('0')}${text('cpu')}K\x04tQK\0K\x02K\x02\x86K\x02K\x01\x86\x89}tRu.`;
  const random = new Random(2);
  for (let n = 0; n < 150; n++) {
    const zip = zipSync({
      'a/data.pkl': damaged(strToU8(pickle, true), random, pickle.length),
      'a/data/0': storage,
    });
    // Too few tensors for a network in any case.
    expect(await errorOf(() => decodeNetwork(zip, 'a.pth'))).toBeDefined();
    const archive = zipSync({ 'a/data.pkl': strToU8(pickle, true), 'a/data/0': storage });
    expect(
      await errorOf(() => decodeNetwork(damaged(archive, random, archive.length), 'a.pth')),
    ).toBeDefined();
  }
});

test('damaged LayersModels are read or give a ModelError', async () => {
  const json = await readFile(new URL('fixtures/network-0.1.json', import.meta.url));
  const weights = await readFile(new URL('fixtures/network-0.1.bin', import.meta.url));
  const random = new Random(3);
  for (let n = 0; n < 100; n++) {
    const text = new TextDecoder().decode(damaged(json, random, json.length));
    await errorOf(() => decodeLayersModel(text, async () => weights));
  }
});

test('files of a few bytes that ask for much memory are refused', async () => {
  const tensors = readState(network().namedWeights());
  const metadata = (config: object) => ({
    network: JSON.stringify(config),
    ...{ transform: JSON.stringify(logTransform), tile: '64', training: '{}' },
  });
  const safetensors = (config: object) =>
    errorOf(() => decodeNetwork(encodeSafetensors({ tensors, metadata: metadata(config) }), 'a.safetensors'));
  expect((await safetensors({ baseChannels: 8, ddcrUnits: 1e9 }))?.message).toMatch(
    /^a.safetensors: .*1000000000/,
  );
  expect((await safetensors({ baseChannels: 8e6, ddcrUnits: 1 }))?.message).toMatch(
    /^a.safetensors: .*8000000/,
  );

  const megabytes = zipSync({ 'a/data.pkl': new Uint8Array(1) });
  const directory = Buffer.from(megabytes).indexOf('PK\x01\x02', 0, 'latin1');
  new DataView(megabytes.buffer).setUint32(directory + 24, 200 << 20, true); // size of the entry when unpacked
  expect((await errorOf(() => decodeNetwork(megabytes, 'a.pth')))?.message).toMatch(
    /^a.pth: .*bytes of content/,
  );
  const objects = zipSync({ 'a/data.pkl': new Uint8Array(2 << 20).fill('}'.charCodeAt(0)) });
  expect((await errorOf(() => decodeNetwork(objects, 'a.pth')))?.message).toMatch(
    /^a.pth: .*pickle of at most/,
  );

  const json = JSON.parse(await readFile(new URL('fixtures/network-0.1.json', import.meta.url), 'utf8'));
  json.modelTopology.config.layers[3].config.ddcr_units = 1e9;
  const weights = await readFile(new URL('fixtures/network-0.1.bin', import.meta.url));
  const layersModel = await errorOf(() => decodeLayersModel(JSON.stringify(json), async () => weights));
  expect(layersModel?.message).toMatch(/^model.json: .*1000000000/);
});

test('nested values are refused, not printed', async () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  const header = strToU8(`{"a":{"dtype":${deep},"shape":[1],"data_offsets":[0,4]}}`);
  const bytes = new Uint8Array(8 + header.length + 4);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  expect((await errorOf(() => decodeNetwork(bytes, 'a.safetensors')))?.message).toMatch(/^a.safetensors: /);
  // A list that contains itself 2³⁰ times, as shape of a tensor.
  const doubled = `]q\0${'h\0h\0\x86q\0'.repeat(30)}`;
  const pickle = `\x80\x02${doubled}0ctorch._utils\n_rebuild_tensor_v2\n(NK\0h\0h\0tR.`;
  const zip = zipSync({ 'a/data.pkl': strToU8(pickle.replace('0ctorch', 'ctorch'), true) });
  expect((await errorOf(() => decodeNetwork(zip, 'a.pth')))?.message).toMatch(
    /^a.pth: .*exceeds its storage/,
  );
});

test('information that does not fit is refused', async () => {
  for (const [key, value] of [
    ['transform', '{"kind":"log"}'],
    ['tile', '1e9'],
    ['training', '3'],
  ]) {
    const metadata = {
      ...{ network: '{"baseChannels":8,"ddcrUnits":1,"dropoutRate":0}', tile: '64', training: '{}' },
      ...{ transform: '{"kind":"raw"}', [key]: value },
    };
    const bytes = encodeSafetensors({ tensors: readState(network().namedWeights()), metadata });
    const error = await errorOf(() => decodeNetwork(bytes, 'a.safetensors'));
    expect(error?.message).toMatch(new RegExp(`^a.safetensors: expected '${key}' to be`));
  }
});

test('files that are missing, no files, or outside the folder of the model are refused by name', async () => {
  const missing = join(folder, 'none.safetensors');
  const error = await errorOf(() => loadNetwork(missing));
  expect(error).toMatchObject({
    path: missing,
    found: 'no such file',
    hint: 'shipped weights are mtpi, mtpi-small',
  });
  await mkdir(join(folder, 'sub.safetensors'));
  expect(await errorOf(() => loadNetwork(join(folder, 'sub.safetensors')))).toMatchObject({
    code: 'InvalidWeights',
  });
  const outside = JSON.stringify({
    modelTopology: { config: { layers: [] } },
    weightsManifest: [{ paths: ['../../etc/hosts'], weights: [] }],
  });
  await writeFile(join(folder, 'model.json'), outside);
  expect((await errorOf(() => loadNetwork(join(folder, 'model.json'))))?.message).toMatch(
    /paths relative to the file/,
  );
});

const hostile = fileURLToPath(
  new URL('../../../../shared/cases/hostile/absurd-units.safetensors', import.meta.url),
);

test.skipIf(!existsSync(hostile))(
  'weights whose metadata ask for absurdly many units are refused',
  async () => {
    expect((await errorOf(() => loadNetwork(hostile)))?.message).toContain(hostile);
  },
);
