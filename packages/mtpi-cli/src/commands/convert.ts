import { basename } from 'node:path';
import {
  type ExportOptions,
  encodeLayersModel,
  encodeWeights,
  exportOnnx,
  type GraphInput,
  loadNetwork,
} from '@mtpi/model';
import { type Command, Option } from 'commander';
import writeFileAtomic from 'write-file-atomic';
import { integer } from '../arguments';
import { UsageError } from '../failure';
import { createReporter, type ReporterOptions } from '../progress';

interface ConvertFlags extends ReporterOptions, ExportOptions {
  input: GraphInput;
}

const examples = `
Examples:
  A checkpoint of the published PyTorch code:
    $ mtpi convert mtpi_epoch_060.pth weights.safetensors
  A graph for any ONNX Runtime, with covariances [4, 256, 256] in linear power in and out:
    $ mtpi convert mtpi despeckle.onnx --input covariance --tile 256
  The network alone; inputs target, previous, next of shape [1, tile, tile, 7], transformed as the metadata tells:
    $ mtpi convert weights.safetensors network.onnx
  A TensorFlow.js LayersModel, model.json and model.weights.bin:
    $ mtpi convert weights.safetensors model.json`;

/** `mtpi convert`: weights from one format to another. */
export function convertCommand(program: Command): void {
  program
    .command('convert')
    .summary('convert weights to .safetensors, .onnx or a TensorFlow.js model')
    .argument('<weights>', 'mtpi, mtpi-small, or a file: .safetensors, .pth or a LayersModel .json')
    .argument('<output>', '.safetensors, .onnx or .json')
    .addOption(
      new Option('--input <kind>', 'what the .onnx graph takes and gives')
        .choices(['channels', 'covariance', 'intensity'])
        .default('channels'),
    )
    .option(
      '--tile <pixels>',
      'rows and columns of the .onnx graph; default what the weights were trained for',
      integer(16),
    )
    .option(
      '--window <pixels>',
      'window that H, A and alpha are averaged over in the .onnx graph',
      integer(1),
      5,
    )
    .option(
      '--webgpu',
      "make the .onnx graph fit for ONNX Runtime's WebGPU, which computes some convolutions wrong",
    )
    .option('-q, --quiet', 'print errors only')
    .option('--json', 'print as JSON')
    .addHelpText('after', examples)
    .action((weights: string, output: string, flags: ConvertFlags) => convert(weights, output, flags));
}

async function convert(input: string, output: string, flags: ConvertFlags): Promise<void> {
  const trained = await loadNetwork(input);
  if (output.endsWith('.safetensors')) {
    const { network, ...info } = trained;
    await writeFileAtomic(output, Buffer.from(encodeWeights(network, info)));
  } else if (output.endsWith('.onnx')) {
    await writeFileAtomic(output, Buffer.from(exportOnnx(trained, flags)));
  } else if (output.endsWith('.json')) {
    const weightsPath = output.replace(/json$/, 'weights.bin');
    const { json, weights } = await encodeLayersModel(trained, basename(weightsPath));
    await writeFileAtomic(weightsPath, Buffer.from(weights));
    await writeFileAtomic(output, json);
  } else {
    throw new UsageError(`convert: expected an output ending in .safetensors, .onnx or .json, got ${output}`);
  }
  createReporter(flags).result({ input, output }, output);
}
