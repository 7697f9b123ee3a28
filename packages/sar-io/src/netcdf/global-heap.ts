import type { ByteSource } from '../bytes/byte-source';
import { SarIoError } from '../errors';

/** Bytes at the start and at the end of a file in which collections are looked for: there libraries write attributes. */
const SEARCHED_BYTES = 2 ** 24;

const SIGNATURE = 'GCOL';
const COLLECTION_HEADER = 16;
const OBJECT_HEADER = 16;

/**
 * Checks the collections of the global heap, which hold texts and references of attributes: the library does not end where
 * an object of one has no size, or more than its collection (HDF5 File Format Specification, III.E).
 *
 * @throws SarIoError `CorruptFile`.
 */
export async function checkGlobalHeap(file: ByteSource): Promise<void> {
  const tail = Math.max(SEARCHED_BYTES, file.size - SEARCHED_BYTES);
  for (const start of [0, tail]) {
    const length = Math.min(SEARCHED_BYTES, file.size - start);
    if (length <= 0) continue;
    const bytes = await file.read(start, length);
    const found = damagedObject(bytes);
    if (found === undefined) continue;
    throw new SarIoError('CorruptFile', {
      path: file.path,
      expected: 'objects of its global heap within their collection',
      found: `another size at byte ${start + found}`,
      hint: 'Copy or download the file again',
    });
  }
}

/** Where an object of a collection lies whose size cannot be. */
function damagedObject(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = text.indexOf(SIGNATURE); at >= 0; at = text.indexOf(SIGNATURE, at + 1)) {
    if (at + COLLECTION_HEADER > bytes.length || view.getUint32(at + 4, true) !== 1) continue; // not version 1
    const end = at + Number(view.getBigUint64(at + 8, true));
    let object = at + COLLECTION_HEADER;
    while (object + OBJECT_HEADER <= Math.min(end, bytes.length)) {
      const isFreeSpace = view.getUint16(object, true) === 0;
      const size = Number(view.getBigUint64(object + 8, true));
      // The size of free space counts its header, and is not padded to eight bytes.
      const step = isFreeSpace ? size : OBJECT_HEADER + Math.ceil(size / 8) * 8;
      if (step < OBJECT_HEADER || object + step > end) return object;
      object += step;
    }
  }
  return undefined;
}
