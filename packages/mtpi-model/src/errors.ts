import { MtpiError } from '@mtpi/errors';

/** A bad argument, a weights file that cannot be read, or weights that do not fit the network. */
export type ModelErrorCode = 'InvalidArgument' | 'InvalidWeights' | 'WeightsMismatch';

/** The error of this package. */
export class ModelError extends MtpiError<ModelErrorCode> {
  override readonly name = 'ModelError';
}

/** Whether this is an error of this package, of the given code if one is given. */
export function isModelError(error: unknown, code?: ModelErrorCode): error is ModelError {
  return error instanceof ModelError && (code === undefined || error.code === code);
}

/**
 * The result of reading a weights file; any error of it as a ModelError.
 *
 * @param format the expected format, for the message.
 */
export function readingWeights<T>(path: string, format: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (isModelError(cause)) throw cause;
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new ModelError('InvalidWeights', { path, expected: format, found, cause });
  }
}
