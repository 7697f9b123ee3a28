import { type CallOptions, ImageLayer } from '@mtpi/layers';
import * as tf from '@tensorflow/tfjs';
import { ModelError } from '../errors';
import { MtpiNet } from '../network';
import type { NetworkConfig } from '../network-config';
import { CHANNELS } from '../transform';
import type { TrainedNetwork, WeightsInfo } from './file';
import { loadState, readState } from './state';

/** The network as one layer of a tf.LayersModel: three images of seven channels in, one out. */
class MtpiNetLayer extends ImageLayer {
  static readonly className = 'MtpiNet';
  readonly network: MtpiNet;

  /** `fourier` stands for `filter`: strings of a saved configuration come back in camel case, as 'FrGT' must not. */
  constructor({ fourier, ...config }: Omit<NetworkConfig, 'filter'> & { name?: string; fourier: boolean }) {
    super({ fourier, ...config });
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
 * @param weightsPath where the weights will be, relative to the JSON file.
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

/**
 * The network of a tf.LayersModel written by `encodeLayersModel`.
 *
 * @param read the bytes of a file of weights, by its path relative to the JSON file.
 * @param path names the JSON file in errors.
 * @throws ModelError `InvalidWeights` for files that hold no such model.
 */
export async function decodeLayersModel(
  json: string,
  read: (path: string) => Promise<Uint8Array>,
  path = 'model.json',
): Promise<TrainedNetwork> {
  try {
    const model = await tf.loadLayersModel({
      load: () =>
        tf.io.getModelArtifactsForJSON(JSON.parse(json), async (manifest) => {
          const files = await Promise.all(manifest.flatMap(({ paths }) => paths).map(read));
          return [
            manifest.flatMap(({ weights }) => weights),
            files.map((file) => file.slice().buffer as ArrayBuffer),
          ];
        }),
    });
    const layer = model.layers.find((candidate) => candidate instanceof MtpiNetLayer);
    if (!layer) throw new Error("no layer 'MtpiNet'");
    return { network: (layer as MtpiNetLayer).network, ...(model.getUserDefinedMetadata() as WeightsInfo) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : cause;
    const what = `${path}: expected a tf.LayersModel written by @mtpi/model, found: ${reason}`;
    throw new ModelError('InvalidWeights', what, { cause });
  }
}
