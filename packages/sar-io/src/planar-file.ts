import { type FileHandle, open } from 'node:fs/promises';
import { SarIoError } from './errors';

/** A file of float32 planes, little-endian, each written from top to bottom. */
export class PlanarFile {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private readonly header: number,
    private readonly planeLength: number,
  ) {}

  /** @param planeLength Values in a plane. */
  static async create(
    path: string,
    planeLength: number,
    header: Buffer = Buffer.alloc(0),
  ): Promise<PlanarFile> {
    const file = await open(path, 'wx+');
    if (header.length > 0) await file.write(header, 0, header.length, 0);
    return new PlanarFile(path, file, header.length, planeLength);
  }

  /** Writes values into a plane, from its given value on. */
  async write(plane: number, first: number, values: Float32Array): Promise<void> {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const position = this.header + 4 * (plane * this.planeLength + first);
    for (let done = 0; done < bytes.length; ) {
      done += (await this.file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
    }
  }

  /** Values of a plane that have been written, from its given one on. */
  async read(plane: number, first: number, count: number): Promise<Float32Array> {
    const values = new Float32Array(count);
    const bytes = new Uint8Array(values.buffer);
    const position = this.header + 4 * (plane * this.planeLength + first);
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await this.file.read(bytes, done, bytes.length - done, position + done);
      if (bytesRead === 0)
        throw new SarIoError(
          'ReadFailed',
          `${this.path}: expected ${bytes.length} bytes at ${position}, found ${done}`,
        );
      done += bytesRead;
    }
    return values;
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}
