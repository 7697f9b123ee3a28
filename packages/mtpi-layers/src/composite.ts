import * as tf from '@tensorflow/tfjs';

/** How a variable is stored here against the published checkpoints (PyTorch order there, channels-last order here). */
export type WeightLayout = 'same' | 'convolution' | 'depthwise' | 'linear';

/** A variable under its name in the published checkpoints. */
export interface NamedWeight {
  name: string;
  variable: tf.LayerVariable;
  layout: WeightLayout;
}

/** The call options that matter here: whether the pass is one of training. */
export interface CallOptions {
  training?: boolean;
}

/** A layer built of named weights and of named child layers, all made in its constructor. */
export abstract class Composite extends tf.layers.Layer {
  private readonly ownWeights: NamedWeight[] = [];
  private readonly childLayers: [string, Composite][] = [];

  /** `config`: what `getConfig` gives back; `seed` makes the initial weights reproducible. */
  constructor(private readonly config: { name?: string } & Record<string, unknown> = {}) {
    super({ name: config.name });
    this.built = true;
  }

  protected child<T extends Composite>(name: string, layer: T): T {
    this.childLayers.push([name, layer]);
    // A saved tf.model finds variables by this name: it has to be the same whenever the layer is made anew.
    for (const weight of layer.namedWeights(`${this.name}/${name}.`)) {
      (weight.variable as { originalName: string }).originalName = weight.name;
    }
    return layer;
  }

  protected weight(
    name: string,
    shape: number[],
    initial: () => tf.Tensor,
    { layout = 'same' as WeightLayout, trainable = true } = {},
  ): tf.LayerVariable {
    const initializer = { apply: initial } as never;
    const variable = this.addWeight(
      `${this.name}/${name}`,
      shape,
      'float32',
      initializer,
      undefined,
      trainable,
    );
    this.ownWeights.push({ name, variable, layout });
    return variable;
  }

  /** Every variable, of this layer and of those inside it, under its dotted name. */
  namedWeights(prefix = ''): NamedWeight[] {
    return [
      ...this.ownWeights.map((weight) => ({ ...weight, name: prefix + weight.name })),
      ...this.childLayers.flatMap(([name, layer]) => layer.namedWeights(`${prefix}${name}.`)),
    ];
  }

  override get trainableWeights(): tf.LayerVariable[] {
    return this.namedWeights().flatMap(({ variable }) => (variable.trainable ? [variable] : []));
  }

  override get nonTrainableWeights(): tf.LayerVariable[] {
    return this.namedWeights().flatMap(({ variable }) => (variable.trainable ? [] : [variable]));
  }

  /** The shape of the first input, with `outputChannels` of the configuration where it has any. */
  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [first] = (Array.isArray(inputShape[0]) ? inputShape : [inputShape]) as tf.Shape[];
    const { outputChannels = first[first.length - 1] } = this.config;
    return [...first.slice(0, -1), outputChannels as number | null];
  }

  /** The computation; inputs and outputs are NHWC. */
  protected abstract forward(inputs: tf.Tensor4D[], training: boolean): tf.Tensor4D;

  override call(inputs: tf.Tensor | tf.Tensor[], { training = false }: CallOptions = {}): tf.Tensor {
    return tf.tidy(() =>
      this.forward((Array.isArray(inputs) ? inputs : [inputs]) as tf.Tensor4D[], training),
    );
  }

  /** Applies the layer to tensors. */
  run(inputs: tf.Tensor | tf.Tensor[], training: boolean): tf.Tensor4D {
    return this.call(inputs, { training }) as tf.Tensor4D;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.config } as tf.serialization.ConfigDict;
  }
}

/** The present value of a layer's variable, as a tensor that gradients reach. */
export const read = <T extends tf.Tensor>(variable: tf.LayerVariable): T => variable.read() as T;
