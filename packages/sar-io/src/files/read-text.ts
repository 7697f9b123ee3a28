import type { ByteSource } from '../bytes/byte-source';
import { openFile } from '../bytes/file-source';
import { mostBytes, RAISE_HINT } from '../bytes/limits';
import { SarIoError } from '../errors';

/** Of headers and documents that are read as a whole; those of products have some megabytes at most. */
const MOST_TEXT_BYTES = 2 ** 25;

/** @throws SarIoError `UnsupportedFormat` where a text is too large to be read as a whole. */
export function checkTextSize(path: string, size: number): void {
  const most = mostBytes(MOST_TEXT_BYTES);
  if (size <= most) return;
  throw new SarIoError('UnsupportedFormat', {
    ...{ path, expected: `a text of at most ${most} bytes`, found: `${size} bytes`, hint: RAISE_HINT },
  });
}

/**
 * Reads a small text file, such as a header or an XML document; UTF-8.
 *
 * @throws SarIoError `NotFound`, `ReadFailed`, `UnsupportedFormat` for a folder or a file of more than 32 MiB.
 */
export async function readText(path: string): Promise<string> {
  return textOf(await openFile(path));
}

/** All of a text, which is closed. */
export async function textOf(file: ByteSource, signal?: AbortSignal): Promise<string> {
  try {
    checkTextSize(file.path, file.size);
    return new TextDecoder().decode(await file.read(0, file.size, signal));
  } finally {
    await file.close();
  }
}
