/** Where rows and tiles wait until a GeoTIFF is complete: on disk, or in memory. */
export interface TemporaryFile {
  /** Number of bytes. */
  readonly length: number;
  /** Writes bytes from a position on, at most `length`. */
  write(position: number, bytes: Uint8Array): Promise<void>;
  /** Exactly these bytes. */
  read(position: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/** Bytes in memory. */
export class MemoryFile implements TemporaryFile {
  length = 0;
  private bytes = new Uint8Array(2 ** 16);

  async write(position: number, bytes: Uint8Array): Promise<void> {
    const end = position + bytes.length;
    if (end > this.bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.bytes.length));
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    this.bytes.set(bytes, position);
    this.length = Math.max(this.length, end);
  }

  async read(position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.bytes.slice(position, position + length);
  }

  close = async () => {};
}
