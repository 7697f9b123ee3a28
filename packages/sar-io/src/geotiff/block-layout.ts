import type { GeoTIFFImage } from 'geotiff';
import type { ByteSource } from '../bytes/byte-source';
import { SarIoError } from '../errors';
import type { SampleType } from './samples';

/** How the blocks (tiles or strips) of a TIFF image lie in the file. */
export interface BlockLayout {
  /** Rows of a block. */
  height: number;
  /** Of a decoded block. */
  bytes: number;
  offsets: ArrayLike<number | bigint>;
  byteCounts: ArrayLike<number | bigint>;
}

/** Whether each band of an image has blocks of its own. */
export const isSeparate = (image: GeoTIFFImage): boolean =>
  image.planarConfiguration === 2 && image.getSamplesPerPixel() > 1;

/** Numbers that lie together for one pixel of a block. */
export const numbersPerPixel = (image: GeoTIFFImage, { components }: SampleType): number =>
  components * (isSeparate(image) ? 1 : image.getSamplesPerPixel());

/** @throws SarIoError `CorruptFile` where sizes or offsets are missing. */
export async function blockLayout(
  source: ByteSource,
  image: GeoTIFFImage,
  type: SampleType,
): Promise<BlockLayout> {
  const { path } = source;
  const [width, height] = [image.getTileWidth(), image.getTileHeight()];
  const sizes = [image.getWidth(), image.getHeight(), width, height];
  if (!sizes.every((size) => Number.isInteger(size) && size > 0) || !(image.getSamplesPerPixel() > 0)) {
    const found = `${sizes.join(', ')} of ${image.getSamplesPerPixel()} samples`;
    throw new SarIoError('CorruptFile', `${path}: expected sizes of image and tiles, found ${found}`, {
      ...{ path, found },
    });
  }
  const directory = image.fileDirectory;
  const [offsets, byteCounts] = image.isTiled
    ? [await directory.loadValue('TileOffsets'), await directory.loadValue('TileByteCounts')]
    : [await directory.loadValue('StripOffsets'), await directory.loadValue('StripByteCounts')];
  if (!offsets || !byteCounts) {
    throw new SarIoError('CorruptFile', `${path}: TIFF without offsets of its blocks`, { path });
  }
  const rowBytes = width * type.bytes * numbersPerPixel(image, type);
  const blocks: BlockLayout = { height, bytes: height * rowBytes, offsets, byteCounts };
  const isPlain = (directory.getValue('Compression') ?? 1) === 1 && !image.isTiled && !type.packed;
  const joined =
    isPlain && !isSeparate(image) && joinStrips(blocks, image.getHeight(), rowBytes, source.size);
  return joined || blocks;
}

/** Of the rows that are read together where strips lie one after the other. */
const JOINED_BYTES = 2 ** 20;

/**
 * Uncompressed strips that lie one after the other as strips of about a megabyte, so that rows are not read one by one,
 * nor an image of one strip as a whole.
 *
 * @returns undefined where they do not, or where strips are missing or lie beyond the end of the file.
 */
function joinStrips(
  strips: BlockLayout,
  rows: number,
  rowBytes: number,
  fileSize: number,
): BlockLayout | undefined {
  const { height, offsets, byteCounts } = strips;
  const count = Math.ceil(rows / height);
  const start = Number(offsets[0]);
  if (start + rows * rowBytes > fileSize) return undefined;
  for (let i = 0; i < count; i++) {
    const first = i * height;
    if (Number(offsets[i]) !== start + first * rowBytes) return undefined;
    if (Number(byteCounts[i]) !== Math.min(height, rows - first) * rowBytes) return undefined;
  }
  const joined = Math.max(1, Math.floor(JOINED_BYTES / rowBytes));
  const parts = Array.from({ length: Math.ceil(rows / joined) }, (_, i) => i * joined);
  return {
    height: joined,
    bytes: joined * rowBytes,
    offsets: parts.map((first) => start + first * rowBytes),
    byteCounts: parts.map((first) => Math.min(joined, rows - first) * rowBytes),
  };
}
