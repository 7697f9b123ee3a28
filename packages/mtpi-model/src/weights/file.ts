import { isModelError, ModelError } from '../errors';
import { MtpiNet } from '../network';
import type { NetworkConfig } from '../network-config';
import type { InputTransform } from '../transform';
import { encodeSafetensors, parseSafetensors } from './safetensors';
import { loadState, readState } from './state';

/** What is stored with a network's weights. */
export interface WeightsInfo {
  /** How inputs become the network's channels. */
  transform: InputTransform;
  /** Rows and columns of a tile to predict by. */
  tile: number;
  /** Facts about the training: data, steps, loss, scores. */
  training: Record<string, unknown>;
}

/** A network with what is needed to use it. */
export interface TrainedNetwork extends WeightsInfo {
  network: MtpiNet;
}

/** Serializes a network's weights as safetensors, with its configuration and `info` in the metadata. */
export function encodeWeights(network: MtpiNet, info: WeightsInfo): Uint8Array {
  const metadata = Object.entries({ network: network.config, ...info }).map(([key, value]) => [
    key,
    JSON.stringify(value),
  ]);
  return encodeSafetensors({
    tensors: readState(network.namedWeights()),
    metadata: { format: 'mtpi', ...Object.fromEntries(metadata) },
  });
}

/**
 * The network that a safetensors file written by `encodeWeights` holds.
 *
 * @param path names the file in errors.
 * @throws ModelError `InvalidWeights` for a file that is broken or not one of these, `WeightsMismatch` for weights that
 *   do not fit the configuration.
 */
export function decodeWeights(bytes: Uint8Array, path = 'weights'): TrainedNetwork {
  const { tensors, metadata } = parseSafetensors(bytes, path);
  const field = <T>(key: string): T => {
    try {
      return JSON.parse(metadata[key]) as T;
    } catch (cause) {
      throw new ModelError(
        'InvalidWeights',
        `${path}: expected weights written by @mtpi/model, found no valid '${key}' in the metadata`,
        { cause },
      );
    }
  };
  const network = networkOf(field<NetworkConfig | null>('network') ?? {}, path);
  try {
    loadState(network.namedWeights(), tensors, path);
  } catch (error) {
    network.dispose();
    throw error;
  }
  return { network, transform: field('transform'), tile: field('tile'), training: field('training') };
}

function networkOf(config: NetworkConfig, path: string): MtpiNet {
  try {
    return new MtpiNet(config);
  } catch (cause) {
    if (!isModelError(cause)) throw cause;
    const what = `${path}: no network can be made of the metadata: ${cause.message}`;
    throw new ModelError('InvalidWeights', what, { cause });
  }
}
