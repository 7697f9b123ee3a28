import type { ConvertOptions } from '@mtpi/workflows';
import { type Command, Option } from 'commander';
import { integer, renamed } from '../arguments';
import type { Context } from '../context';
import { type ReporterOptions, reporterOptions, reporting } from '../progress';

type ConvertFlags = ReporterOptions & ConvertOptions;

const examples = `
Examples:
  A checkpoint of the published PyTorch code:
    $ mtpi convert mtpi_epoch_060.pth weights.safetensors
  Weights trained with mtpi for the published PyTorch code, to load with model.load_state_dict(torch.load(path)['model']):
    $ mtpi convert runs/mine/weights.safetensors model.pth
  A graph for any ONNX Runtime, with covariances [4, 256, 256] in linear power as input and output:
    $ mtpi convert mtpi despeckle.onnx --input covariance --tile 256
  The same for any batch size and any tile size that is a multiple of 16; inputs target, target_mask etc.:
    $ mtpi convert mtpi despeckle.onnx --input covariance --dynamic
  The network alone; inputs target, previous, next of shape [1, tile, tile, 7], transformed as described in its metadata:
    $ mtpi convert weights.safetensors network.onnx
  A TensorFlow.js LayersModel, model.json and model.weights.bin:
    $ mtpi convert weights.safetensors model.json`;

/** `mtpi convert`: weights from one format to another. */
export function define(command: Command, context: Context): void {
  command
    .description(
      'Converts weights to .safetensors, to an .onnx graph, to a .pth checkpoint, or to a TensorFlow.js LayersModel.',
    )
    .argument('<weights>', 'mtpi, mtpi-small, or a file: .safetensors, .pth or a LayersModel .json')
    .argument('<output>', '.safetensors, .onnx, .pth or .json')
    .addOption(
      new Option('--input <kind>', 'input and output of the .onnx graph')
        .choices(['channels', 'covariance', 'intensity'])
        .default('channels'),
    )
    .option(
      '--tile <pixels>',
      'rows and columns of the .onnx graph (default: those of the weights)',
      integer(16),
    )
    .addOption(
      new Option(
        '--dynamic',
        'one .onnx graph for any batch size and any rows and columns that are multiples of 16, with masks as further inputs',
      ).conflicts('tile'),
    )
    .option('--ha-alpha-window <pixels>', 'averaging window for H/A/alpha in the .onnx graph', integer(1), 5)
    .option(
      '--webgpu',
      'avoid convolutions in the .onnx graph that ONNX Runtime computes incorrectly on WebGPU',
    );
  renamed(command, '--window <pixels>', '--ha-alpha-window');
  reporterOptions(command)
    .addHelpText('after', examples)
    .action((weights: string, output: string, flags: ConvertFlags) =>
      convert(weights, output, flags, context),
    );
}

async function convert(input: string, output: string, flags: ConvertFlags, context: Context): Promise<void> {
  const { quiet, json, ...options } = flags;
  await reporting({ quiet, json }, context, 'converting', async (reporter) => {
    await (await import('@mtpi/workflows')).convertWeights(input, output, options);
    reporter.result({ input, output }, output);
  });
}
