import {
  AdaptiveFeatureGating,
  DualDomainCollaborativeRefinement,
  type FilterKind,
  HolisticFeatureAggregation,
  type ImageLayer,
  RecursiveResidualAggregation,
  ShuntParallelPerception,
} from '@mtpi/layers';
import { decodeNetwork, loadState, MtpiNet } from '@mtpi/model';
import { compile, type TensorFunction } from '@mtpi/tfjs-onnx';
import type * as tf from '@tensorflow/tfjs';
import { type Difference, EVALUATION_LIMIT, relativeError } from './check';
import { type Fixture, toTensor } from './fixture';

/** tfjs' cpu backend takes minutes for wider networks. */
const WIDEST_EAGER = 32;
const INPUTS = ['x', 'fused', 'tar', 'adj', 'prev', 'next'];

interface Evaluated {
  channels: number;
  apply: TensorFunction;
}

/** Output of a module or network against the reference, eager on tfjs and compiled. */
export async function checkEvaluation(fixture: Fixture): Promise<Difference[]> {
  const { channels, apply } = evaluated(fixture);
  const inputs = INPUTS.map((name) => `input.${name}`)
    .filter((name) => fixture.tensors.has(name))
    .map((name) => fixture.image(name));
  const reference = fixture.image('output').data;
  const difference = (name: string, data: ArrayLike<number>) => ({
    name,
    error: relativeError(data, reference),
    limit: EVALUATION_LIMIT,
  });
  const differences: Difference[] = [];
  if (channels <= WIDEST_EAGER) {
    const output = apply(...inputs.map(toTensor)) as tf.Tensor;
    differences.push(difference('eager', output.dataSync()));
  }
  const compiled = compile(apply);
  const [{ data }] = await compiled.run(inputs);
  differences.push(difference('compiled', data));
  await compiled.dispose();
  return differences;
}

function evaluated(fixture: Fixture): Evaluated {
  const { stem, metadata } = fixture;
  if (metadata.checkpoint) {
    return ofNetwork(decodeNetwork(fixture.sibling(metadata.checkpoint), metadata.checkpoint).network);
  }
  const filter = metadata.filter as FilterKind;
  if (stem.startsWith('net_')) {
    const network = new MtpiNet({
      baseChannels: fixture.option('base_ch'),
      ddcrUnits: fixture.option('n_ddcr'),
      filter,
    });
    loadState(network.namedWeights(), fixture.group('param.'), stem);
    return ofNetwork(network);
  }
  const channels = fixture.option('ch');
  const layer = ((): ImageLayer => {
    if (stem.startsWith('afg')) return new AdaptiveFeatureGating({ channels });
    if (stem.startsWith('hfa')) return new HolisticFeatureAggregation({ channels });
    if (stem.startsWith('spp_')) return new ShuntParallelPerception({ channels, filter });
    if (stem.startsWith('ddcr')) return new DualDomainCollaborativeRefinement({ channels, filter });
    return new RecursiveResidualAggregation({ channels, filter, units: fixture.option('n_ddcr') });
  })();
  loadState(layer.namedWeights(), fixture.group('param.'), stem);
  return { channels, apply: (...inputs) => layer.apply(inputs as tf.Tensor4D[]) };
}

const ofNetwork = (network: MtpiNet): Evaluated => ({
  channels: network.config.baseChannels,
  apply: (target, previous, next) =>
    network.apply(target as tf.Tensor4D, previous as tf.Tensor4D, next as tf.Tensor4D),
});
