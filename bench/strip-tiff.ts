import { type FileHandle, open } from 'node:fs/promises';

/** Where the pixels begin in the file. */
export const FIRST_PIXEL = 4096;

/** Begins an uncompressed TIFF of one band in one strip; its pixels follow at `FIRST_PIXEL`. */
export async function openStripTiff(
  path: string,
  { width, height, bits, format }: { width: number; height: number; bits: number; format: number },
): Promise<FileHandle> {
  const tags: [tag: number, type: number, value: number][] = [
    [256, 4, width],
    [257, 4, height],
    [258, 3, bits],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, FIRST_PIXEL],
    [277, 3, 1],
    [278, 4, height],
    [279, 4, (bits / 8) * width * height],
    [339, 3, format],
  ];
  const header = Buffer.alloc(FIRST_PIXEL);
  header.write('II*\0', 'latin1');
  header.writeUInt32LE(8, 4);
  header.writeUInt16LE(tags.length, 8);
  for (const [i, [tag, type, value]] of tags.entries()) {
    header.writeUInt16LE(tag, 10 + 12 * i);
    header.writeUInt16LE(type, 12 + 12 * i);
    header.writeUInt32LE(1, 14 + 12 * i);
    header.writeUInt32LE(value, 18 + 12 * i);
  }
  const file = await open(path, 'w');
  await file.write(header);
  return file;
}
