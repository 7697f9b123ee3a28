import { enableProdMode } from '@tensorflow/tfjs';
import { CommanderError } from 'commander';
import { failureText, isUsageError } from './failure';
import { mtpiProgram } from './program';

/** Exit code of a command that was not called as it is to be. */
const USAGE = 2;

/** Exit code of a command stopped by Ctrl-C, as shells have it. */
const INTERRUPTED = 130;

enableProdMode(); // keeps tfjs from advertising its native binding, which nothing here runs on

const abort = new AbortController();
process.once('SIGINT', () => abort.abort(new Error('interrupted')));
process.once('SIGTERM', () => abort.abort(new Error('terminated')));
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  abort.abort(error); // who read it, such as head, has had enough
});

const program = mtpiProgram(abort.signal);

try {
  await program.parseAsync();
} catch (error) {
  if (abort.signal.aborted) {
    process.stderr.write('\nstopped; nothing half-written was left\n');
    process.exitCode = INTERRUPTED;
  } else if (error instanceof CommanderError && /help|version/.test(error.code)) {
    process.exitCode = error.exitCode && USAGE; // what was printed is no error, but mtpi without a command is
  } else {
    process.stderr.write(failureText(error, program.opts().debug));
    process.exitCode = isUsageError(error) ? USAGE : 1;
  }
}
