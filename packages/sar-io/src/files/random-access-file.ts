import { type FileHandle, open } from 'node:fs/promises';
import { SarIoError } from '../errors';

/** Bytes that are read from anywhere: a file, or a part of one. */
export class RandomAccessFile {
  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    private readonly start: number,
    readonly size: number,
  ) {}

  /**
   * @param path Names the file in errors.
   * @param location Where its bytes lie: a file of its own, or part of another.
   */
  static async open(
    path: string,
    location: { file: string; start?: number; size?: number },
  ): Promise<RandomAccessFile> {
    const handle = await open(location.file).catch((cause) => {
      throw new SarIoError('NotFound', `${path} does not exist or cannot be read`, { cause });
    });
    const start = location.start ?? 0;
    const available = (await handle.stat()).size - start;
    return new RandomAccessFile(path, handle, start, location.size ?? available);
  }

  /**
   * Exactly that many bytes.
   *
   * @throws SarIoError `CorruptFile` where the file ends before, `ReadFailed`.
   */
  async read(position: number, length: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    signal?.throwIfAborted();
    if (position + length > this.size) {
      throw new SarIoError(
        'CorruptFile',
        `${this.path} is truncated: expected ${position + length} bytes, found ${this.size}`,
      );
    }
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const at = this.start + position + done;
      const { bytesRead } = await this.handle.read(bytes, done, length - done, at).catch((cause) => {
        throw new SarIoError('ReadFailed', `${this.path}: reading ${length} bytes at ${position} failed`, {
          cause,
        });
      });
      if (bytesRead === 0) {
        throw new SarIoError(
          'CorruptFile',
          `${this.path} is truncated: expected ${length} bytes at ${position}, found ${done}`,
        );
      }
      done += bytesRead;
    }
    return bytes;
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
