import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openGeoTiff } from '../src/node';
import { temporaryFolder } from './support';
import { writeTestTiff } from './tiff-writer';

const folder = temporaryFolder();
const [WIDTH, HEIGHT] = [7, 5];
const LERC = 34887;

/** Numbers of the types in a block. */
const UINT8 = 1;
const FLOAT32 = 6;

interface Block {
  type: typeof UINT8 | typeof FLOAT32;
  width?: number;
  /** 1 = valid. */
  mask?: readonly number[];
}

/** A block of LERC 2 whose valid numbers are stored as they are, after the specification of Esri. */
function storedBlock(numbers: readonly number[], { type, width = WIDTH, mask }: Block): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(4096));
  for (const [i, letter] of [...'Lerc2 '].entries()) bytes.setUint8(i, letter.charCodeAt(0));
  let at = 6;
  const int32 = (value: number) => {
    bytes.setInt32(at, value, true);
    at += 4;
  };
  const valid = numbers.filter((_, i) => mask?.[i] ?? 1);
  for (const value of [2, HEIGHT, width, valid.length, 8]) int32(value);
  const sizeAt = at;
  for (const value of [0, type]) int32(value);
  for (const value of [type === UINT8 ? 0.5 : 0, Math.min(...valid), Math.max(...valid)]) {
    bytes.setFloat64(at, value, true);
    at += 8;
  }
  if (mask) {
    // One run of literal bytes, the first pixel in the highest bit, and the end of runs.
    const packed = Array.from({ length: Math.ceil(mask.length / 8) }, (_, byte) =>
      mask.slice(8 * byte, 8 * byte + 8).reduce((sum, bit, i) => sum | (bit << (7 - i)), 0),
    );
    int32(packed.length + 4);
    bytes.setInt16(at, packed.length, true);
    for (const [i, value] of packed.entries()) bytes.setUint8(at + 2 + i, value);
    bytes.setInt16(at + 2 + packed.length, -32768, true);
    at += packed.length + 4;
  } else int32(0);
  bytes.setUint8(at++, 1);
  for (const value of valid) {
    if (type === UINT8) bytes.setUint8(at, value);
    else bytes.setFloat32(at, value, true);
    at += type === UINT8 ? 1 : 4;
  }
  bytes.setInt32(sizeAt, at, true);
  return new Uint8Array(bytes.buffer, 0, at);
}

async function read(type: 'uint8' | 'float32', strip: Uint8Array) {
  const path = join(folder, 'block.tif');
  const bands = [new Float32Array(WIDTH * HEIGHT)];
  const size = { width: WIDTH, height: HEIGHT };
  writeTestTiff(path, { ...size, type, bands, compressed: { code: LERC, strip } });
  const source = await openGeoTiff(path);
  try {
    return await source.read({ x: 0, y: 0, ...size });
  } finally {
    await source.close();
  }
}

const numbers = Array.from({ length: WIDTH * HEIGHT }, (_, i) => (37 * i + 11) % 251);

it.each([
  ['uint8', UINT8],
  ['float32', FLOAT32],
] as const)('a LERC block of %s that stores its numbers as they are', async (type, code) => {
  const { image, mask } = await read(type, storedBlock(numbers, { type: code }));
  expect(Array.from(image.data)).toEqual(numbers);
  expect(mask.data).toEqual(new Uint8Array(numbers.length).fill(1));
});

it('pixels that a LERC block masks are invalid', async () => {
  const valid = numbers.map((_, i) => Number(i % 3 !== 1));
  const { image, mask } = await read('float32', storedBlock(numbers, { type: FLOAT32, mask: valid }));
  expect(Array.from(mask.data)).toEqual(valid);
  expect(Array.from(image.data)).toEqual(numbers.map((number, i) => number * valid[i]));
});

it.each([
  ['numbers of another type', storedBlock(numbers, { type: FLOAT32 })],
  ['rows of another length', storedBlock([...numbers, ...numbers], { type: UINT8, width: 2 * WIDTH })],
])('a LERC block of %s is an error', async (_, strip) => {
  await expect(read('uint8', strip)).rejects.toMatchObject({ code: 'CorruptFile' });
});
