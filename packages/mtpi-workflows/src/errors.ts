import { MtpiError } from '@mtpi/errors';

/**
 * What went wrong: an option out of its range, without effect or contradicting another; acquisitions that do not make up
 * a triplet or a stack; an input that is gone; an output that is an input, or something that must not be replaced; an
 * output that another run is writing; a partial result made with other inputs, weights or options; shards that are
 * missing, damaged or do not belong together; a scene without valid pixels; a warning where `strict` was asked for.
 */
export type WorkflowErrorCode =
  | 'InvalidArgument'
  | 'InvalidTriplet'
  | 'InvalidStack'
  | 'NotFound'
  | 'UnsafeOutput'
  | 'OutputBusy'
  | 'PartialResultMismatch'
  | 'ShardsMissing'
  | 'ShardMismatch'
  | 'ShardDamaged'
  | 'NoValidPixels'
  | 'Warning';

/** Thrown by every function of this package, beside the errors of the packages it calls. */
export class WorkflowError extends MtpiError<WorkflowErrorCode> {
  override readonly name = 'WorkflowError';
}

/** Whether this is a `WorkflowError`, of the given code if one is named. */
export function isWorkflowError(error: unknown, code?: WorkflowErrorCode): error is WorkflowError {
  return error instanceof WorkflowError && (code === undefined || error.code === code);
}
