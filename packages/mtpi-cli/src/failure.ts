import { isMtpiError, redactUrls } from '@mtpi/errors';
import { CommanderError } from 'commander';

/** Whether the command was called wrongly, rather than failed. */
export const isUsageError = (error: unknown): boolean =>
  error instanceof CommanderError ||
  (isMtpiError(error) && ['InvalidArgument', 'InvalidSettings'].includes(error.code));

/** Hints for errors without a hint of their own, by code. */
const HINTS: Record<string, string> = {
  'commander.unknownCommand': 'mtpi --help lists the commands.',
  NotFound: 'Check the path.',
  GridMismatch:
    'Co-register Sentinel-1 SLC products with mtpi prepare; resample other images to a common grid.',
  UnsupportedFormat: 'mtpi despeckle --help lists the formats that can be read.',
  CorruptFile: 'Copy or download the file again.',
  ReadFailed: 'Check the disk or the network, and try again.',
  InvalidWeights: 'Use --weights mtpi, mtpi-small, or a .safetensors, .json or .pth file.',
  ENOSPC: 'Free space on the disk, or choose another --output.',
  EACCES: 'Choose another --output, or check the permissions.',
  EROFS: 'Choose another --output.',
  ENAMETOOLONG: 'Choose a shorter --output.',
  ENOENT: 'Check the path, and that the folder to write to exists.',
};

function hintOf(error: unknown): string | undefined {
  if (isMtpiError(error) && error.hint) return error.hint;
  const code = (error as { code?: string } | undefined)?.code;
  if (code !== undefined && HINTS[code]) return HINTS[code];
  if (isUsageError(error)) return 'Add --help to the command to see its options and examples.';
  if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError)
    return 'This is a bug in mtpi: please report it with the output of --debug.';
  return undefined;
}

/** Options of the command that differ from those of functions in more than case. */
const FLAGS: Record<string, string> = { swaths: 'swath', looks: 'multilook', area: 'aoi', map: 'geocode' };

const flagOf = (option: string): string =>
  `--${FLAGS[option] ?? option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Commander begins its messages with "error: " and ends them in a line "(Did you mean …?)". */
const messageOf = (error: unknown): string => {
  const message = redactUrls(error instanceof Error ? error.message : String(error));
  if (!(error instanceof CommanderError))
    return message.replace(/\bthe option '(\w+)'/g, (_, option: string) => flagOf(option));
  return message.replace(/^error: /, '').replace(/\n\((.*)\)$/, '. $1');
};

/** An error as a paragraph: what went wrong, then what to do; with `debug` the stack. */
export function failureText(error: unknown, debug: boolean): string {
  const hint = hintOf(error);
  if (debug && error instanceof Error)
    return `error: ${[redactUrls(error.stack ?? ''), hint].filter(Boolean).join('\n')}\n`;
  const message = messageOf(error);
  if (!hint || message.includes(hint)) return `error: ${message}\n`;
  return `error: ${asSentence(message)} ${capitalized(hint)}\n`;
}

const asSentence = (text: string) => (/[.?!]$/.test(text) ? text : `${text}.`);

/** Names of commands, options and functions stay as they are. */
const capitalized = (text: string) =>
  text.replace(/^(?!mtpi|npm)[a-z](?=[a-z-]* )/, (letter) => letter.toUpperCase());

/** An error as an event of `--json`. */
export function failureEvent(error: unknown): Record<string, unknown> {
  const { code, path, expected, found } = (error ?? {}) as Record<string, unknown>;
  return { event: 'error', code, message: messageOf(error), path, expected, found, hint: hintOf(error) };
}
