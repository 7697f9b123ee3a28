import { encodeIfd, ifdSize, type Tag } from './ifd';
import type { Level } from './level';

/** Describes the layout of the file to readers that know it, such as GDAL, so that they need fewer requests. */
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
 * @param append appends to the file.
 * @param levels From the finest to the coarsest.
 * @param tags Those of each level, without the places of its tiles.
 */
export async function writeCog(
  append: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
  levels: Level[],
  tags: Tag[][],
  options: CogOptions,
): Promise<void> {
  const bytes = levels.reduce((sum, { tiles }) => sum + tiles.length, 0);
  const classic = layOut(levels, tags, false);
  const big = options.bigTiff === 'auto' ? classic.length + bytes > CLASSIC_LIMIT : options.bigTiff;
  const header = big ? layOut(levels, tags, true) : classic;
  await append(header.encode());
  let done = 0;
  for (const { tiles } of [...levels].reverse()) {
    for (let position = 0; position < tiles.length; position += COPIED_BYTES) {
      options.signal?.throwIfAborted();
      const part = await tiles.read(position, Math.min(COPIED_BYTES, tiles.length - position));
      await append(part);
      done += part.length;
      options.onProgress?.(done, bytes);
    }
  }
}

/** Header and directories; `encode` gives their bytes, which are `length`. */
function layOut(
  levels: Level[],
  tags: Tag[][],
  big: boolean,
): { length: number; encode: () => Uint8Array<ArrayBuffer> } {
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
      const origin = levels.slice(i + 1).reduce((sum, level) => sum + level.tiles.length, length);
      return encodeIfd(withTiles(i, origin), positions[i], i + 1 < levels.length ? positions[i + 1] : 0, big);
    });
    const bytes = new Uint8Array(length);
    bytes.set(encodeHeader(start, big));
    directories.forEach((directory, i) => bytes.set(directory, positions[i]));
    return bytes;
  };
  return { length, encode };
}

function encodeHeader(firstIfd: number, big: boolean): Uint8Array {
  const header = new Uint8Array(firstIfd);
  const view = new DataView(header.buffer);
  const write = (text: string, at: number) => header.set(new TextEncoder().encode(text), at);
  write('II', 0);
  view.setUint16(2, big ? 43 : 42, true);
  if (big) {
    view.setUint16(4, 8, true);
    view.setBigUint64(8, BigInt(firstIfd), true);
  } else view.setUint32(4, firstIfd, true);
  write(GHOST, big ? 16 : 8);
  return header;
}

const even = (length: number) => length + (length % 2);
