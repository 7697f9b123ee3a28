import { checkNetwork } from '../check-input';
import { ModelError, readingWeights } from '../errors';
import type { MtpiNet } from '../network/network';
import type { NetworkConfig } from '../network/network-config';
import type { InputTransform } from '../network/transform';
import { networkOf } from './network-of';
import { encodeSafetensors, parseSafetensors } from './safetensors';
import { readState } from './state';

/** Information stored with the weights of a network. */
export interface WeightsInfo {
  /** How inputs are transformed to the network's channels. */
  transform: InputTransform;
  /** Rows and columns of a tile in prediction. */
  tile: number;
  /** Facts about the training: data, steps, loss, scores. */
  training: Record<string, unknown>;
}

/** A network with the information needed to use it. */
export interface TrainedNetwork extends WeightsInfo {
  network: MtpiNet;
}

/**
 * Serializes the weights of a network as safetensors, with its configuration and `info` in the metadata.
 *
 * @throws ModelError `InvalidArgument` if this is no network, `InvalidWeights` for information that a file cannot have.
 */
export function encodeWeights(network: MtpiNet, info: WeightsInfo): Uint8Array {
  checkNetwork('encodeWeights', network);
  const { transform, tile, training } = checkWeightsInfo(info ?? {}, 'encodeWeights');
  const metadata = Object.entries({ network: network.config, transform, tile, training }).map(
    ([key, value]) => [key, JSON.stringify(value)],
  );
  return encodeSafetensors({
    tensors: readState(network.namedWeights()),
    metadata: { format: 'mtpi', ...Object.fromEntries(metadata) },
  });
}

/**
 * Reads a network from a safetensors file written by `encodeWeights`.
 *
 * @param path names the file in errors.
 * @throws ModelError `InvalidWeights` for a file that is damaged or of another kind, `WeightsMismatch` for weights that do
 *   not fit the configuration.
 */
export function decodeWeights(bytes: Uint8Array, path = 'weights'): TrainedNetwork {
  return readingWeights(path, 'weights written by @mtpi/model', () => {
    const { tensors, metadata } = parseSafetensors(bytes, path);
    const field = (key: string): unknown => {
      try {
        return JSON.parse(metadata[key]);
      } catch (cause) {
        const expected = `weights written by @mtpi/model, with '${key}' in the metadata`;
        throw new ModelError('InvalidWeights', { path, expected, found: 'no valid one', cause });
      }
    };
    const config = (field('network') ?? {}) as NetworkConfig;
    const fields = { transform: field('transform'), tile: field('tile'), training: field('training') };
    const info = checkWeightsInfo(fields, path);
    return { network: networkOf(config, tensors, path), ...info };
  });
}

/** Largest tile that is accepted. */
const LARGEST_TILE = 4096;

/** @throws ModelError `InvalidWeights` naming the field that is not valid. */
export function checkWeightsInfo(
  info: Partial<Record<keyof WeightsInfo, unknown>>,
  path: string,
): WeightsInfo {
  const { transform, tile, training } = info as WeightsInfo;
  const fail = (key: keyof WeightsInfo, expected: string): never => {
    throw new ModelError('InvalidWeights', {
      path,
      expected: `'${key}' to be ${expected}`,
      found: 'another value',
    });
  };
  const isRecord = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const numbers = transform?.kind === 'log' && [
    ...Object.values(transform.center ?? {}),
    transform.scale,
    transform.floor,
  ];
  const valid = numbers ? numbers.length === 4 && numbers.every(Number.isFinite) : transform?.kind === 'raw';
  if (!valid) fail('transform', "of kind 'raw', or of kind 'log' with center, scale and floor");
  if (!Number.isInteger(tile) || tile < 1 || tile > LARGEST_TILE)
    fail('tile', `an integer from 1 to ${LARGEST_TILE}`);
  if (!isRecord(training)) fail('training', 'an object');
  return { transform, tile, training };
}
