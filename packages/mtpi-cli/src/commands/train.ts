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
  const { SETTINGS, settingHelp } = await reporting({}, context, 'opening', () => import('@mtpi/train'));
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
  for (const setting of SETTINGS) {
    const { flag, alias, placeholder } = setting;
    const names = `${alias ? `${alias}, ` : ''}--${flag} <${placeholder}>`;
    command.addOption(new Option(names, settingHelp(setting)));
  }
  reporterOptions(command)
    .addHelpText('after', examples)
    .action((flags: TrainFlags & Record<string, string>) => train(flags, context));
}

async function train(
  { config, printConfig, quiet, json, ...flags }: TrainFlags & Record<string, string>,
  context: Context,
): Promise<void> {
  const training = await import('@mtpi/train');
  const { describeStep, describeTraining, parseSettings, printSettings } = training;
  const file = config ? await training.readSettingsFile(config) : undefined;
  if (printConfig) {
    const any = file || Object.keys(flags).length > 0;
    context.stdout.write(printSettings(any ? parseSettings({ output: 'run', ...flags }, file) : undefined));
    return;
  }
  const settings = parseSettings(flags, file);
  await reporting({ quiet, json }, context, 'opening', async (reporter) => {
    const result = await training.runTraining(settings, {
      signal: context.signal,
      onMessage: (text) => reporter.message(text),
      onWarning: (warning) => reporter.warning(warning),
      onStep: (report) => {
        const { step: done, steps: total } = report;
        reporter.progress({ stage: 'training', done, total, unit: 'steps' }, describeStep(report));
      },
    });
    reporter.result({ ...result }, describeTraining(result));
  });
}
