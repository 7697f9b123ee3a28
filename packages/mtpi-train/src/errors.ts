import { MtpiError } from '@mtpi/errors';

/**
 * What went wrong: settings that are unknown or out of their range; data that can't be trained on; a run folder that
 * does not fit; a training whose loss or gradient is no number any more.
 */
export type TrainErrorCode = 'InvalidSettings' | 'UnusableData' | 'RunMismatch' | 'Diverged';

/** Thrown by the trainer, its sources and its settings. */
export class TrainError extends MtpiError<TrainErrorCode> {
  override readonly name = 'TrainError';
}

/** Whether this is a `TrainError`, of the given code if one is named. */
export function isTrainError(error: unknown, code?: TrainErrorCode): error is TrainError {
  return error instanceof TrainError && (code === undefined || error.code === code);
}
