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

/** The command with all its subcommands. @param signal stops what one of them does. */
export function mtpiProgram(signal: AbortSignal): Command {
  const program = new Command('mtpi')
    .description('Despeckles dual-polarization Sentinel-1 images with MTPI-Net.')
    .version(version)
    .option('--debug', 'print the stack of an error')
    .showHelpAfterError('(mtpi --help lists the commands)')
    .exitOverride();
  for (const register of [
    despeckleCommand,
    mergeCommand,
    demoCommand,
    evaluateCommand,
    infoCommand,
    viewCommand,
    convertCommand,
    datasetCommand,
    prepareCommand,
    trainCommand,
    doctorCommand,
    completionCommand,
  ]) {
    register(program, signal);
  }
  return program;
}
