import type { EngineOptions } from '@mtpi/tfjs-onnx';
import { Despeckler } from './despeckler';
import { isModelError, ModelError } from './errors';
import { decodeWeights, type TrainedNetwork } from './weights/file';
import { decodeLayersModel } from './weights/layers-model';
import { decodeTorchCheckpoint } from './weights/torch';

/** Names of the weights shipped with this package: the best ones, and smaller ones that are four times as fast. */
export const SHIPPED_WEIGHTS = ['mtpi', 'mtpi-small'] as const;

const locate = (weights: string): URL | string =>
  (SHIPPED_WEIGHTS as readonly string[]).includes(weights)
    ? new URL(`../weights/${weights}.safetensors`, import.meta.url)
    : weights;

/**
 * Reads a network from the bytes of weights (.safetensors) or of a published checkpoint (.pth).
 *
 * @param path determines the format, and names the file in errors.
 */
export function decodeNetwork(bytes: Uint8Array, path: string): TrainedNetwork {
  return path.endsWith('.pth') || path.endsWith('.pt')
    ? decodeTorchCheckpoint(bytes, path)
    : decodeWeights(bytes, path);
}

/**
 * Reads a network from a file (Node).
 *
 * @param weights one of `SHIPPED_WEIGHTS`, or the path of a .safetensors or LayersModel .json written by this package or of a
 *   published .pth checkpoint. Default 'mtpi'.
 * @throws ModelError `InvalidWeights` or `WeightsMismatch`, naming file and reason.
 */
export async function loadNetwork(weights = 'mtpi'): Promise<TrainedNetwork> {
  const [{ dirname, join }, { fileURLToPath }] = await Promise.all([import('node:path'), import('node:url')]);
  const file = locate(weights);
  const path = file instanceof URL ? fileURLToPath(file) : file;
  const bytes = await readBytes(path);
  if (!path.endsWith('.json')) return decodeNetwork(bytes, path);
  const read = (name: string) => readBytes(join(dirname(path), name));
  return decodeLayersModel(new TextDecoder().decode(bytes), read, path);
}

/** Files of weights are far smaller. */
const LARGEST_FILE = 1 << 28;

async function readBytes(path: string): Promise<Uint8Array> {
  const { open } = await import('node:fs/promises');
  const fail = (found: string, hint?: string, cause?: unknown): never => {
    throw new ModelError('InvalidWeights', { path, expected: 'a file of weights', found, hint, cause });
  };
  try {
    await using file = await open(path);
    const stats = await file.stat();
    if (!stats.isFile()) return fail('no regular file');
    if (stats.size > LARGEST_FILE) return fail(`${stats.size} bytes`);
    return await file.readFile();
  } catch (cause) {
    if (isModelError(cause)) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    const names = SHIPPED_WEIGHTS.join(', ');
    if (code === 'ENOENT') return fail('no such file', `shipped weights are ${names}`, cause);
    return fail(message, code === 'EACCES' ? 'check the permissions' : undefined, cause);
  }
}

/** A despeckler with the weights of a file. Parameters and errors as of `loadNetwork`. */
export async function loadDespeckler(weights?: string, options: EngineOptions = {}): Promise<Despeckler> {
  const { network, transform, tile } = await loadNetwork(weights);
  return new Despeckler(network, transform, tile, options);
}
