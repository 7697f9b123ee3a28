import { strFromU8, unzipSync } from 'fflate';
import { isModelError, ModelError, readingWeights } from '../errors';
import type { NetworkConfig } from '../network/network-config';
import type { TrainedNetwork } from './file';
import { networkOf } from './network-of';
import { globalOf, type PickleGlobal, readPickle } from './pickle';
import type { NamedTensor } from './safetensors';
import { ELEMENT_TYPES, type ElementType, type Storage, TorchTensor } from './torch-tensor';

/** Rows and columns of the patches that the published code trains on. */
const PUBLISHED_TILE = 256;

/** Limits of a checkpoint of a network with its optimizer: bytes when unpacked, and elements of its tensors. */
const LARGEST_CONTENT = 1 << 27;
const MOST_ELEMENTS = 1 << 25;

/**
 * Reads the tensors of a PyTorch checkpoint: a zip written by torch.save of a state dict, or of a dict with one as `model`.
 * float32, float64 and int64 tensors are converted to float32.
 *
 * @param path names the file in errors.
 * @throws ModelError as of `readTorchDict`.
 */
export function parseTorchCheckpoint(bytes: Uint8Array, path: string): Map<string, NamedTensor> {
  return readingWeights(path, 'a PyTorch checkpoint', () => modelState(readTorchDict(bytes, path), path));
}

/** The tensors of the network in the dict of a checkpoint. */
export function modelState(root: ReadonlyMap<unknown, unknown>, path: string): Map<string, NamedTensor> {
  const state = root.get('model') ?? root;
  if (!(state instanceof Map)) throw invalidCheckpoint(path, `expected a state dict as 'model'`);
  return tensorsOf(state, path);
}

/** The error of a file that is not a checkpoint, or of a part of it that is missing or of another kind. */
export const invalidCheckpoint = (path: string, found: string, cause?: unknown): ModelError =>
  new ModelError('InvalidWeights', `${path}: not a valid PyTorch checkpoint: ${found}`, {
    ...{ path, expected: 'a PyTorch checkpoint', found, cause },
  });

/**
 * The dict in a file written by torch.save, of Maps, arrays, numbers, strings and `TorchTensor`s. Nothing in the file is
 * executed.
 *
 * @param path names the file in errors.
 * @throws ModelError `InvalidWeights` if the file is of another kind, is damaged, or contains anything that tensors do not
 *   need; the message names the opcode, global or key.
 */
export function readTorchDict(bytes: Uint8Array, path: string): Map<unknown, unknown> {
  return readingWeights(path, 'a PyTorch checkpoint', () => readDict(bytes, path));
}

/** The tensors of a state dict. */
export function tensorsOf(state: ReadonlyMap<unknown, unknown>, path: string): Map<string, NamedTensor> {
  const tensors = new Map<string, NamedTensor>();
  let elements = 0;
  for (const [name, value] of state) {
    if (typeof name !== 'string') throw invalidCheckpoint(path, 'expected strings as keys of the state dict');
    if (!(value instanceof TorchTensor)) throw invalidCheckpoint(path, `expected a tensor as '${name}'`);
    elements += value.size;
    if (elements > MOST_ELEMENTS) throw invalidCheckpoint(path, `more than ${MOST_ELEMENTS} elements`);
    tensors.set(name, value.toNamedTensor());
  }
  return tensors;
}

function readDict(bytes: Uint8Array, path: string): Map<unknown, unknown> {
  const fail = (found: string, cause?: unknown): never => {
    throw invalidCheckpoint(path, found, cause);
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
          fail(
            `a tensor of shape ${show(shape)}, strides ${show(strides)}, offset ${show(offset)} exceeds its storage`,
          ),
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
      bytes: files[`${folder}data/${show(key)}`] ?? fail(`its entry data/${show(key)} is missing`),
    };
    storages.add(storage);
    return storage;
  };
  const root = readPickle(files[pickleName], { global: (name) => globals.get(name), persistent }, path);
  if (!(root instanceof Map)) return fail('expected a dict');
  return root;
}

/** Numbers and strings as text, for errors; other values may be nested without end. */
function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => (typeof item === 'number' ? item : '?'))}]`;
  return typeof value === 'number' || typeof value === 'string' ? String(value) : '?';
}

function unzip(
  bytes: Uint8Array,
  fail: (what: string, cause?: unknown) => never,
): Record<string, Uint8Array> {
  try {
    let total = 0;
    return unzipSync(bytes, {
      filter: ({ originalSize }) => {
        total += originalSize;
        return total <= LARGEST_CONTENT || fail(`more than ${LARGEST_CONTENT} bytes of content`);
      },
    });
  } catch (cause) {
    if (isModelError(cause)) throw cause;
    return fail(
      `expected a zip, ${bytes[0] === 0x50 && bytes[1] === 0x4b ? 'found a truncated or damaged one' : 'found something else'}`,
      cause,
    );
  }
}

/**
 * The configuration of the published network with tensors of these names and shapes.
 *
 * @throws ModelError `WeightsMismatch` naming the key that is missing or of another shape.
 */
export function inferNetworkConfig(
  tensors: ReadonlyMap<string, NamedTensor>,
  path = 'weights',
): NetworkConfig {
  const fail = (found: string): never => {
    throw new ModelError('WeightsMismatch', `${path}: not weights of MTPI-Net: ${found}`, {
      ...{ path, expected: 'weights of MTPI-Net', found },
    });
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
 * Reads a network from a checkpoint of the published code.
 *
 * @param path names the file in errors.
 * @throws ModelError as `parseTorchCheckpoint` does; `WeightsMismatch` for tensors of another network.
 */
export function decodeTorchCheckpoint(bytes: Uint8Array, path: string): TrainedNetwork {
  const tensors = parseTorchCheckpoint(bytes, path);
  return {
    network: networkOf(inferNetworkConfig(tensors, path), tensors, path),
    transform: { kind: 'raw' },
    tile: PUBLISHED_TILE,
    training: { source: 'PyTorch checkpoint' },
  };
}
