import { type CallOptions, ImageLayer } from '@mtpi/layers';
import * as tf from '@tensorflow/tfjs';
import { readingWeights } from '../errors';
import { MtpiNet } from '../network/network';
import type { NetworkConfig } from '../network/network-config';
import { CHANNELS } from '../network/transform';
import { checkWeightsInfo, type TrainedNetwork, type WeightsInfo } from './file';
import { networkOf } from './network-of';
import type { NamedTensor } from './safetensors';
import { loadState, readState } from './state';

const FORMAT = 'a tf.LayersModel written by @mtpi/model';

type LayerConfig = Omit<NetworkConfig, 'filter'> & {
  name?: string;
  trainable?: boolean;
  dtype?: tf.DataType;
  fourier: boolean;
};

/** The network as one layer of a tf.LayersModel: three images of seven channels in, one out. */
class MtpiNetLayer extends ImageLayer {
  static readonly className = 'MtpiNet';
  readonly network: MtpiNet;

  /** `fourier` replaces `filter`: tfjs converts strings of a saved configuration to camel case, which would change 'FrGT'. */
  constructor({ name, trainable, dtype, fourier, ...config }: LayerConfig) {
    super({ name, trainable, dtype, fourier, ...config });
    this.network = new MtpiNet({ ...config, filter: fourier ? 'FrFT' : 'FrGT' });
    for (const [name, layer] of this.network.layers) this.child(name, layer);
  }

  protected override forward([target, previous, next]: tf.Tensor4D[], options: CallOptions): tf.Tensor4D {
    return this.network.apply(target, previous, next, options);
  }
}
tf.serialization.registerClass(MtpiNetLayer);

/**
 * A copy of a network as a tf.LayersModel: inputs `target`, `previous`, `next` of shape (B, H, W, 7), for
 * `model.predict`, `model.save` and, wherever this package is imported, `tf.loadLayersModel`.
 */
export function toLayersModel(network: MtpiNet): tf.LayersModel {
  const { filter, ...config } = network.config;
  const layer = new MtpiNetLayer({ ...config, fourier: filter === 'FrFT', name: 'mtpi' });
  loadState(layer.network.namedWeights(), readState(network.namedWeights()));
  const inputs = ['target', 'previous', 'next'].map((name) =>
    tf.input({ shape: [null, null, CHANNELS], name }),
  );
  return tf.model({ inputs, outputs: layer.apply(inputs) as tf.SymbolicTensor });
}

/**
 * A network as the two files of a tf.LayersModel, with `WeightsInfo` in its user-defined metadata.
 *
 * @param weightsPath path of the weights, relative to the JSON file.
 */
export async function encodeLayersModel(
  { network, ...info }: TrainedNetwork,
  weightsPath: string,
): Promise<{ json: string; weights: Uint8Array }> {
  const model = toLayersModel(network);
  model.setUserDefinedMetadata(info);
  try {
    let artifacts: tf.io.ModelArtifacts = {};
    const save = tf.io.withSaveHandler(async (saved) => {
      artifacts = saved;
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(saved) };
    });
    await model.save(save);
    const { weightSpecs = [], weightData, ...rest } = artifacts;
    const json = { ...rest, weightsManifest: [{ paths: [weightsPath], weights: weightSpecs }] };
    return {
      json: JSON.stringify(json),
      weights: new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData)),
    };
  } finally {
    model.dispose();
  }
}

/** A saved configuration, its keys in snake case. */
interface SavedConfig {
  name: string;
  fourier: boolean;
  architecture: NetworkConfig['architecture'];
  base_channels: number;
  ddcr_units: number;
  attention: NetworkConfig['attention'];
  resolution?: NetworkConfig['resolution'];
  output?: NetworkConfig['output'];
  dropout_rate: number;
  seed: number;
}

/**
 * Reads a network from a tf.LayersModel written by `encodeLayersModel`.
 *
 * @param read reads a file of weights, given its path relative to the JSON file.
 * @param path names the JSON file in errors.
 * @throws ModelError `InvalidWeights` for files without such a model, `WeightsMismatch` for weights that do not fit it.
 */
export async function decodeLayersModel(
  json: string,
  read: (path: string) => Promise<Uint8Array>,
  path = 'model.json',
): Promise<TrainedNetwork> {
  const { modelTopology, userDefinedMetadata, weightsManifest } = readingWeights(path, FORMAT, () =>
    parse(json),
  );
  const data: Uint8Array[] = [];
  for (const name of weightsManifest.flatMap(({ paths }) => paths)) data.push(await read(name));
  return readingWeights(path, FORMAT, () => {
    const { layers } = modelTopology.config;
    const config = layers.find(({ class_name }) => class_name === MtpiNetLayer.className)?.config;
    if (!config) throw new Error(`no layer '${MtpiNetLayer.className}'`);
    const { architecture, attention, resolution, output, seed } = config;
    const network: NetworkConfig = {
      architecture,
      baseChannels: config.base_channels,
      ddcrUnits: config.ddcr_units,
      filter: config.fourier ? 'FrFT' : 'FrGT',
      attention,
      resolution,
      output,
      dropoutRate: config.dropout_rate,
      seed,
    };
    const info = checkWeightsInfo(userDefinedMetadata, path);
    const specs = weightsManifest.flatMap(({ weights }) => weights);
    const tensors = tensorsOf(specs, concatenated(data), `${config.name}/`);
    return { network: networkOf(network, tensors, path, 'variables'), ...info };
  });
}

/** The fields of the JSON file that are read. */
interface SavedModel {
  modelTopology: { config: { layers: { class_name: string; config: SavedConfig }[] } };
  userDefinedMetadata: Partial<Record<keyof WeightsInfo, unknown>>;
  weightsManifest: { paths: string[]; weights: { name: string; shape: number[]; dtype: string }[] }[];
}

function parse(json: string): SavedModel {
  const {
    modelTopology,
    userDefinedMetadata = {},
    weightsManifest,
  } = JSON.parse(json) as Partial<SavedModel>;
  if (!Array.isArray(modelTopology?.config?.layers)) throw new Error('no modelTopology with layers');
  const valid =
    Array.isArray(weightsManifest) &&
    weightsManifest.every(
      ({ paths, weights }) =>
        Array.isArray(weights) && Array.isArray(paths) && paths.every((name) => isPathInside(name)),
    );
  if (!valid) throw new Error('no weightsManifest with paths relative to the file');
  return { modelTopology, userDefinedMetadata, weightsManifest };
}

const isPathInside = (name: unknown): boolean =>
  typeof name === 'string' && !/^[/\\]|^\w:|(^|[/\\])\.\.([/\\]|$)/.test(name);

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** The tensors, which follow each other in the data, with names after the prefix of the layer. */
function tensorsOf(
  specs: SavedModel['weightsManifest'][number]['weights'],
  data: Uint8Array,
  prefix: string,
): Map<string, NamedTensor> {
  const tensors = new Map<string, NamedTensor>();
  let at = 0;
  for (const { name, shape, dtype } of specs) {
    const size = shape.reduce((a, b) => a * b, 1);
    const end = at + 4 * size;
    if (dtype !== 'float32' || !(size >= 0) || !(end <= data.length))
      throw new Error(`weight '${name}' of ${dtype} at byte ${at} of ${data.length}`);
    tensors.set(name.startsWith(prefix) ? name.slice(prefix.length) : name, {
      shape,
      data: new Float32Array(data.slice(at, end).buffer),
    });
    at = end;
  }
  if (at !== data.length) throw new Error(`${data.length - at} bytes after the weights`);
  return tensors;
}
