import { SarIoError } from '../errors';

/** Bytes that can be read from any position: a file, an entry of a zip, a Blob, a file on a server. */
export interface ByteSource {
  /** Names the bytes in errors, and the raster that is read from them. */
  readonly path: string;
  /** Number of bytes; infinite where a server does not report it. */
  readonly size: number;
  /** Identifies the content where a server does: its ETag, or else when it was modified. */
  readonly version?: string;
  /**
   * Exactly `length` bytes from a position on.
   *
   * @throws SarIoError `CorruptFile` where the source ends earlier, `ReadFailed`; the signal's reason when aborted.
   */
  read(position: number, length: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/** @throws SarIoError `CorruptFile` unless the source has these bytes. */
export function checkRange({ path, size }: ByteSource, position: number, length: number): void {
  if (!(position >= 0 && length >= 0 && position + length <= size)) {
    throw truncated(path, position + length, size);
  }
}

export function truncated(path: string, expected: number, found: number): SarIoError {
  return new SarIoError('CorruptFile', `${path} is truncated: expected ${expected} bytes, found ${found}`, {
    path,
    expected: `${expected} bytes`,
    found: `${found} bytes`,
    hint: 'copy or download the file again',
  });
}
