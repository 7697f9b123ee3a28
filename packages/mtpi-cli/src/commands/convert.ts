import { CHANNELS, encodeWeights, loadNetwork } from '@mtpi/model';
import { trace } from '@mtpi/tfjs-onnx';
import type { Tensor4D } from '@tensorflow/tfjs';
import { type Command, InvalidArgumentError } from 'commander';
import { integer } from '../arguments';
import { createReporter, type ReporterOptions } from '../progress';
import { writeWhole } from '../write-whole';

interface ConvertFlags extends ReporterOptions {
  tile?: number;
}

const examples = `
Examples:
  A checkpoint of the published PyTorch code:
    $ mtpi convert mtpi_epoch_060.pth weights.safetensors
  A graph for any ONNX Runtime; inputs target, previous, next of shape [1, tile, tile, 7]:
    $ mtpi convert weights.safetensors network.onnx --tile 256`;

/** `mtpi convert`: weights from one format to another. */
export function convertCommand(program: Command): void {
  program
    .command('convert')
    .summary('convert weights: .pth or .safetensors to .safetensors or .onnx')
    .argument('<input>', 'weights: .pth or .safetensors')
    .argument('<output>', '.safetensors or .onnx')
    .option(
      '--tile <pixels>',
      'rows and columns of the .onnx graph; default what the weights were trained for',
      integer(16),
    )
    .option('-q, --quiet', 'print errors only')
    .option('--json', 'print as JSON')
    .addHelpText('after', examples)
    .action((input: string, output: string, flags: ConvertFlags) => convert(input, output, flags));
}

async function convert(input: string, output: string, flags: ConvertFlags): Promise<void> {
  const { network, ...info } = await loadNetwork(input);
  if (output.endsWith('.safetensors')) {
    await writeWhole(output, encodeWeights(network, info));
  } else if (output.endsWith('.onnx')) {
    const tile = flags.tile ?? info.tile;
    const spec = { shape: [1, tile, tile, CHANNELS] };
    const apply = (target: unknown, previous: unknown, next: unknown) =>
      network.apply(target as Tensor4D, previous as Tensor4D, next as Tensor4D);
    const { model } = trace(apply, [spec, spec, spec], {
      inputNames: ['target', 'previous', 'next'],
      outputNames: ['despeckled'],
      metadata: { transform: JSON.stringify(info.transform) },
    });
    await writeWhole(output, model);
  } else {
    throw new InvalidArgumentError(
      `convert: expected an output ending in .safetensors or .onnx, got ${output}`,
    );
  }
  createReporter(flags).result({ input, output }, output);
}
