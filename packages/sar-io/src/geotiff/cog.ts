import { type FileHandle, open } from 'node:fs/promises';
import { encodeIfd, ifdSize, type Tag } from './ifd';
import type { Level } from './level';

/** Tells readers that know it, GDAL among them, how the file is laid out, so that they need fewer requests. */
const LAYOUT = [
  'LAYOUT=IFDS_BEFORE_DATA',
  'BLOCK_ORDER=ROW_MAJOR',
  'BLOCK_LEADER=SIZE_AS_UINT4',
  'BLOCK_TRAILER=LAST_4_BYTES_REPEATED',
  'KNOWN_INCOMPATIBLE_EDITION=NO\n ',
].join('\n');
const GHOST = `GDAL_STRUCTURAL_METADATA_SIZE=${String(LAYOUT.length).padStart(6, '0')} bytes\n${LAYOUT}`;

/** Copied at a time. */
const COPIED_BYTES = 2 ** 20;

/** Classic TIFF holds offsets of 32 bits. */
const CLASSIC_LIMIT = 2 ** 32 - 1;

export interface CogOptions {
  bigTiff: boolean | 'auto';
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

/**
 * Writes a cloud-optimized GeoTIFF: header, all directories, then tiles, those of the coarsest level first.
 *
 * @param levels From the finest to the coarsest.
 * @param tags Those of each level, without the places of its tiles.
 */
export async function writeCog(
  path: string,
  levels: Level[],
  tags: Tag[][],
  options: CogOptions,
): Promise<void> {
  const bytes = levels.reduce((sum, { length }) => sum + length, 0);
  const classic = layOut(levels, tags, false);
  const big = options.bigTiff === 'auto' ? classic.length + bytes > CLASSIC_LIMIT : options.bigTiff;
  const header = big ? layOut(levels, tags, true) : classic;
  const file = await open(path, 'wx');
  try {
    await file.write(header.encode());
    let done = 0;
    for (const level of [...levels].reverse()) {
      for await (const length of copy(level.path, file)) {
        options.signal?.throwIfAborted();
        done += length;
        options.onProgress?.(done, bytes);
      }
    }
  } finally {
    await file.close();
  }
}

/** Appends a file to another; yields how many bytes at a time. */
async function* copy(path: string, target: FileHandle): AsyncGenerator<number> {
  const source = await open(path);
  try {
    const buffer = Buffer.alloc(COPIED_BYTES);
    for (;;) {
      const { bytesRead } = await source.read(buffer);
      if (bytesRead === 0) return;
      await target.appendFile(buffer.subarray(0, bytesRead));
      yield bytesRead;
    }
  } finally {
    await source.close();
  }
}

/** Header and directories; `encode` gives their bytes, which are `length`. */
function layOut(levels: Level[], tags: Tag[][], big: boolean): { length: number; encode: () => Buffer } {
  const start = even((big ? 16 : 8) + GHOST.length);
  const withTiles = (i: number, origin: number): Tag[] => [
    ...tags[i],
    { tag: 324, type: big ? 'long8' : 'long', values: levels[i].offsets.map((offset) => origin + offset) },
    { tag: 325, type: 'long', values: levels[i].byteCounts },
  ];
  const positions = [start];
  levels.forEach((_, i) => positions.push(positions[i] + ifdSize(withTiles(i, 0), big)));
  const length = positions[levels.length];
  const encode = () => {
    const directories = levels.map((_, i) => {
      const origin = levels.slice(i + 1).reduce((sum, level) => sum + level.length, length);
      return encodeIfd(withTiles(i, origin), positions[i], i + 1 < levels.length ? positions[i + 1] : 0, big);
    });
    return Buffer.concat([encodeHeader(start, big), ...directories]);
  };
  return { length, encode };
}

function encodeHeader(firstIfd: number, big: boolean): Buffer {
  const header = Buffer.alloc(firstIfd);
  header.write('II');
  header.writeUInt16LE(big ? 43 : 42, 2);
  if (big) {
    header.writeUInt16LE(8, 4);
    header.writeBigUInt64LE(BigInt(firstIfd), 8);
  } else header.writeUInt32LE(firstIfd, 4);
  header.write(GHOST, big ? 16 : 8);
  return header;
}

const even = (length: number) => length + (length % 2);
