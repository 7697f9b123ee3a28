import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  encodeLayersModel,
  encodeTorchCheckpoint,
  encodeWeights,
  exportOnnx,
  loadNetwork,
} from '@mtpi/model';
import type { ExportOptions } from '@mtpi/model/types';
import { writeFileAtomic } from '@mtpi/sar-io/node';
import { checkPath } from './check-arguments';
import { WorkflowError } from './errors';
import { assertSafeOutput } from './output/safe-output';

/** Options of an .onnx graph. */
export interface ConvertOptions extends Omit<ExportOptions, 'window'> {
  /** Averaging window for H/A/alpha of covariances, odd. Default 5. */
  haAlphaWindow?: number;
}

/**
 * Converts weights.
 *
 * @param input name of shipped weights, or a file: .safetensors, .pth, or the .json of a TensorFlow.js LayersModel.
 * @param output .safetensors, .onnx, .pth for the published PyTorch code, or .json, beside which a `.weights.bin` is
 *   written.
 * @throws WorkflowError `InvalidArgument` for another ending; ModelError, for .pth `InvalidArgument` if the published code
 *   has no such network.
 */
export async function convertWeights(
  input: string,
  output: string,
  { haAlphaWindow, ...options }: ConvertOptions = {},
): Promise<void> {
  checkPath('input', input);
  checkPath('output', output);
  const format = /\.(safetensors|onnx|pth|json)$/.exec(output)?.[1];
  if (!format)
    throw new WorkflowError('InvalidArgument', {
      expected: 'an output ending in .safetensors, .onnx, .pth or .json',
      found: output,
    });
  const write = async (path: string, data: string | Uint8Array) => {
    await assertSafeOutput(path, [input], { kind: 'file' });
    await writeFileAtomic(path, data);
  };
  await assertSafeOutput(output, [input], { kind: 'file' });
  const trained = await loadNetwork(input);
  try {
    if (format === 'safetensors') {
      const { network, ...info } = trained;
      await write(output, encodeWeights(network, info));
    } else if (format === 'pth') {
      await write(output, encodeTorchCheckpoint(trained.network));
    } else if (format === 'onnx') {
      await write(output, exportOnnx(trained, { ...options, window: haAlphaWindow }));
    } else {
      const weightsPath = output.replace(/json$/, 'weights.bin');
      const isThere = (path: string) => stat(path).then(Boolean, () => false);
      if ((await isThere(weightsPath)) && !(await isThere(output)))
        throw new WorkflowError('UnsafeOutput', {
          ...{
            path: weightsPath,
            expected: `nothing, or the weights of ${output}`,
            found: 'a file of other origin',
          },
          hint: 'Choose another output, or move the file away.',
        });
      const { json, weights } = await encodeLayersModel(trained, basename(weightsPath));
      await write(weightsPath, weights);
      await write(output, json);
    }
  } finally {
    trained.network.dispose();
  }
}
