import type { EngineOptions } from '@mtpi/tfjs-onnx';
import { Despeckler } from './despeckler';
import { ModelError } from './errors';
import { decodeWeights, type TrainedNetwork } from './weights/file';
import { decodeLayersModel } from './weights/layers-model';
import { decodeTorchCheckpoint } from './weights/torch';

/** Names of the weights that come with this package: the best ones, and some that are four times as fast. */
export const SHIPPED_WEIGHTS = ['mtpi', 'mtpi-small'] as const;

const locate = (weights: string): URL | string =>
  (SHIPPED_WEIGHTS as readonly string[]).includes(weights)
    ? new URL(`../weights/${weights}.safetensors`, import.meta.url)
    : weights;

/** A network from the bytes of weights (.safetensors) or of a published checkpoint (.pth). `path` names them in errors. */
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
 * @throws ModelError `InvalidWeights` or `WeightsMismatch`, naming the file and what is wrong with it.
 */
export async function loadNetwork(weights = 'mtpi'): Promise<TrainedNetwork> {
  const [{ readFile }, { dirname, join }] = await Promise.all([
    import('node:fs/promises'),
    import('node:path'),
  ]);
  const file = locate(weights);
  const path = file instanceof URL ? file.pathname : file;
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : `it can't be read: ${message}`;
    throw new ModelError('InvalidWeights', `${path}: ${reason}`, { cause });
  }
  if (path.endsWith('.json')) {
    const read = (name: string) => readFile(join(dirname(path), name));
    return decodeLayersModel(new TextDecoder().decode(bytes), read, path);
  }
  return decodeNetwork(bytes, path);
}

/** A despeckler with these weights, ready to run. Parameters and errors as of `loadNetwork`. */
export async function loadDespeckler(weights?: string, options: EngineOptions = {}): Promise<Despeckler> {
  const { network, transform, tile } = await loadNetwork(weights);
  return new Despeckler(network, transform, tile, options);
}
