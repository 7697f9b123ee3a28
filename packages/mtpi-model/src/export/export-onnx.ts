import { mistakeInOptions, type OptionKind, optionKinds } from '@mtpi/errors';
import { SIZE_MULTIPLE } from '@mtpi/layers';
import { HA_ALPHA_WINDOW } from '@mtpi/polsar-priors';
import { trace } from '@mtpi/tfjs-onnx';
import * as tf from '@tensorflow/tfjs';
import { checkNetwork } from '../check-input';
import { ModelError } from '../errors';
import { CHANNELS } from '../network/transform';
import { despeckleTensors } from '../tensor-despeckling';
import type { TrainedNetwork } from '../weights/file';
import type { ExportOptions } from './export-options';

/** Rows and columns of a dynamic graph are multiples of this: of `SIZE_MULTIPLE` at half resolution too. */
const TILE_MULTIPLE = 2 * SIZE_MULTIPLE;

const BANDS = { channels: CHANNELS, covariance: 4, intensity: 2 };

const { flag, integer, oneOf } = optionKinds;
const odd: OptionKind = {
  expected: 'an odd integer ≥ 1',
  accepts: (value) => integer(1).accepts(value) && (value as number) % 2 === 1,
};
const OPTIONS: Record<keyof ExportOptions, OptionKind> = {
  ...{ input: oneOf(...Object.keys(BANDS)), tile: integer(16), dynamic: flag, window: odd, webgpu: flag },
};

/**
 * A network as an ONNX model for any ONNX Runtime: inputs `target`, `previous`, `next`, output `despeckled`, float32.
 * With 'covariance' or 'intensity' it computes the same as `Despeckler.despeckleWindow` where all pixels of the target are valid.
 * Others should be replaced first, in all three images and masks, as `mirrorSources` of `@mtpi/polsar-priors` says: those that
 * the mask still marks as invalid count as the mean of the image, and in a tile that is mostly missing, errors double.
 *
 * @returns the bytes of an .onnx file.
 * @throws ModelError `InvalidArgument` for no network, an option that there is not or of another kind, or a tile of a dynamic graph.
 */
export function exportOnnx(trained: TrainedNetwork, options: ExportOptions = {}): Uint8Array {
  checkNetwork('exportOnnx', trained?.network);
  checkExport(options);
  const {
    input = 'channels',
    tile: size = trained.tile,
    dynamic = false,
    window = HA_ALPHA_WINDOW,
    webgpu,
  } = options;
  const { network, transform } = trained;
  const isNetworkAlone = input === 'channels';
  const bands = BANDS[input];
  const [batch, height, width] = dynamic ? (['batch', 'height', 'width'] as const) : [1, size, size];
  let shape: (number | string)[] = [batch, height, width, CHANNELS];
  if (!isNetworkAlone) shape = dynamic ? [batch, bands, height, width] : [bands, height, width];
  const masks = dynamic && !isNetworkAlone;
  const shapes = { freeSize: dynamic };
  const despeckle = (...inputs: tf.Tensor[]) => {
    if (isNetworkAlone) return network.apply(...(inputs as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D]), shapes);
    const images = inputs.slice(0, 3) as tf.Tensor4D[];
    if (masks)
      return despeckleTensors(trained, images, {
        ...{ window, masks: inputs.slice(3) as tf.Tensor3D[], ...shapes },
      });
    const batches = images.map((image) => tf.expandDims(image) as tf.Tensor4D);
    return tf.squeeze(despeckleTensors(trained, batches, { window }), [0]);
  };
  const dates = ['target', 'previous', 'next'];
  const { model } = trace(
    despeckle,
    [...dates.map(() => ({ shape })), ...(masks ? dates.map(() => ({ shape: [batch, height, width] })) : [])],
    {
      inputNames: [...dates, ...(masks ? dates.map((date) => `${date}_mask`) : [])],
      outputNames: ['despeckled'],
      multiples: { height: TILE_MULTIPLE, width: TILE_MULTIPLE },
      webgpu,
      metadata: {
        input,
        tile: `${size}`,
        ...(isNetworkAlone ? { transform: JSON.stringify(transform) } : { window: `${window}` }),
      },
    },
  );
  return model;
}

/** @throws ModelError `InvalidArgument` */
function checkExport(options: ExportOptions): void {
  const [expected, found] = ['no tile for a dynamic graph', `tile ${options?.tile}`];
  const mistake =
    mistakeInOptions(options, OPTIONS) ??
    (options.dynamic && options.tile !== undefined
      ? { message: `expected ${expected}, found ${found}`, expected, found }
      : undefined);
  if (mistake) throw new ModelError('InvalidArgument', `exportOnnx: ${mistake.message}`, mistake);
}
