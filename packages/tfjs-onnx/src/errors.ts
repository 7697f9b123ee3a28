/**
 * - `UnsupportedKernel`: an operation that has no ONNX form here.
 * - `ValueRead`: the traced function read a tensor's value.
 * - `InvalidArgument`: an argument, or something the traced function does, is not allowed.
 * - `RuntimeUnavailable`: the device or backend is not there.
 * - `WorkerFailed`: the worker that ONNX Runtime runs in ended; its sessions are lost.
 */
export type TfjsOnnxErrorCode =
  | 'UnsupportedKernel'
  | 'ValueRead'
  | 'InvalidArgument'
  | 'RuntimeUnavailable'
  | 'WorkerFailed';

/** Parts of an error's message, for programs. */
export interface TfjsOnnxErrorDetails extends ErrorOptions {
  /** Argument or value that would have been right. */
  expected?: string;
  /** Argument or value found instead. */
  found?: string;
  /** How to get past the error. */
  hint?: string;
}

/** The error of this package. `message` names the function, what it expected and what it found. */
export class TfjsOnnxError extends Error {
  override readonly name = 'TfjsOnnxError';
  readonly expected?: string;
  readonly found?: string;
  readonly hint?: string;

  constructor(
    readonly code: TfjsOnnxErrorCode,
    message: string,
    { cause, expected, found, hint }: TfjsOnnxErrorDetails = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.expected = expected;
    this.found = found;
    this.hint = hint;
  }
}

/** True for an error of this package, of the given code if one is given. */
export function isTfjsOnnxError(error: unknown, code?: TfjsOnnxErrorCode): error is TfjsOnnxError {
  return error instanceof TfjsOnnxError && (code === undefined || error.code === code);
}
