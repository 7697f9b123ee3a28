import { MtpiError } from '@mtpi/errors';

/**
 * Settings that are unknown, out of range or without effect; data that cannot be trained on; a checkpoint that does not fit;
 * a training whose loss or gradient is not finite.
 */
export type TrainErrorCode = 'InvalidSettings' | 'UnusableData' | 'RunMismatch' | 'Diverged';

/** The error of this package. */
export class TrainError extends MtpiError<TrainErrorCode> {
  override readonly name = 'TrainError';
}

/** Whether this is an error of this package, of the given code if one is given. */
export function isTrainError(error: unknown, code?: TrainErrorCode): error is TrainError {
  return error instanceof TrainError && (code === undefined || error.code === code);
}
