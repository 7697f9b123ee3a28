import { MtpiError } from '@mtpi/errors';

/**
 * What went wrong: a file that is not there; one that could not be read (disk, network); a format this package does not
 * read; a file that contradicts itself or ends early; rasters that do not lie on one grid; an argument out of its range.
 */
export type SarIoErrorCode =
  | 'NotFound'
  | 'ReadFailed'
  | 'UnsupportedFormat'
  | 'CorruptFile'
  | 'GridMismatch'
  | 'InvalidStack'
  | 'InvalidArgument';

/** Thrown by every function of this package; failures to write keep the system's own error, with the name of the file. */
export class SarIoError extends MtpiError<SarIoErrorCode> {
  override readonly name = 'SarIoError';
}

/** Whether this is a `SarIoError`, of the given code if one is named. */
export function isSarIoError(error: unknown, code?: SarIoErrorCode): error is SarIoError {
  return error instanceof SarIoError && (code === undefined || error.code === code);
}

/** A failure of the system, such as a full disk, with the file that it concerns: Node names it only on opening. */
export function namingFile(error: unknown, path: string): unknown {
  if (!(error instanceof Error && 'syscall' in error) || 'path' in error) return error;
  return Object.assign(error, { path, message: `${error.message} '${path}'` });
}
