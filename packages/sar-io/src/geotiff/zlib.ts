/** Compression of zlib streams (RFC 1950), TIFF's deflate. */
export interface Zlib {
  /** @param predicted the bytes are differences, in which little but single values repeats. */
  compress(bytes: Uint8Array<ArrayBuffer>, predicted: boolean): Promise<Uint8Array>;
  /** The decompressed bytes; an error where these are more than `limit`. */
  decompress(bytes: Uint8Array<ArrayBuffer>, limit: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** By the streams that browsers and Node have built in. */
export const streamZlib: Zlib = {
  compress: (bytes) => collect(bytes, new CompressionStream('deflate'), Number.POSITIVE_INFINITY),
  decompress: (bytes, limit) => collect(bytes, new DecompressionStream('deflate'), limit),
};

async function collect(
  bytes: Uint8Array<ArrayBuffer>,
  transform: CompressionStream | DecompressionStream,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (const reader = new Blob([bytes]).stream().pipeThrough(transform).getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      throw new RangeError(`expected at most ${limit} bytes, found more`);
    }
    chunks.push(value);
  }
  return new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}
