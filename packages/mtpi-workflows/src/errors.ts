import { MtpiError } from '@mtpi/errors';

/**
 * What went wrong: an option out of its range, or options that exclude each other; acquisitions that do not make up a
 * triplet or a stack; an input that is gone; a partial result made with other inputs, weights or options; shards that are
 * missing or do not belong together.
 */
export type WorkflowErrorCode =
  | 'InvalidArgument'
  | 'InvalidStack'
  | 'NotFound'
  | 'PartialResultMismatch'
  | 'ShardsMissing'
  | 'ShardMismatch';

/** Thrown by every function of this package, beside the errors of the packages it calls. */
export class WorkflowError extends MtpiError<WorkflowErrorCode> {
  override readonly name = 'WorkflowError';
}

/** Whether this is a `WorkflowError`, of the given code if one is named. */
export function isWorkflowError(error: unknown, code?: WorkflowErrorCode): error is WorkflowError {
  return error instanceof WorkflowError && (code === undefined || error.code === code);
}
