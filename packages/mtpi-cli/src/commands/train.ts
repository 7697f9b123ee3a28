import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Architecture, encodeWeights, logTransform, MtpiNet } from '@mtpi/model';
import { type ObjectiveKind, SimulatedBatches, type StepReport, Trainer } from '@mtpi/train';
import { type Command, Option } from 'commander';
import { decimal, integer } from '../arguments';
import { createReporter, type ReporterOptions } from '../progress';
import { writeWhole } from '../write-whole';

interface TrainFlags extends ReporterOptions {
  output: string;
  architecture: Architecture;
  channels: number;
  units: number;
  filter: 'FrGT' | 'FrFT';
  attention?: 'published' | 'normalized';
  dropout: number;
  loss: ObjectiveKind;
  steps: number;
  batch: number;
  patch: number;
  tile: number;
  rate: number;
  finalRate: number;
  seed: number;
  settle: number;
  every: number;
  threads?: number;
}

const examples = `
Examples:
  A small network, resumed by the same command if it was stopped:
    $ mtpi train -o runs/small --channels 32 --units 1 --steps 5000
  The published size and schedule:
    $ mtpi train -o runs/full --architecture reference --channels 64 --units 3 --rate 1e-4 --final-rate 1e-6`;

/** `mtpi train`: trains a network on simulated triplets. */
export function trainCommand(program: Command, signal: AbortSignal): void {
  program
    .command('train')
    .summary('train a network on simulated triplets')
    .description(
      'Trains by Noise2Noise on simulated triplets and keeps weights.safetensors, checkpoint.safetensors and log.csv in\n' +
        'the output folder. Ctrl-C saves; the same command goes on from the last checkpoint.',
    )
    .requiredOption('-o, --output <folder>', 'folder of weights, checkpoint and log')
    .addOption(
      new Option('--architecture <name>', 'network')
        .choices(['reference', 'progressive'])
        .default('progressive'),
    )
    .option('--channels <n>', 'feature channels, a multiple of 8', integer(8), 32)
    .option('--units <n>', 'DDCR units in each group', integer(1), 1)
    .addOption(
      new Option('--filter <kind>', 'filters of the frequency branch')
        .choices(['FrGT', 'FrFT'])
        .default('FrGT'),
    )
    .addOption(
      new Option('--attention <kind>', 'weights of the cross-spectrum').choices(['published', 'normalized']),
    )
    .addOption(
      new Option('--loss <kind>', 'what is minimised')
        .choices(['wishart', 'collaborative'])
        .default('wishart'),
    )
    .option('--dropout <share>', "share of the filter banks' outputs dropped", decimal(0, 0.9), 0)
    .option('--steps <n>', 'steps in all', integer(1), 5000)
    .option('--batch <n>', 'samples in a step', integer(1), 8)
    .option('--patch <pixels>', 'rows and columns of a sample', integer(16), 64)
    .option('--tile <pixels>', 'rows and columns of a tile in prediction', integer(16), 128)
    .option('--rate <value>', 'first learning rate', decimal(0, 1), 1e-3)
    .option('--final-rate <value>', 'last learning rate', decimal(0, 1), 1e-6)
    .option('--seed <n>', 'seed of weights and data', integer(0), 0)
    .option('--settle <share>', 'last share of the steps, with fixed batch statistics', decimal(0, 1), 0.25)
    .option('--every <n>', 'steps between checkpoints', integer(1), 100)
    .option('--threads <n>', 'CPU threads; default all cores', integer(1))
    .option('-q, --quiet', 'print errors only')
    .option('--json', 'print events as JSON lines')
    .addHelpText('after', examples)
    .action((flags: TrainFlags) => train(flags, signal));
}

async function train(flags: TrainFlags, signal: AbortSignal): Promise<void> {
  const reporter = createReporter(flags);
  const { output, seed, steps, batch, patch, threads } = flags;
  await mkdir(output, { recursive: true });
  const file = (name: string) => join(output, name);
  const network = new MtpiNet({
    architecture: flags.architecture,
    baseChannels: flags.channels,
    ddcrUnits: flags.units,
    filter: flags.filter,
    ...(flags.attention ? { attention: flags.attention } : {}),
    dropoutRate: flags.dropout,
    seed,
  });
  const transform = logTransform;
  const trainer = new Trainer(network, new SimulatedBatches({ batch, patch, seed: seed + 1, transform }), {
    schedule: { initial: flags.rate, final: flags.finalRate, total: steps },
    objective: flags.loss,
    settleFrom: Math.round(steps * (1 - flags.settle)),
    transform,
    threads,
  });
  const checkpoint = file('checkpoint.safetensors');
  if (existsSync(checkpoint)) {
    trainer.restore(await readFile(checkpoint), checkpoint);
    reporter.message(`going on from step ${trainer.step} of ${checkpoint}`);
  } else {
    await writeWhole(file('log.csv'), 'step,loss,gradient_norm,learning_rate,seconds\n');
  }
  let losses: number[] = [];
  const keep = async () => {
    await writeWhole(checkpoint, trainer.save());
    const training = { steps: trainer.step, batch, patch, seed, data: 'simulated', loss: mean(losses) };
    await writeWhole(
      file('weights.safetensors'),
      encodeWeights(network, { transform, tile: flags.tile, training }),
    );
  };
  const start = performance.now();
  const first = trainer.step;
  const onStep = async ({ step, loss, gradientNorm, learningRate }: StepReport) => {
    const seconds = (performance.now() - start) / 1000;
    losses = [...losses.slice(-199), loss];
    await appendFile(file('log.csv'), `${[step, loss, gradientNorm, learningRate, seconds.toFixed(1)]}\n`);
    const speed = ((step - first) * batch) / seconds;
    reporter.progress(
      'training',
      step,
      steps,
      `| loss ${mean(losses).toFixed(4)} | ${speed.toFixed(1)} patches/s`,
    );
    if (step % flags.every === 0) await keep();
  };
  await trainer.run({ until: steps, signal, onStep });
  await keep();
  const text = `${output}: step ${trainer.step} of ${steps}, loss ${mean(losses).toFixed(4)}`;
  reporter.result({ output, step: trainer.step, steps, loss: mean(losses) }, text);
}

const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
