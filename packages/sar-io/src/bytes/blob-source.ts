import { SarIoError } from '../errors';
import { type ByteSource, checkRange } from './byte-source';

/**
 * The bytes of a Blob, such as a File that a user has chosen in a browser.
 *
 * @param path Names them in errors; by default the name of the File.
 */
export function blobSource(blob: Blob, path = 'name' in blob ? String(blob.name) : 'blob'): ByteSource {
  const source: ByteSource = {
    path,
    size: blob.size,
    async read(position, length, signal) {
      signal?.throwIfAborted();
      checkRange(source, position, length);
      const bytes = await blob
        .slice(position, position + length)
        .arrayBuffer()
        .catch((cause) => {
          throw new SarIoError('ReadFailed', `${path}: reading ${length} bytes at ${position} failed`, {
            ...{ path, cause },
          });
        });
      return new Uint8Array(bytes);
    },
    close: async () => {},
  };
  return source;
}
