import { createRequire } from 'node:module';
import { enableProdMode } from '@tensorflow/tfjs';
import { Command } from 'commander';
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
  .showHelpAfterError('(mtpi --help lists the commands)');

for (const register of [
  despeckleCommand,
  mergeCommand,
  demoCommand,
  evaluateCommand,
  infoCommand,
  convertCommand,
  datasetCommand,
  prepareCommand,
  trainCommand,
  doctorCommand,
]) {
  register(program, abort.signal);
}

try {
  await program.parseAsync();
} catch (error) {
  if (abort.signal.aborted) {
    process.stderr.write('\nstopped; nothing half-written was left\n');
    process.exitCode = INTERRUPTED;
  } else {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    process.stderr.write(`error: ${program.opts().debug ? stack : message}\n`);
    process.exitCode = 1;
  }
}
