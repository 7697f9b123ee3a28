import { openFile } from '../bytes/file-source';
import { SarIoError } from '../errors';

/** Of headers and documents that are read as a whole; those of products have some megabytes at most. */
export const MOST_TEXT_BYTES = 2 ** 25;

/**
 * Reads a small text file, such as a header or an XML document; UTF-8.
 *
 * @throws SarIoError `NotFound`, `ReadFailed`, `UnsupportedFormat` for a folder or a file of more than `mostBytes`.
 */
export async function readText(path: string, mostBytes = MOST_TEXT_BYTES): Promise<string> {
  const file = await openFile(path);
  try {
    if (file.size > mostBytes) {
      throw new SarIoError('UnsupportedFormat', {
        ...{ path, expected: `a text of at most ${mostBytes} bytes`, found: `${file.size} bytes` },
      });
    }
    return new TextDecoder().decode(await file.read(0, file.size));
  } finally {
    await file.close();
  }
}
