import { MtpiError } from '@mtpi/errors';

/**
 * A folder without a stack of acquisitions; a stack of other polarizations than VV and VH; results that fit no scene; a result
 * of another size, or that is no image; two methods of one name; real scenes without a folder of stacks.
 */
export type EvaluationErrorCode =
  | 'NoStack'
  | 'InvalidStack'
  | 'NoResult'
  | 'InvalidResult'
  | 'NameTaken'
  | 'InvalidArgument';

/** Thrown by this package; errors of reading files and weights keep their own class. */
export class EvaluationError extends MtpiError<EvaluationErrorCode> {
  override readonly name = 'EvaluationError';
}

/** Whether this is an `EvaluationError`, of the given code if one is named. */
export function isEvaluationError(error: unknown, code?: EvaluationErrorCode): error is EvaluationError {
  return error instanceof EvaluationError && (code === undefined || error.code === code);
}
