import { type FileHandle, open } from 'node:fs/promises';
import { SarIoError } from '../errors';
import type { TemporaryFile } from '../geotiff/temporary-file';

/** A new file that is written at any position and read again. */
export class DiskFile implements TemporaryFile {
  length = 0;

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
  ) {}

  static async create(path: string): Promise<DiskFile> {
    return new DiskFile(path, await open(path, 'wx+'));
  }

  async write(position: number, bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      done += (await this.file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
    }
    this.length = Math.max(this.length, position + bytes.length);
  }

  async read(position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await this.file.read(bytes, done, length - done, position + done);
      if (bytesRead === 0) {
        throw new SarIoError('ReadFailed', {
          ...{ path: this.path, expected: `${length} bytes at ${position}`, found: `${done}` },
        });
      }
      done += bytesRead;
    }
    return bytes;
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}
