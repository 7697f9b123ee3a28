import { isMtpiError } from '@mtpi/errors';
import { isModelError } from '@mtpi/model';
import { isSarIoError } from '@mtpi/sar-io';
import { isWorkflowError } from '@mtpi/workflows';
import { CommanderError } from 'commander';

/** Thrown where the words of a command do not fit together. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Whether the command was called wrongly, rather than failed. */
export const isUsageError = (error: unknown): boolean =>
  error instanceof UsageError || error instanceof CommanderError || isWorkflowError(error, 'InvalidArgument');

/** What can be done about an error, where that is known. */
function remedyOf(error: unknown): string | undefined {
  if (error instanceof CommanderError && error.code === 'commander.unknownCommand')
    return 'mtpi --help lists the commands.';
  if (isUsageError(error)) return 'Add --help to the command to see its options and examples.';
  if (isMtpiError(error) && error.hint) return error.hint;
  if (error instanceof TypeError)
    return 'This is a fault of mtpi: please report it, with what --debug prints.';
  if (isSarIoError(error, 'NotFound')) return 'Check the path.';
  if (isSarIoError(error, 'GridMismatch'))
    return 'All images must share one grid: Sentinel-1 SLC products are put on one by mtpi prepare, others by the tool that made them.';
  if (isSarIoError(error, 'UnsupportedFormat')) return 'What can be read is listed by mtpi despeckle --help.';
  if (isSarIoError(error, 'CorruptFile')) return 'Copy or download the file again.';
  if (isSarIoError(error, 'ReadFailed')) return 'Check the disk or the network, and try again.';
  if (isModelError(error, 'InvalidWeights'))
    return 'Give --weights mtpi, mtpi-small, or a .safetensors, .json or .pth file.';
  switch ((error as NodeJS.ErrnoException)?.code) {
    case 'ENOSPC':
      return 'Free space on the disk, or write elsewhere with --output.';
    case 'EACCES':
    case 'EROFS':
      return 'Write elsewhere with --output, or change the rights.';
    case 'ENOENT':
      return 'Check the path, and that the folder to write to is there.';
    default:
      return undefined;
  }
}

/** An error as a paragraph: what went wrong, then what to do; with `debug` where it happened. */
export function failureText(error: unknown, debug: boolean): string {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const remedy = remedyOf(error);
  if (debug) return `error: ${[stack, remedy].filter(Boolean).join('\n')}\n`;
  const what = message
    .replace(/^error: /, '')
    .replace(/^[a-z]+[A-Z]\w*: /, '') // the function, which says nothing to who typed a command
    .replace(/\n\((.*)\)$/, '. $1');
  return `error: ${remedy ? `${/[.?!]$/.test(what) ? what : `${what}.`} ${remedy}` : what}\n`;
}
