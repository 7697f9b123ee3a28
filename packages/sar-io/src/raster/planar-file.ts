import { DiskFile } from '../files/disk-file';

/** A file of float32 planes, little-endian, each written from top to bottom. */
export class PlanarFile {
  private constructor(
    private readonly file: DiskFile,
    private readonly header: number,
    private readonly planeLength: number,
  ) {}

  /** @param planeLength Values in a plane. */
  static async create(
    path: string,
    planeLength: number,
    header: Uint8Array = new Uint8Array(0),
  ): Promise<PlanarFile> {
    const file = await DiskFile.create(path);
    await file.write(0, header);
    return new PlanarFile(file, header.length, planeLength);
  }

  /** Writes values into a plane, from its given value on. */
  write(plane: number, first: number, values: Float32Array): Promise<void> {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return this.file.write(this.header + 4 * (plane * this.planeLength + first), bytes);
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
