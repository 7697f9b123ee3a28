import { trace } from '@mtpi/tfjs-onnx';
import type * as tf from '@tensorflow/tfjs';
import { ModelError } from './errors';
import { despeckleTensors } from './tensor-despeckling';
import { CHANNELS } from './transform';
import type { TrainedNetwork } from './weights/file';

/**
 * Input and output of an exported graph:
 * 'channels': of the network alone, [1, tile, tile, 7], see `encode` and `decode`;
 * 'covariance': C11, C22, Re C12, Im C12 in linear power, [4, tile, tile];
 * 'intensity': VV and VH in linear power, [2, tile, tile].
 */
export type GraphInput = 'channels' | 'covariance' | 'intensity';

export interface ExportOptions {
  /** Default 'channels'. */
  input?: GraphInput;
  /** Rows and columns, fixed in the graph. Default: the tile of the weights. */
  tile?: number;
  /** Averaging window for H, A and α, odd. Default 5. */
  window?: number;
  /** For WebGPU in ONNX Runtime: avoids operators that it computes incorrectly. Default false. */
  webgpu?: boolean;
}

/**
 * A network as an ONNX model for any ONNX Runtime: inputs `target`, `previous`, `next`, output `despeckled`, float32.
 * With 'covariance' or 'intensity' it computes the same as `Despeckler.despeckleWindow` if all pixels are valid.
 *
 * @returns the bytes of an .onnx file.
 * @throws ModelError `InvalidArgument` for an invalid tile or window.
 */
export function exportOnnx(
  { network, transform, tile: trained }: TrainedNetwork,
  { input = 'channels', tile = trained, window = 5, webgpu }: ExportOptions = {},
): Uint8Array {
  if (!(Number.isInteger(tile) && tile >= 16 && Number.isInteger(window) && window > 0 && window % 2 === 1)) {
    const [expected, found] = ['tile ≥ 16 and an odd window', `tile ${tile}, window ${window}`];
    throw new ModelError('InvalidArgument', `exportOnnx: expected ${expected}, found ${found}`, {
      expected,
      found,
    });
  }
  const bands = { channels: CHANNELS, covariance: 4, intensity: 2 }[input];
  const shape = input === 'channels' ? [1, tile, tile, bands] : [bands, tile, tile];
  const despeckle = (...images: tf.Tensor[]) =>
    input === 'channels'
      ? network.apply(...(images as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D]))
      : despeckleTensors(network, transform, images as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D], window);
  const { model } = trace(despeckle, [{ shape }, { shape }, { shape }], {
    inputNames: ['target', 'previous', 'next'],
    outputNames: ['despeckled'],
    webgpu,
    metadata: {
      input,
      ...(input === 'channels' ? { transform: JSON.stringify(transform) } : { window: `${window}` }),
    },
  });
  return model;
}
