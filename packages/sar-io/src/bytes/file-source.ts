import { fstatSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { namingFile, SarIoError } from '../errors';
import { type ByteSource, checkRange, truncated } from './byte-source';
import { assertUnchanged, type FileState } from './file-state';

/** A byte range of a file, and its name. */
export interface FilePart {
  /** Names the bytes in errors. Default: the path of the file. */
  name?: string;
  /** Default 0. */
  start?: number;
  /** Default: all bytes from `start` on. */
  size?: number;
  /** Of the file when it was opened before. Default: as it is now. */
  state?: FileState;
}

/** Node reads less than 2 GiB at once. */
const LARGEST_READ = 1 << 30;

/**
 * Opens a file, or a part of it, to be read from any position. A file that is written anew while it is read, by its size and
 * time of modification, is an error.
 *
 * @throws SarIoError `NotFound`, `ReadFailed`, `UnsupportedFormat` for a folder.
 */
export async function openFile(path: string, part: FilePart = {}): Promise<ByteSource> {
  const { name = path, start = 0 } = part;
  const handle = await open(path).catch((cause) => {
    throw new SarIoError('NotFound', `${name} does not exist or cannot be read`, { path: name, cause });
  });
  const opened = async () => {
    const found = await handle.stat();
    if (!found.isFile())
      throw new SarIoError('UnsupportedFormat', {
        path: name,
        expected: 'a file',
        found: 'a folder or device',
      });
    assertUnchanged(name, part.state ?? found, found);
    return found;
  };
  const found = await opened().catch(async (error) => {
    await handle.close();
    throw namingFile(error, path);
  });
  const source: ByteSource = {
    path: name,
    size: part.size ?? Math.max(0, found.size - start),
    async read(position, length, signal) {
      signal?.throwIfAborted();
      checkRange(source, position, length);
      checkRange({ ...source, size: found.size }, start + position, length);
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const at = start + position + done;
        const part = Math.min(length - done, LARGEST_READ);
        const { bytesRead } = await handle.read(bytes, done, part, at).catch((cause) => {
          throw new SarIoError('ReadFailed', `${name}: reading ${length} bytes at ${position} failed`, {
            ...{ path: name, cause },
          });
        });
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      // Takes a tenth of the time of a small read. A handle that was closed meanwhile has no number.
      if (handle.fd >= 0) assertUnchanged(name, found, fstatSync(handle.fd));
      if (done < length) throw truncated(name, position + length, position + done);
      return bytes;
    },
    close: () => handle.close(),
  };
  return source;
}
