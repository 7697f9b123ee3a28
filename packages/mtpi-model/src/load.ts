import type { SessionOptions } from '@mtpi/tfjs-onnx';
import { Despeckler } from './despeckler';
import { ModelError } from './errors';
import { decodeWeights, type TrainedNetwork } from './weights/file';
import { decodeTorchCheckpoint } from './weights/torch';

/** Names of the weights that come with this package. */
export const SHIPPED_WEIGHTS = ['mtpi'] as const;

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
 * @param weights one of `SHIPPED_WEIGHTS`, or the path of a .safetensors written by this package or of a published .pth
 *   checkpoint. Default 'mtpi'.
 * @throws ModelError `InvalidWeights` or `WeightsMismatch`, naming the file and what is wrong with it.
 */
export async function loadNetwork(weights = 'mtpi'): Promise<TrainedNetwork> {
  const { readFile } = await import('node:fs/promises');
  const file = locate(weights);
  const path = file instanceof URL ? file.pathname : file;
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : cause;
    const what = `${path}: the weights can't be read: ${reason}; shipped with this package: ${SHIPPED_WEIGHTS.join(', ')}`;
    throw new ModelError('InvalidWeights', what, { cause });
  }
  return decodeNetwork(bytes, path);
}

/** A despeckler with these weights, ready to run. Parameters and errors as of `loadNetwork`. */
export async function loadDespeckler(weights?: string, options: SessionOptions = {}): Promise<Despeckler> {
  const { network, transform, tile } = await loadNetwork(weights);
  return new Despeckler(network, transform, tile, options);
}
