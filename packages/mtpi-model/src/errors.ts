import { MtpiError } from '@mtpi/errors';

/** What went wrong: a bad argument, a weights file that can't be read, weights that don't fit, or data that don't agree. */
export type ModelErrorCode = 'InvalidArgument' | 'InvalidWeights' | 'WeightsMismatch';

/** The error of this package. `code` tells the kinds apart, `message` names file or function, what was expected and what came. */
export class ModelError extends MtpiError<ModelErrorCode> {
  override readonly name = 'ModelError';
}

/** True for an error of this package, of the given code if one is given. */
export function isModelError(error: unknown, code?: ModelErrorCode): error is ModelError {
  return error instanceof ModelError && (code === undefined || error.code === code);
}
