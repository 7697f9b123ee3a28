/** An argument out of its range, or an image or mask whose shape or data type does not fit. */
export type PolsarErrorCode = 'InvalidArgument' | 'ShapeMismatch';

/** Thrown by every function of this package. */
export class PolsarError extends Error {
  override readonly name = 'PolsarError';

  /** @param where function or argument that the message begins with. */
  constructor(
    readonly code: PolsarErrorCode,
    where: string,
    readonly expected: string,
    readonly found: string,
  ) {
    super(`${where}: expected ${expected}, got ${found}`);
  }
}

/** Whether this is a `PolsarError`, of the given code if one is named. */
export function isPolsarError(error: unknown, code?: PolsarErrorCode): error is PolsarError {
  return error instanceof PolsarError && (code === undefined || error.code === code);
}

/** @throws PolsarError `InvalidArgument` unless the condition holds. */
export function check(condition: boolean, where: string, expected: string, found: unknown): void {
  if (!condition) throw new PolsarError('InvalidArgument', where, expected, String(found));
}

/** @throws PolsarError `InvalidArgument` unless the window has an odd number of rows and columns. */
export function checkWindow(window: number, where: string): void {
  check(Number.isInteger(window) && window > 0 && window % 2 === 1, where, 'an odd positive window', window);
}

/** @throws PolsarError `InvalidArgument` unless the number of looks is positive and finite. */
export function checkLooks(looks: number, where: string): void {
  check(looks > 0 && Number.isFinite(looks), where, 'positive looks', looks);
}
