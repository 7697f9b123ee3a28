import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ndarray from 'ndarray';
import { expect, it } from 'vitest';
import { createNpy, readNpy } from '../src/node';
import { imageOf, temporaryFolder, testImage, writeInStrips } from './support';

const folder = temporaryFolder();
const path = join(folder, 'a.npy');

it('writes the bytes of NumPy', async () => {
  await writeInStrips(await createNpy(path, { bands: 1, width: 2, height: 1 }), imageOf([1, -2.5], 1, 1, 2));
  // numpy.save of np.array([[[1, -2.5]]], dtype='<f4')
  const dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 2), }";
  const header = Buffer.concat([Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 0x76, 0])]);
  const data = Buffer.from([0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0]);
  expect(readFileSync(path)).toEqual(
    Buffer.concat([header, Buffer.from(`${dictionary.padEnd(117)}\n`), data]),
  );
});

it('reads back what it wrote in strips, masked pixels as NaN', async () => {
  const [image, mask] = [testImage(3, 50, 20), ndarray(new Uint8Array(1000).fill(1), [50, 20])];
  mask.set(45, 3, 0);
  await writeInStrips(await createNpy(path, { bands: 3, width: 20, height: 50 }), image, mask, 7);
  const read = await readNpy(path);
  expect(read.shape).toEqual([3, 50, 20]);
  expect(read.data).toEqual(image.data.map((value, i) => (mask.data[i % 1000] ? value : Number.NaN)));
});

it('reads other shapes', async () => {
  const dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
  const header = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, dictionary.length, 0]);
  const data = Buffer.from(Float32Array.of(3, 4).buffer);
  writeFileSync(path, Buffer.concat([header, Buffer.from(dictionary), data]));
  expect(await readNpy(path)).toMatchObject({ shape: [2], data: Float32Array.of(3, 4) });
});

/** numpy.save, of these words of the dictionary. */
function numpyFile(version: number, words: string, data: Uint8Array): Buffer {
  const dictionary = `{${words}, }`;
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  length.writeUIntLE(dictionary.length, 0, length.length);
  return Buffer.concat([
    Buffer.from(`\x93NUMPY${String.fromCharCode(version)}\0`, 'latin1'),
    length,
    Buffer.from(dictionary),
    data,
  ]);
}

it.each([2, 3])('reads version %d', async (version) => {
  const words = "'descr': '<f4', 'fortran_order': False, 'shape': (1, 2)";
  writeFileSync(path, numpyFile(version, words, new Uint8Array(Float32Array.of(3, 4).buffer)));
  expect(await readNpy(path)).toMatchObject({ shape: [1, 2], data: Float32Array.of(3, 4) });
});

it.each([
  ["'descr': '>f4', 'fortran_order': False", 'type >f4'],
  ["'descr': '<c8', 'fortran_order': False", 'type <c8'],
  ["'descr': '|O', 'fortran_order': False", 'type |O'],
  ["'descr': [('VV', '<f4')], 'fortran_order': False", 'type of several fields, or none'],
  ["'descr': '<f4', 'fortran_order': True", 'Fortran order'],
])('refuses %s, and says how to write it', async (words, found) => {
  writeFileSync(path, numpyFile(1, `${words}, 'shape': (1, 2)`, new Uint8Array(8)));
  await expect(readNpy(path)).rejects.toMatchObject({
    code: 'UnsupportedFormat',
    found,
    hint: expect.stringContaining('numpy.save'),
  });
});

it('reports damaged files', async () => {
  await expect(readNpy(join(folder, 'none.npy'))).rejects.toMatchObject({ code: 'NotFound' });
  writeFileSync(path, 'something else');
  await expect(readNpy(path)).rejects.toMatchObject({ code: 'CorruptFile' });
  await writeInStrips(await createNpy(path, { bands: 1, width: 2, height: 1 }), imageOf([1, 2], 1, 1, 2));
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.subarray(0, bytes.length - 4));
  await expect(readNpy(path)).rejects.toThrow('expected 136 bytes, found 132');
  writeFileSync(path, Buffer.from(bytes.toString('latin1').replace('<f4', '<f8'), 'latin1'));
  await expect(readNpy(path)).rejects.toMatchObject({ code: 'UnsupportedFormat' });
});

it('aborting leaves nothing', async () => {
  const sink = await createNpy(join(folder, 'b.npy'), { bands: 1, width: 2, height: 2 });
  await sink.write(imageOf([1, 2], 1, 1, 2));
  await sink.abort();
  expect(readdirSync(folder)).toEqual(['a.npy']);
});
