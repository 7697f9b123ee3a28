import { ZSTDDecoder } from 'zstddec';
import type { Zlib } from './zlib';

type Bytes = Uint8Array<ArrayBuffer>;

/** Decompresses a block into at most `limit` bytes. */
export type Decompress = (block: Bytes, limit: number) => Bytes | Promise<Bytes>;

interface Compression {
  decompress: Decompress;
  /** How many times its size a block can hold at most; for 0, nothing can be said. */
  ratio: number;
}

let zstd: Promise<ZSTDDecoder> | undefined;

/** By TIFF's number of the compression; undefined for those that are not decompressed here. */
export function compressionOf(code: number, zlib: Zlib): Compression | undefined {
  switch (code) {
    case 1:
      return { decompress: (block) => block, ratio: 1 };
    case 5:
      return { decompress: decompressLzw, ratio: 4096 };
    case 8:
    case 32946:
      return { decompress: zlib.decompress, ratio: 1100 };
    case 32773:
      return { decompress: decompressPackBits, ratio: 64 };
    case 50000:
      return { decompress: decompressZstd, ratio: 40_000 };
  }
  return undefined;
}

const CLEAR = 256;
const END = 257;

/** LZW of TIFF 6.0, section 13: codes of 9 to 12 bits, the highest bit first. */
function decompressLzw(block: Bytes, limit: number): Bytes {
  const result = new Uint8Array(limit);
  // A string is a code's own prefix and one byte more; as it was written once, it is copied from the result.
  const starts = new Uint32Array(4096);
  const lengths = new Uint16Array(4096);
  let [bits, next, previous] = [9, END + 1, -1];
  let [start, end] = [0, 0];
  let [buffer, available] = [0, 0];
  for (let at = 0; end < limit; ) {
    while (available < bits && at < block.length) {
      buffer = ((buffer << 8) | block[at++]) & 0xffffff;
      available += 8;
    }
    if (available < bits) break;
    available -= bits;
    const code = (buffer >> available) & ((1 << bits) - 1);
    if (code === END) break;
    if (code === CLEAR) {
      [bits, next, previous] = [9, END + 1, -1];
      continue;
    }
    const known = code < CLEAR || (code > END && code < next);
    if (!known && (code !== next || previous < 0)) throw new RangeError(`LZW code ${code} is not defined`);
    const from = end;
    if (code < CLEAR) result[end++] = code;
    else if (known) end = repeat(result, starts[code], lengths[code], end);
    else {
      const first = result[start];
      end = repeat(result, start, from - start, end);
      if (end < limit) result[end++] = first;
    }
    if (previous >= 0 && next < 4096) {
      starts[next] = start;
      lengths[next++] = from - start + 1;
    }
    [previous, start] = [code, from];
    if (next + 1 >= 1 << bits && bits < 12) bits++;
  }
  return result.subarray(0, end);
}

/** Appends a stretch of the result to it, which may overlap with what it appends. */
function repeat(result: Bytes, from: number, length: number, end: number): number {
  const stop = Math.min(end + length, result.length);
  for (let at = end, source = from; at < stop; ) result[at++] = result[source++];
  return stop;
}

/** PackBits of TIFF 6.0, section 9. */
function decompressPackBits(block: Bytes, limit: number): Bytes {
  const result = new Uint8Array(limit);
  let end = 0;
  for (let at = 0; at < block.length && end < limit; ) {
    const header = block[at++];
    if (header === 128) continue;
    const count = header < 128 ? header + 1 : 257 - header;
    const stop = Math.min(end + count, limit);
    if (header < 128) {
      result.set(block.subarray(at, Math.min(at + count, at + stop - end)), end);
      at += count;
    } else result.fill(block[at++], end, stop);
    end = stop;
  }
  return result.subarray(0, end);
}

export async function decompressZstd(block: Bytes, limit: number): Promise<Bytes> {
  zstd ??= (async () => {
    const decoder = new ZSTDDecoder();
    await decoder.init();
    return decoder;
  })();
  return new Uint8Array((await zstd).decode(block, limit));
}
