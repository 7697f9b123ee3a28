import { strFromU8, unzipSync } from 'fflate';
import { ModelError } from '../errors';
import { MtpiNet } from '../network';
import type { NetworkConfig } from '../network-config';
import type { TrainedNetwork } from './file';
import { globalOf, type PickleGlobal, readPickle } from './pickle';
import type { NamedTensor } from './safetensors';
import { loadState } from './state';
import { ELEMENT_TYPES, type ElementType, type Storage, TorchTensor } from './torch-tensor';

/** Rows and columns of a tile for networks whose file doesn't say: the patches that the published code trains on. */
const PUBLISHED_TILE = 256;

/**
 * Reads the tensors of a PyTorch checkpoint: a zip of torch.save holding a state dict, or a dict with one as `model`.
 * Nothing in the file is executed. float32, float64 and int64 tensors come as float32.
 *
 * @param path names the file in errors.
 * @throws ModelError `InvalidWeights` if the file is not such a zip, is damaged, or holds anything that tensors don't
 *   need; the message names the opcode, global or key.
 */
export function parseTorchCheckpoint(bytes: Uint8Array, path: string): Map<string, NamedTensor> {
  const fail = (what: string, cause?: unknown): never => {
    throw new ModelError('InvalidWeights', `${path}: not a valid PyTorch checkpoint: ${what}`, { cause });
  };
  const files = unzip(bytes, fail);
  const pickleName = Object.keys(files).find((name) => /(^|\/)data\.pkl$/.test(name));
  if (pickleName === undefined) return fail('expected a zip with data.pkl, found none in it');
  const folder = pickleName.slice(0, -'data.pkl'.length);
  const byteOrder = files[`${folder}byteorder`];
  if (byteOrder && strFromU8(byteOrder) !== 'little') fail('expected little-endian data');

  const storageTypes = new Map<PickleGlobal, ElementType>();
  const storages = new WeakSet<Storage>();
  const globals = new Map<string, PickleGlobal>([
    ['collections.OrderedDict', { apply: () => new Map() }],
    ['torch._utils._rebuild_parameter', { apply: ([data]) => data }],
    [
      'torch._utils._rebuild_tensor_v2',
      {
        apply: ([storage, offset, shape, strides]) =>
          (storages.has(storage as Storage) && TorchTensor.of(storage as Storage, offset, shape, strides)) ||
          fail(`a tensor of shape [${shape}], strides [${strides}], offset ${offset} exceeds its storage`),
      },
    ],
  ]);
  for (const [name, type] of Object.entries(ELEMENT_TYPES)) {
    const global = {};
    globals.set(name, global);
    storageTypes.set(global, type);
  }
  const persistent = (id: unknown): Storage => {
    const [kind, storageClass, key] = Array.isArray(id) ? id : [];
    const global = globalOf(storageClass);
    const type = global && storageTypes.get(global);
    if (kind !== 'storage' || !type) return fail('a persistent id is not that of a storage');
    const storage = {
      type,
      bytes: files[`${folder}data/${key}`] ?? fail(`its entry data/${key} is missing`),
    };
    storages.add(storage);
    return storage;
  };
  const root = readPickle(files[pickleName], { global: (name) => globals.get(name), persistent }, path);
  if (!(root instanceof Map)) return fail('expected a dict');
  const state = root.get('model') ?? root;
  if (!(state instanceof Map)) return fail(`expected a state dict as 'model'`);
  const tensors = new Map<string, NamedTensor>();
  for (const [name, value] of state) {
    if (!(value instanceof TorchTensor)) return fail(`expected a tensor as '${name}'`);
    tensors.set(String(name), value.toNamedTensor());
  }
  return tensors;
}

function unzip(
  bytes: Uint8Array,
  fail: (what: string, cause?: unknown) => never,
): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes);
  } catch (cause) {
    return fail(
      `expected a zip, ${bytes[0] === 0x50 && bytes[1] === 0x4b ? 'found a truncated or damaged one' : 'found something else'}`,
      cause,
    );
  }
}

/**
 * The sizes of the published network that tensors of these names and shapes belong to.
 *
 * @throws ModelError `WeightsMismatch` naming the key that is missing or of another shape.
 */
export function inferNetworkConfig(
  tensors: ReadonlyMap<string, NamedTensor>,
  path = 'weights',
): NetworkConfig {
  const fail = (what: string): never => {
    throw new ModelError('WeightsMismatch', `${path}: not weights of MTPI-Net: ${what}`);
  };
  const head = 'fen_tar.head.0.weight';
  const { shape } = tensors.get(head) ?? fail(`weight '${head}' is missing`);
  const baseChannels = shape[0];
  if (shape.length !== 4 || !(baseChannels > 0) || baseChannels % 8) {
    fail(`weight '${head}' should have shape [a multiple of 8,7,3,3], found [${shape}]`);
  }
  const keys = [...tensors.keys()];
  const ddcrUnits = new Set(keys.flatMap((key) => /^r2a\.blocks\.\d+\./.exec(key) ?? [])).size;
  if (!ddcrUnits) fail(`no weight is named 'r2a.blocks.0.…'`);
  const has = (part: string) => keys.some((key) => key.includes(part));
  if (!has('.FPU.gabor.') && !has('.FPU.fft1.')) fail(`no weight is named '….FPU.gabor.…' or '….FPU.fft1.…'`);
  return {
    architecture: 'reference',
    baseChannels,
    ddcrUnits,
    filter: has('.FPU.gabor.') ? 'FrGT' : 'FrFT',
  };
}

/**
 * The network that a checkpoint of the published code holds.
 *
 * @param path names the file in errors.
 * @throws ModelError as `parseTorchCheckpoint` does; `WeightsMismatch` for tensors that are not this network's.
 */
export function decodeTorchCheckpoint(bytes: Uint8Array, path: string): TrainedNetwork {
  const tensors = parseTorchCheckpoint(bytes, path);
  const network = new MtpiNet(inferNetworkConfig(tensors, path));
  try {
    loadState(network.namedWeights(), tensors, path);
  } catch (error) {
    network.dispose();
    throw error;
  }
  return {
    network,
    transform: { kind: 'raw' },
    tile: PUBLISHED_TILE,
    training: { source: 'PyTorch checkpoint' },
  };
}
