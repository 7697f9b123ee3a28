import * as tf from '@tensorflow/tfjs';

/** How a variable is stored here against the published checkpoints (PyTorch order there, channels-last order here). */
export type WeightLayout = 'same' | 'convolution' | 'depthwise' | 'linear';

/** A variable under its name in the published checkpoints. */
export interface NamedWeight {
  name: string;
  variable: tf.LayerVariable;
  layout: WeightLayout;
}

/** Options of a forward pass. */
export interface CallOptions {
  /** Whether dropout acts and batch normalization uses the statistics of the batch. Default false. */
  training?: boolean;
  /**
   * Whether a graph traced from the pass is to hold for images of any size, with rows and columns in multiples of
   * `SIZE_MULTIPLE`: what depends on the size is then computed from tensors. Default false: it is constant, which is faster.
   */
  freeSize?: boolean;
}

/** Named weights and named child modules, all made in the constructor. */
export abstract class Module extends tf.layers.Layer {
  private readonly ownWeights: NamedWeight[] = [];
  private readonly children: [string, Module][] = [];

  /** @param config returned by `getConfig`. */
  constructor(protected readonly config: { name?: string } & Record<string, unknown> = {}) {
    super({ name: config.name });
    this.built = true;
  }

  protected child<T extends Module>(name: string, module: T): T {
    this.children.push([name, module]);
    // A saved tf.model finds variables by this name: it has to be the same whenever the layer is made anew.
    for (const weight of module.namedWeights(`${this.name}/${name}.`)) {
      (weight.variable as { originalName: string }).originalName = weight.name;
    }
    return module;
  }

  protected weight(
    name: string,
    shape: number[],
    initial: () => tf.Tensor,
    { layout = 'same' as WeightLayout, trainable = true } = {},
  ): tf.LayerVariable {
    const initializer = { apply: () => tf.tidy(initial) } as never;
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

  /** Every variable, of this module and of those inside it, under its dotted name. */
  namedWeights(prefix = ''): NamedWeight[] {
    return [
      ...this.ownWeights.map((weight) => ({ ...weight, name: prefix + weight.name })),
      ...this.children.flatMap(([name, module]) => module.namedWeights(`${prefix}${name}.`)),
    ];
  }

  override get trainableWeights(): tf.LayerVariable[] {
    return this.namedWeights().flatMap(({ variable }) => (variable.trainable ? [variable] : []));
  }

  override get nonTrainableWeights(): tf.LayerVariable[] {
    return this.namedWeights().flatMap(({ variable }) => (variable.trainable ? [] : [variable]));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.config } as tf.serialization.ConfigDict;
  }
}

/** A module that computes an image (B, H, W, C) from one or several. */
export abstract class ImageLayer extends Module {
  protected abstract forward(inputs: tf.Tensor4D[], options: CallOptions): tf.Tensor4D;

  override call(inputs: tf.Tensor | tf.Tensor[], options: CallOptions = {}): tf.Tensor {
    return tf.tidy(() => this.forward((Array.isArray(inputs) ? inputs : [inputs]) as tf.Tensor4D[], options));
  }

  override apply(inputs: tf.SymbolicTensor | tf.SymbolicTensor[]): tf.SymbolicTensor;
  override apply(inputs: tf.Tensor | tf.Tensor[], options?: CallOptions): tf.Tensor4D;
  override apply(
    inputs: tf.Tensor | tf.Tensor[] | tf.SymbolicTensor | tf.SymbolicTensor[],
    options: CallOptions = {},
  ): tf.Tensor4D | tf.SymbolicTensor {
    return super.apply(inputs, { ...options }) as tf.Tensor4D | tf.SymbolicTensor;
  }

  /** The shape of the first input, with `outputChannels` of the configuration where it has any. */
  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [first] = (Array.isArray(inputShape[0]) ? inputShape : [inputShape]) as tf.Shape[];
    const { outputChannels = first[first.length - 1] } = this.config;
    return [...first.slice(0, -1), outputChannels as number | null];
  }
}

/** The value of a layer's variable, as a tensor that gradients reach. */
export const tensorOf = <T extends tf.Tensor>(variable: tf.LayerVariable): T => variable.read() as T;

/**
 * Makes a layer known to `tf.loadLayersModel`.
 *
 * @param formerName class name that models saved by version 0.1 have.
 */
export function registerLayer(
  layer: tf.serialization.SerializableConstructor<ImageLayer> & { className: string },
  formerName?: string,
): void {
  tf.serialization.registerClass(layer);
  if (formerName === undefined) return;
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  classNameMap[formerName] = classNameMap[layer.className];
}
