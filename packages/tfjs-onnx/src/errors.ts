import { MtpiError } from '@mtpi/errors';

/**
 * - `UnsupportedKernel`: an operation that cannot be converted to ONNX.
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

/** The error of this package. `message` names the function, what it expected and what it found. */
export class TfjsOnnxError extends MtpiError<TfjsOnnxErrorCode> {
  override readonly name = 'TfjsOnnxError';
}

/** True for an error of this package, of the given code if one is given. */
export function isTfjsOnnxError(error: unknown, code?: TfjsOnnxErrorCode): error is TfjsOnnxError {
  return error instanceof TfjsOnnxError && (code === undefined || error.code === code);
}
