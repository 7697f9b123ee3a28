/** What went wrong: an op without ONNX form, a value read while tracing, a bad argument, or a runtime that is not there. */
export type TfjsOnnxErrorCode = 'UnsupportedKernel' | 'ValueRead' | 'InvalidArgument' | 'RuntimeUnavailable';

/** The error of this package. `code` tells the kinds apart, `message` names the function, what was expected and what came. */
export class TfjsOnnxError extends Error {
  override readonly name = 'TfjsOnnxError';

  constructor(
    readonly code: TfjsOnnxErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** True for an error of this package, of the given code if one is given. */
export function isTfjsOnnxError(error: unknown, code?: TfjsOnnxErrorCode): error is TfjsOnnxError {
  return error instanceof TfjsOnnxError && (code === undefined || error.code === code);
}
