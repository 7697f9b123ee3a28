/** TIFF 6.0 and BigTIFF field types: code, bytes of a value. */
const TYPES = {
  ascii: [2, 1],
  short: [3, 2],
  long: [4, 4],
  double: [12, 8],
  long8: [16, 8],
} as const;

/** One field of an image file directory. */
export type Tag =
  | { tag: number; type: 'ascii'; values: string }
  | { tag: number; type: 'short' | 'long' | 'double' | 'long8'; values: readonly number[] };

/** Sizes that differ between classic TIFF and BigTIFF: of an entry count, an entry and an offset. */
const sizes = (big: boolean) =>
  big ? { count: 8, entry: 20, offset: 8 } : { count: 2, entry: 12, offset: 4 };

/** Bytes of a directory with the values that do not fit into its entries, an even number. */
export function ifdSize(tags: readonly Tag[], big: boolean): number {
  const { count, entry, offset } = sizes(big);
  const outside = tags.reduce((sum, tag) => sum + (byteLength(tag) > offset ? even(byteLength(tag)) : 0), 0);
  return even(count + tags.length * entry + offset) + outside;
}

/**
 * A little-endian image file directory, followed by the values that do not fit into its entries.
 *
 * @param position Where in the file it will stand.
 * @param next Where the next directory stands; 0 if it is the last.
 */
export function encodeIfd(tags: readonly Tag[], position: number, next: number, big: boolean): Buffer {
  const { count, entry, offset } = sizes(big);
  const buffer = Buffer.alloc(ifdSize(tags, big));
  const writeOffset = (value: number, at: number) =>
    big ? buffer.writeBigUInt64LE(BigInt(value), at) : buffer.writeUInt32LE(value, at);
  if (big) writeOffset(tags.length, 0);
  else buffer.writeUInt16LE(tags.length, 0);
  let at = count;
  let outside = even(count + tags.length * entry + offset);
  for (const tag of [...tags].sort((a, b) => a.tag - b.tag)) {
    const length = byteLength(tag);
    buffer.writeUInt16LE(tag.tag, at);
    buffer.writeUInt16LE(TYPES[tag.type][0], at + 2);
    writeOffset(length / TYPES[tag.type][1], at + 4);
    if (length <= offset) writeValues(buffer, tag, at + entry - offset);
    else {
      writeOffset(position + outside, at + entry - offset);
      writeValues(buffer, tag, outside);
      outside += even(length);
    }
    at += entry;
  }
  writeOffset(next, at);
  return buffer;
}

const even = (length: number) => length + (length % 2);

/** Text is UTF-8 with a closing NUL. */
function byteLength(tag: Tag): number {
  return tag.type === 'ascii' ? Buffer.byteLength(tag.values) + 1 : tag.values.length * TYPES[tag.type][1];
}

function writeValues(buffer: Buffer, tag: Tag, at: number): void {
  switch (tag.type) {
    case 'ascii':
      buffer.write(tag.values, at);
      return;
    case 'short':
      tag.values.forEach((value, i) => buffer.writeUInt16LE(value, at + 2 * i));
      return;
    case 'long':
      tag.values.forEach((value, i) => buffer.writeUInt32LE(value, at + 4 * i));
      return;
    case 'long8':
      tag.values.forEach((value, i) => buffer.writeBigUInt64LE(BigInt(value), at + 8 * i));
      return;
    case 'double':
      tag.values.forEach((value, i) => buffer.writeDoubleLE(value, at + 8 * i));
  }
}
