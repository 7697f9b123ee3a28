import type { ByteSource } from '../bytes/byte-source';
import { SarIoError } from '../errors';
import { identifyForeignFormat } from '../foreign-format';

/** Bytes of a value, by the field type of TIFF 6.0 and BigTIFF. */
const VALUE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

/** Of a directory at most; files have some dozens. */
const MOST_ENTRIES = 4096;

/** More directories than any raster has; a file may chain them in a circle. */
const MOST_DIRECTORIES = 1000;

/** Of one field of a file whose size is not known. */
const MOST_BYTES = 2 ** 26;

/**
 * Checks the header and the directories of a TIFF before anything is allocated by what they say: every field has to
 * lie inside the file.
 *
 * @throws SarIoError `UnsupportedFormat` where this is no TIFF, `CorruptFile`.
 */
export async function checkDirectories(bytes: ByteSource, signal?: AbortSignal): Promise<void> {
  const { path, size } = bytes;
  const view = async (position: number, length: number) => {
    const { buffer } = await bytes.read(position, length, signal);
    return new DataView(buffer);
  };
  const header = await view(0, Math.min(16, size));
  const text = size >= 2 ? String.fromCharCode(header.getUint8(0), header.getUint8(1)) : '';
  const little = text === 'II';
  const version = (little || text === 'MM') && size >= 8 ? header.getUint16(2, little) : undefined;
  if (version !== 42 && version !== 43) {
    const foreign = identifyForeignFormat(await bytes.read(0, Math.min(512, size), signal));
    if (!foreign) throw unknownContent(path, size);
    const { name: found, hint } = foreign;
    throw new SarIoError('UnsupportedFormat', `${path} is ${found}, not a TIFF`, {
      ...{ path, expected: 'a TIFF', found, hint },
    });
  }
  const big = version === 43;
  const offsetOf = (from: DataView, at: number) =>
    big ? Number(from.getBigUint64(at, little)) : from.getUint32(at, little);
  if (big && size < 16) fail('a header of 16 bytes', `${size} bytes`);
  let start = offsetOf(header, big ? 8 : 4);
  for (let directories = 0; directories === 0 || start !== 0; directories++) {
    if (directories === MOST_DIRECTORIES) fail(`at most ${MOST_DIRECTORIES} directories`, 'more');
    start = await checkDirectory(start);
  }

  /** The position of the next directory; 0 after the last one. */
  async function checkDirectory(position: number): Promise<number> {
    const [countBytes, entryBytes, offsetBytes] = big ? [8, 20, 8] : [2, 12, 4];
    const first = await view(position, countBytes);
    const count = big ? Number(first.getBigUint64(0, little)) : first.getUint16(0, little);
    if (count < 1 || count > MOST_ENTRIES) fail(`1 … ${MOST_ENTRIES} fields in a directory`, `${count}`);
    const entries = await view(position + countBytes, count * entryBytes + offsetBytes);
    for (let at = 0; at < count * entryBytes; at += entryBytes) {
      const [tag, type] = [entries.getUint16(at, little), entries.getUint16(at + 2, little)];
      const bytesPerValue = VALUE_BYTES[type] || fail(`a known type of field ${tag}`, `${type}`);
      const length = offsetOf(entries, at + 4) * bytesPerValue;
      const inline = length <= (big ? 8 : 4);
      const outside = inline ? 0 : offsetOf(entries, at + (big ? 12 : 8));
      if (Number.isFinite(size) ? outside + length > size : length > MOST_BYTES) {
        fail(`field ${tag} inside the file of ${size} bytes`, `${length} bytes at ${outside}`);
      }
    }
    return offsetOf(entries, count * entryBytes);
  }

  function fail(expected: string, found: string): never {
    throw new SarIoError('CorruptFile', `${path}: expected ${expected}, found ${found}`, {
      ...{ path, expected, found },
    });
  }
}

/** A file named as a TIFF may be damaged; another one is of some format that is not known here. */
function unknownContent(path: string, size: number): SarIoError {
  const expected = 'a TIFF';
  if (size === 0) return new SarIoError('CorruptFile', { path, expected, found: 'an empty file' });
  if (/\.tiff?(?:\?…)?$/i.test(path)) return new SarIoError('CorruptFile', { path, expected, found: 'none' });
  const hint =
    'Convert it to GeoTIFF, for example with gdal_translate; ENVI samples need their header FILE.hdr beside them';
  return new SarIoError('UnsupportedFormat', { path, expected, found: 'another format', hint });
}
