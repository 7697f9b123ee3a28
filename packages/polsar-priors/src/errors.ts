/** What went wrong: an argument out of its range, or images and masks whose shapes do not fit. */
export type PolsarErrorCode = 'InvalidArgument' | 'ShapeMismatch';

/** Thrown by every function of this package. */
export class PolsarError extends Error {
  override readonly name = 'PolsarError';

  constructor(
    readonly code: PolsarErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** Whether this is a `PolsarError`, of the given code if one is named. */
export function isPolsarError(error: unknown, code?: PolsarErrorCode): error is PolsarError {
  return error instanceof PolsarError && (code === undefined || error.code === code);
}

/** @throws PolsarError `InvalidArgument`, "`where`: expected …, got …", unless the condition holds. */
export function check(condition: boolean, where: string, expected: string, got: unknown): void {
  if (!condition) throw new PolsarError('InvalidArgument', `${where}: expected ${expected}, got ${got}`);
}
