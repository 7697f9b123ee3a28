import type { SessionOptions } from '@mtpi/tfjs-onnx';
import { Despeckler } from './despeckler';
import { ModelError } from './errors';
import { decodeWeights, type TrainedNetwork } from './weights/file';
import { decodeTorchCheckpoint } from './weights/torch';

/** The weights that come with this package, beside its code. */
const SHIPPED = new URL('../weights/mtpi.safetensors', import.meta.url);

/** A network from the bytes of weights (.safetensors) or of a published checkpoint (.pth). `path` names them in errors. */
export function decodeNetwork(bytes: Uint8Array, path: string): TrainedNetwork {
  return path.endsWith('.pth') || path.endsWith('.pt')
    ? decodeTorchCheckpoint(bytes, path)
    : decodeWeights(bytes, path);
}

/**
 * Reads a network from a file (Node).
 *
 * @param path .safetensors written by this package, or a published .pth checkpoint; default: the shipped weights.
 * @throws ModelError `InvalidWeights` or `WeightsMismatch`, naming the file and what is wrong with it.
 */
export async function loadNetwork(path?: string): Promise<TrainedNetwork> {
  const { readFile } = await import('node:fs/promises');
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path ?? SHIPPED);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : cause;
    throw new ModelError(
      'InvalidWeights',
      `${path ?? SHIPPED.pathname}: the weights can't be read: ${reason}`,
      { cause },
    );
  }
  return decodeNetwork(bytes, path ?? SHIPPED.pathname);
}

/** A despeckler with the weights of `path` (default: the shipped ones), ready to run. Throws as `loadNetwork` does. */
export async function loadDespeckler(path?: string, options: SessionOptions = {}): Promise<Despeckler> {
  const { network, transform, tile } = await loadNetwork(path);
  return new Despeckler(network, transform, tile, options);
}
