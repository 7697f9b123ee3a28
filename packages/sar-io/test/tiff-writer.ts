import { writeFileSync } from 'node:fs';

const TYPES = {
  uint8: [1, 8, (view, at, value) => view.setUint8(at, value)],
  uint16: [1, 16, (view, at, value, little) => view.setUint16(at, value, little)],
  int16: [2, 16, (view, at, value, little) => view.setInt16(at, value, little)],
  float32: [3, 32, (view, at, value, little) => view.setFloat32(at, value, little)],
} satisfies Record<
  string,
  [format: number, bits: number, (view: DataView, at: number, value: number, little: boolean) => void]
>;

export interface TestTiff {
  width: number;
  height: number;
  type: keyof typeof TYPES;
  /** Numbers of each band, row by row; interleaved by pixel in the file. */
  bands: readonly ArrayLike<number>[];
  nodata?: string;
  /** Items inside `<GDALMetadata>`. */
  items?: string;
  /** The document that SNAP writes into its files. */
  dimap?: string;
  /** PhotometricInterpretation; default 1, intensities. */
  photometric?: number;
  /** ExtraSamples; 2 is an alpha band. */
  extraSamples?: readonly number[];
  /** Valid pixels as a transparency mask, a bit for each. */
  mask?: ArrayLike<number>;
  bigEndian?: boolean;
  /** The strip as it is compressed, with TIFF's number of the compression; default: uncompressed numbers. */
  compressed?: { code: number; strip: Uint8Array };
}

/** Writes a TIFF of one strip, as other programs do. */
export function writeTestTiff(path: string, tiff: TestTiff): string {
  const { width, height, type, bands, mask, bigEndian = false, compressed } = tiff;
  const [format, bits, set] = TYPES[type];
  const bytes = bits / 8;
  const pixels = new DataView(new ArrayBuffer(width * height * bands.length * bytes));
  for (let i = 0; i < width * height; i++) {
    for (const [b, band] of bands.entries()) set(pixels, (i * bands.length + b) * bytes, band[i], !bigEndian);
  }
  const ascii = (text: string) => Array.from(Buffer.from(`${text}\0`));
  const each = (value: number) => bands.map(() => value);
  const image = directory(width, height, each(bits), bands.length, tiff.photometric ?? 1);
  image[339] = ['short', each(format)];
  if (tiff.extraSamples) image[338] = ['short', [...tiff.extraSamples]];
  if (tiff.items) image[42112] = ['ascii', ascii(`<GDALMetadata>${tiff.items}</GDALMetadata>`)];
  if (tiff.dimap) image[65000] = ['ascii', ascii(tiff.dimap)];
  if (tiff.nodata !== undefined) image[42113] = ['ascii', ascii(tiff.nodata)];
  if (compressed) image[259] = ['short', [compressed.code]];
  const images: [Directory, Uint8Array][] = [[image, compressed?.strip ?? new Uint8Array(pixels.buffer)]];
  if (mask) {
    images.push([
      { ...directory(width, height, [1], 1, 4), 254: ['long', [4]] },
      packBits(mask, width, height),
    ]);
  }
  writeFileSync(path, encode(images, !bigEndian));
  return path;
}

type Directory = Record<number, [type: 'short' | 'long' | 'ascii', values: number[]]>;

const directory = (
  width: number,
  height: number,
  bits: number[],
  samples: number,
  photometric: number,
): Directory => ({
  256: ['long', [width]],
  257: ['long', [height]],
  258: ['short', bits],
  259: ['short', [1]],
  262: ['short', [photometric]],
  273: ['long', [0]],
  277: ['short', [samples]],
  278: ['long', [height]],
  279: ['long', [0]],
});

function packBits(mask: ArrayLike<number>, width: number, height: number): Uint8Array {
  const rowBytes = Math.ceil(width / 8);
  const packed = new Uint8Array(rowBytes * height);
  for (let i = 0; i < width * height; i++) {
    const [row, column] = [Math.floor(i / width), i % width];
    if (mask[i]) packed[row * rowBytes + (column >> 3)] |= 0x80 >> (column & 7);
  }
  return packed;
}

/** Each image's pixels, then its directory and the values that do not fit there. */
function encode(images: readonly [Directory, Uint8Array][], little: boolean): Uint8Array {
  const size = { ascii: [2, 1], short: [3, 2], long: [4, 4] } as const;
  const file = new DataView(
    new ArrayBuffer(
      64 +
        images.reduce((sum, [tags, { length }]) => {
          const values = Object.values(tags).reduce(
            (all, [type, { length: n }]) => all + n * size[type][1] + 16,
            0,
          );
          return sum + length + values + 16;
        }, 0),
    ),
  );
  const put = (at: number, type: keyof typeof size, value: number) => {
    if (type === 'ascii') file.setUint8(at, value);
    else if (type === 'short') file.setUint16(at, value, little);
    else file.setUint32(at, value, little);
  };
  file.setUint16(0, little ? 0x4949 : 0x4d4d);
  put(2, 'short', 42);
  let [pointer, at] = [4, 8];
  for (const [tags, pixels] of images) {
    new Uint8Array(file.buffer).set(pixels, at);
    tags[273] = ['long', [at]];
    tags[279] = ['long', [pixels.length]];
    at += pixels.length + (pixels.length % 2);
    put(pointer, 'long', at);
    const entries = Object.entries(tags);
    put(at, 'short', entries.length);
    let outside = at + 2 + 12 * entries.length + 4;
    for (const [i, [tag, [type, values]]] of entries.entries()) {
      const entry = at + 2 + 12 * i;
      const [code, bytes] = size[type];
      put(entry, 'short', Number(tag));
      put(entry + 2, 'short', code);
      put(entry + 4, 'long', values.length);
      const inside = values.length * bytes <= 4;
      if (!inside) put(entry + 8, 'long', outside);
      values.forEach((value, v) => put((inside ? entry + 8 : outside) + v * bytes, type, value));
      if (!inside) outside += values.length * bytes + ((values.length * bytes) % 2);
    }
    pointer = at + 2 + 12 * entries.length;
    at = outside;
  }
  return new Uint8Array(file.buffer);
}
