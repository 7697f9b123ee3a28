import { isModelError, ModelError } from '../errors';
import { MtpiNet } from '../network/network';
import { completeConfig, type NetworkConfig } from '../network/network-config';
import type { NamedTensor } from './safetensors';
import { loadState } from './state';

/** Lower bound of the weights of a DDCR unit, as a multiple of the square of its channels. */
const WEIGHTS_PER_UNIT = 30;

/**
 * A network with the weights of a file.
 *
 * @param path names the file in errors.
 * @param layout order of the axes of the tensors: that of checkpoints, or that of the network's variables.
 * @throws ModelError `InvalidWeights` for a configuration that is not valid, `WeightsMismatch` for tensors that do not fit
 *   it; before memory for the network is allocated where they are too few.
 */
export function networkOf(
  config: NetworkConfig,
  tensors: ReadonlyMap<string, NamedTensor>,
  path: string,
  layout: 'checkpoint' | 'variables' = 'checkpoint',
): MtpiNet {
  const { architecture, baseChannels, ddcrUnits } = completed(config, path);
  const units = (architecture === 'progressive' ? 3 : 1) * ddcrUnits;
  const found = [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
  const least = WEIGHTS_PER_UNIT * units * baseChannels ** 2;
  if (found < least) {
    throw new ModelError('WeightsMismatch', {
      path,
      expected: `at least ${least} weights of ${units} DDCR units of ${baseChannels} channels`,
      found: `${found}`,
    });
  }
  const network = new MtpiNet(config);
  try {
    const weights = network.namedWeights();
    const same = weights.map((weight) => ({ ...weight, layout: 'same' as const }));
    loadState(layout === 'variables' ? same : weights, tensors, path);
    return network;
  } catch (error) {
    network.dispose();
    throw error;
  }
}

function completed(config: NetworkConfig, path: string): Required<NetworkConfig> {
  try {
    return completeConfig(config);
  } catch (cause) {
    if (!isModelError(cause)) throw cause;
    throw new ModelError('InvalidWeights', `${path}: invalid network configuration: ${cause.message}`, {
      ...{ path, expected: cause.expected, found: cause.found, cause },
    });
  }
}
