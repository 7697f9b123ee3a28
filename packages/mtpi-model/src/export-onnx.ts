import { SIZE_MULTIPLE } from '@mtpi/layers';
import { trace } from '@mtpi/tfjs-onnx';
import * as tf from '@tensorflow/tfjs';
import { ModelError } from './errors';
import { despeckleTensors } from './tensor-despeckling';
import { CHANNELS } from './transform';
import type { TrainedNetwork } from './weights/file';

/**
 * Input and output of an exported graph:
 * 'channels': of the network alone, [1, tile, tile, 7], see `encode` and `decode`;
 * 'covariance': C11, C22, Re C12, Im C12 in linear power, [4, tile, tile];
 * 'intensity': VV and VH in linear power, [2, tile, tile].
 * Dynamic graphs have the batch as first dimension of all.
 */
export type GraphInput = 'channels' | 'covariance' | 'intensity';

/** Rows and columns of a dynamic graph are multiples of this: of `SIZE_MULTIPLE` at half resolution too. */
const TILE_MULTIPLE = 2 * SIZE_MULTIPLE;

export interface ExportOptions {
  /** Default 'channels'. */
  input?: GraphInput;
  /** Rows and columns, fixed in the graph. Default: the tile of the weights. */
  tile?: number;
  /**
   * One graph for any batch and any rows and columns in multiples of 16. With 'covariance' and 'intensity' it has masks
   * as inputs too: `target_mask`, `previous_mask`, `next_mask`, [batch, rows, cols], 1 = valid, else 0; images are 0 where
   * they are invalid. Default false.
   */
  dynamic?: boolean;
  /** Averaging window for H, A and α, odd. Default 5. */
  window?: number;
  /** For WebGPU in ONNX Runtime: avoids operators that it computes incorrectly. Default false. */
  webgpu?: boolean;
}

/**
 * A network as an ONNX model for any ONNX Runtime: inputs `target`, `previous`, `next`, output `despeckled`, float32.
 * With 'covariance' or 'intensity' it computes the same as `Despeckler.despeckleWindow`, without masks if all pixels are
 * valid.
 *
 * @returns the bytes of an .onnx file.
 * @throws ModelError `InvalidArgument` for an invalid tile or window, or a tile of a dynamic graph.
 */
export function exportOnnx(
  { network, transform, tile: trained }: TrainedNetwork,
  { input = 'channels', tile, dynamic = false, window = 5, webgpu }: ExportOptions = {},
): Uint8Array {
  const size = tile ?? trained;
  const isValid =
    Number.isInteger(size) && size >= 16 && Number.isInteger(window) && window > 0 && window % 2 === 1;
  if (!isValid || (dynamic && tile !== undefined)) {
    const expected = dynamic
      ? 'no tile for a dynamic graph, and an odd window'
      : 'tile ≥ 16 and an odd window';
    const found = `tile ${size}, window ${window}`;
    throw new ModelError('InvalidArgument', `exportOnnx: expected ${expected}, found ${found}`, {
      expected,
      found,
    });
  }
  const isNetworkAlone = input === 'channels';
  const bands = { channels: CHANNELS, covariance: 4, intensity: 2 }[input];
  const [batch, height, width] = dynamic ? (['batch', 'height', 'width'] as const) : [1, size, size];
  let shape: (number | string)[] = [batch, height, width, CHANNELS];
  if (!isNetworkAlone) shape = dynamic ? [batch, bands, height, width] : [bands, height, width];
  const masks = dynamic && !isNetworkAlone;
  const options = { freeSize: dynamic };
  const despeckle = (...inputs: tf.Tensor[]) => {
    if (isNetworkAlone) return network.apply(...(inputs as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D]), options);
    const images = inputs.slice(0, 3) as tf.Tensor4D[];
    if (masks) {
      return despeckleTensors(network, transform, images, window, inputs.slice(3) as tf.Tensor3D[], options);
    }
    const batches = images.map((image) => tf.expandDims(image) as tf.Tensor4D);
    return tf.squeeze(despeckleTensors(network, transform, batches, window), [0]);
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
