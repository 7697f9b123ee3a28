import type { TrainingResult } from '@mtpi/train';
import { type Command, Option } from 'commander';
import type { Context } from '../context';
import { type ReporterOptions, reporterOptions, reporting } from '../progress';

interface TrainFlags extends ReporterOptions {
  config?: string;
  printConfig?: boolean;
}

const examples = `
Examples:
  A small network on simulated triplets, resumed by the same command if it was stopped:
    $ mtpi train -o runs/small --steps 5000
  All settings with their defaults, to edit; then a training with them:
    $ mtpi train --print-config > train.yaml
    $ mtpi train --config train.yaml -o runs/own
  The published size and schedule:
    $ mtpi train -o runs/full --preset reference --learning-rate 1e-4 --final-learning-rate 1e-6
  Simulated data mixed with a co-registered stack:
    $ mtpi train -o runs/mixed --data '[{kind: simulated, share: 0.7}, {kind: stack, path: stack, share: 0.3}]'
  A training by the published PyTorch code, resumed; then its weights fine-tuned on logarithmic channels:
    $ mtpi train -o runs/resumed --resume mtpi_epoch_030.pth
    $ mtpi train -o runs/log --from mtpi_epoch_030.pth --transform log`;

/** `mtpi train`: trains a network with the settings of a file and of options. */
export async function define(command: Command, context: Context): Promise<void> {
  const { SETTINGS } = await reporting({}, context, 'opening', () => import('@mtpi/train'));
  command
    .description(
      'Trains a network by Noise2Noise. The output folder receives weights.safetensors (best by validation), last.safetensors, ' +
        'checkpoint.safetensors, settings.yaml, log.csv, loss.svg and a TensorBoard event file. Ctrl-C saves; the same ' +
        'command resumes from the last checkpoint.',
    )
    .option(
      '-c, --config <file>',
      'settings as YAML, named as the options in camelCase; command-line options override the file',
    )
    .option('--print-config', 'print all settings as a YAML file and exit');
  for (const { flag, alias, description, type, default: value, fallback = value } of SETTINGS) {
    const text = typeof fallback === 'object' ? JSON.stringify(fallback) : fallback;
    const otherwise = fallback === undefined ? '' : ` (default: ${text})`;
    const names = `${alias ? `${alias}, ` : ''}--${flag} <value>`;
    command.addOption(new Option(names, `${description}: ${type}${otherwise}`));
  }
  reporterOptions(command)
    .addHelpText('after', examples)
    .action((flags: TrainFlags & Record<string, string>) => train(flags, context));
}

async function train(
  { config, printConfig, quiet, json, ...flags }: TrainFlags & Record<string, string>,
  context: Context,
): Promise<void> {
  const { parseSettings, printSettings, readSettingsFile, runTraining } = await import('@mtpi/train');
  const file = config ? await readSettingsFile(config) : undefined;
  if (printConfig) {
    const any = file || Object.keys(flags).length > 0;
    context.stdout.write(printSettings(any ? parseSettings({ output: 'run', ...flags }, file) : undefined));
    return;
  }
  const settings = parseSettings(flags, file);
  await reporting({ quiet, json }, context, 'opening', async (reporter) => {
    const result = await runTraining(settings, {
      signal: context.signal,
      onMessage: (text) => reporter.message(text),
      onStep: ({ step, steps, recentLoss, patchesPerSecond, validation }) => {
        const validated = validation === undefined ? '' : `, validation ${validation.toFixed(4)}`;
        const note = `loss ${recentLoss.toFixed(4)}${validated}, ${patchesPerSecond.toFixed(1)} patches/s`;
        reporter.progress({ stage: 'training', done: step, total: steps, unit: 'steps' }, note);
      },
    });
    reporter.result({ ...result }, describe(result));
  });
}

function describe({ output, step, steps, loss, best, ended }: TrainingResult): string {
  const validated = best ? `, validation ${best.loss.toFixed(4)} at step ${best.step}` : '';
  const why = ended === 'patience' ? ' (validation no longer improves)' : '';
  return `${output}: step ${step} of ${steps}${why}, loss ${loss.toFixed(4)}${validated}`;
}
