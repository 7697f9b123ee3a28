import { createRequire } from 'node:module';
import { enableProdMode } from '@tensorflow/tfjs';
import { Command, CommanderError } from 'commander';
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
import { failureText, UsageError } from './failure';

/** Exit code of a command that was not called as it is to be. */
const USAGE = 2;

/** Exit code of a command stopped by Ctrl-C, as shells have it. */
const INTERRUPTED = 130;

enableProdMode(); // keeps tfjs from advertising its native binding, which nothing here runs on

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
const abort = new AbortController();
process.once('SIGINT', () => abort.abort(new Error('interrupted')));
process.once('SIGTERM', () => abort.abort(new Error('terminated')));

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
  register(program, abort.signal);
}

try {
  await program.parseAsync();
} catch (error) {
  if (abort.signal.aborted) {
    process.stderr.write('\nstopped; nothing half-written was left\n');
    process.exitCode = INTERRUPTED;
  } else if (error instanceof CommanderError) {
    process.exitCode = error.exitCode && USAGE; // help and version are no errors
  } else {
    process.stderr.write(failureText(error, program.opts().debug));
    process.exitCode = error instanceof UsageError ? USAGE : 1;
  }
}
