import { describeValue, MtpiError } from '@mtpi/errors';

/** An argument out of its range, or an image or mask whose shape or data type does not fit. */
export type PolsarErrorCode = 'InvalidArgument' | 'ShapeMismatch';

/** Thrown by every function of this package. */
export class PolsarError extends MtpiError<PolsarErrorCode> {
  override readonly name = 'PolsarError';
}

/** Whether this is a `PolsarError`, of the given code if one is named. */
export function isPolsarError(error: unknown, code?: PolsarErrorCode): error is PolsarError {
  return error instanceof PolsarError && (code === undefined || error.code === code);
}

/** @throws PolsarError `InvalidArgument` unless the condition holds; `where` is the function or argument. */
export function check(condition: boolean, where: string, expected: string, found: unknown): void {
  if (!condition) fail('InvalidArgument', where, expected, String(found));
}

/** @throws PolsarError `InvalidArgument` unless the window has an odd number of rows and columns. */
export function checkWindow(window: number, where: string): void {
  check(Number.isInteger(window) && window > 0 && window % 2 === 1, where, 'an odd positive window', window);
}

/** @throws PolsarError `InvalidArgument` unless the number of looks is positive and finite. */
export function checkLooks(looks: number, where: string): void {
  check(looks > 0 && Number.isFinite(looks), where, 'positive looks', looks);
}

/** @throws PolsarError `InvalidArgument` unless the number called `name` is a whole one and large enough. */
export function checkCount(count: number, least: number, where: string, name: string): void {
  check(Number.isInteger(count) && count >= least, where, `${name} as an integer ≥ ${least}`, count);
}

/** @throws PolsarError `InvalidArgument` unless the number called `name` is finite and not negative. */
export function checkAmount(amount: number, where: string, name: string): void {
  check(amount >= 0 && Number.isFinite(amount), where, `${name} as a finite number ≥ 0`, amount);
}

/** @throws PolsarError `InvalidArgument` unless this is a list with something in it. */
export function checkList(list: readonly unknown[], where: string, expected: string): void {
  check(Array.isArray(list) && list.length > 0, where, expected, describeValue(list));
}

/** @throws PolsarError `ShapeMismatch` unless the condition holds. */
export function checkShape(condition: boolean, where: string, expected: string, found: unknown): void {
  if (!condition) fail('ShapeMismatch', where, expected, String(found));
}

function fail(code: PolsarErrorCode, where: string, expected: string, found: string): never {
  throw new PolsarError(code, `${where}: expected ${expected}, found ${found}`, { expected, found });
}
