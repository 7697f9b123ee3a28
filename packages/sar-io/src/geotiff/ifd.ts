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
export function encodeIfd(tags: readonly Tag[], position: number, next: number, big: boolean): Uint8Array {
  const { count, entry, offset } = sizes(big);
  const bytes = new Uint8Array(ifdSize(tags, big));
  const view = new DataView(bytes.buffer);
  const writeOffset = (value: number, at: number) =>
    big ? view.setBigUint64(at, BigInt(value), true) : view.setUint32(at, value, true);
  if (big) writeOffset(tags.length, 0);
  else view.setUint16(0, tags.length, true);
  let at = count;
  let outside = even(count + tags.length * entry + offset);
  for (const tag of [...tags].sort((a, b) => a.tag - b.tag)) {
    const length = byteLength(tag);
    view.setUint16(at, tag.tag, true);
    view.setUint16(at + 2, TYPES[tag.type][0], true);
    writeOffset(length / TYPES[tag.type][1], at + 4);
    if (length <= offset) writeValues(view, tag, at + entry - offset);
    else {
      writeOffset(position + outside, at + entry - offset);
      writeValues(view, tag, outside);
      outside += even(length);
    }
    at += entry;
  }
  writeOffset(next, at);
  return bytes;
}

const even = (length: number) => length + (length % 2);

/** Text is UTF-8 with a closing NUL. */
const encodeText = (text: string) => new TextEncoder().encode(text);

function byteLength(tag: Tag): number {
  return tag.type === 'ascii' ? encodeText(tag.values).length + 1 : tag.values.length * TYPES[tag.type][1];
}

function writeValues(view: DataView, tag: Tag, at: number): void {
  switch (tag.type) {
    case 'ascii':
      new Uint8Array(view.buffer).set(encodeText(tag.values), at);
      return;
    case 'short':
      tag.values.forEach((value, i) => view.setUint16(at + 2 * i, value, true));
      return;
    case 'long':
      tag.values.forEach((value, i) => view.setUint32(at + 4 * i, value, true));
      return;
    case 'long8':
      tag.values.forEach((value, i) => view.setBigUint64(at + 8 * i, BigInt(value), true));
      return;
    case 'double':
      tag.values.forEach((value, i) => view.setFloat64(at + 8 * i, value, true));
  }
}
