import { createRequire } from 'node:module';
import { Command } from 'commander';
import { completionCommand } from './commands/completion';
import { convertCommand } from './commands/convert';
import { datasetCommand } from './commands/dataset';
import { demoCommand } from './commands/demo';
import { despeckleCommand } from './commands/despeckle';
import { doctorCommand } from './commands/doctor';
import { evaluateCommand } from './commands/evaluate';
import { infoCommand } from './commands/info';
import { mergeCommand } from './commands/merge';
import { prepareCommand } from './commands/prepare';
import { trainCommand } from './commands/train';
import { viewCommand } from './commands/view';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

const GROUPS = {
  'Despeckle:': [demoCommand, prepareCommand, despeckleCommand, mergeCommand],
  'Look:': [infoCommand, viewCommand],
  'Networks:': [trainCommand, datasetCommand, evaluateCommand, convertCommand],
  'This computer:': [doctorCommand, completionCommand],
};

/** The command with all its subcommands. @param signal stops what one of them does. */
export function mtpiProgram(signal: AbortSignal): Command {
  const program = new Command('mtpi')
    .description('Despeckles dual-polarization Sentinel-1 images with MTPI-Net.')
    .version(version)
    .option('--debug', 'print the stack of an error')
    .addHelpText(
      'after',
      '\nBegin with mtpi demo. mtpi COMMAND --help shows the options of a command, and examples.',
    )
    .configureOutput({ outputError: () => {} }) // told by who runs the program
    .exitOverride();
  for (const [heading, commands] of Object.entries(GROUPS)) {
    program.commandsGroup(heading);
    for (const register of commands) register(program, signal);
  }
  return program;
}
