import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeWeights, encodeWeights, logTransform, MtpiNet } from '@mtpi/model';
import { findOrbit, openSafe } from '@mtpi/sentinel1';
import { strToU8, zipSync } from 'fflate';
import { parseTorchCheckpoint } from '../packages/mtpi-model/src/weights/torch';
import { type FuzzTarget, rasterTargets } from '../packages/sar-io/test/fuzz/targets';
import { eof, SMALL, smallSafe, writeZip } from '../packages/sentinel1/test/small-safe';

/** Every reader of the packages, with a small valid input of its own. */
export async function fuzzTargets(): Promise<FuzzTarget[]> {
  return [...(await rasterTargets()), ...(await safeTargets()), ...weightTargets()];
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
      read: (folder) => readSafe(join(folder, product)),
    },
    {
      name: 'SAFE zip',
      files: new Map([['a.zip', zip]]),
      read: (folder) => readSafe(join(folder, 'a.zip')),
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

async function readSafe(path: string): Promise<void> {
  const product = await openSafe(path);
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

const text = (value: string) => `X${String.fromCharCode(value.length)}\0\0\0${value}`;

/** A state dict of one tensor of 2 × 2, as torch.save writes it. */
const PICKLE =
  `\x80\x02}${text('w')}ctorch._utils\n_rebuild_tensor_v2\n(` +
  `(${text('storage')}ctorch\nFloatStorage\n${text('0')}${text('cpu')}K\x06tQ` +
  'K\x00K\x02K\x02\x86K\x02K\x01\x86\x89}tRs.';
