import { CommanderError } from 'commander';
import type { Context } from './context';
import { failureEvent, failureText, isUsageError } from './failure';
import { printable } from './printable';
import { mtpiProgram } from './program';
import { jsonLine } from './progress';

const FAILED = 1;
/** The command was called wrongly. */
const USAGE = 2;
/** As shells have it for Ctrl-C. */
const INTERRUPTED = 130;

/** Runs `mtpi` with these words. @returns its exit code. */
export async function main(
  words: readonly string[],
  streams: Pick<Context, 'stdout' | 'stderr' | 'signal' | 'progressInterval'>,
): Promise<number> {
  const context: Context = { ...streams, words, exitCode: 0 };
  const { stdout, stderr, signal } = streams;
  try {
    const program = await mtpiProgram(context, commandOf(words));
    await program.parseAsync(words, { from: 'user' });
    return context.exitCode;
  } catch (error) {
    if (signal.aborted) {
      const resumes = words.includes('--resume');
      const message = `Interrupted; ${resumes ? 'the same command with --resume continues' : 'no partial output was left'}`;
      const closed = (signal.reason as NodeJS.ErrnoException | undefined)?.code === 'EPIPE'; // by a reader that has had enough
      if (words.includes('--json') && !closed)
        stdout.write(jsonLine({ event: 'error', code: 'Interrupted', message }));
      else stderr.write(`\n${message}\n`);
      return INTERRUPTED;
    }
    // Printing help is not an error, but mtpi without a command is.
    if (error instanceof CommanderError && /help|version/.test(error.code)) return error.exitCode && USAGE;
    if (words.includes('--json')) stdout.write(jsonLine(failureEvent(error)));
    else stderr.write(printable(failureText(error, words.includes('--debug'))));
    return isUsageError(error) ? USAGE : FAILED;
  }
}

/** The command that is called, or asked about, or to be completed; empty if there is none. */
function commandOf(words: readonly string[]): string {
  const [first, second] = words.filter((word) => !word.startsWith('-'));
  if (first === 'help' || (first === 'complete' && words.at(-1) !== second)) return second ?? '';
  return first ?? '';
}
