import { ModelError, readingWeights } from '../errors';

/** A float32 tensor outside tfjs, row-major. */
export interface NamedTensor {
  shape: number[];
  data: Float32Array;
}

/** Content of a safetensors file: tensors by name, and texts by key. */
export interface SafeTensors {
  tensors: Map<string, NamedTensor>;
  metadata: Record<string, string>;
}

const ELEMENT_BYTES = new Map<unknown, number>([
  ['F32', 4],
  ['F64', 8],
  ['I64', 8],
]);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);

/** Headers of networks are far smaller. */
const LARGEST_HEADER = 4 << 20;

/**
 * Reads a safetensors file (format: 8 bytes header length, JSON header, raw little-endian data).
 * F64 and I64 tensors are converted to float32.
 *
 * @param path names the file in errors.
 * @throws ModelError `InvalidWeights` if the file is truncated or not a well-formed safetensors file: the tensors must
 *   follow each other through all of the data without overlap or gap.
 */
export function parseSafetensors(bytes: Uint8Array, path = 'safetensors'): SafeTensors {
  return readingWeights(path, 'a safetensors file', () => parse(bytes, path));
}

function parse(bytes: Uint8Array, path: string): SafeTensors {
  const fail = (found: string): never => {
    throw new ModelError('InvalidWeights', `${path}: not a valid safetensors file: ${found}`, {
      ...{ path, expected: 'a safetensors file', found },
    });
  };
  if (bytes.length < 8) fail(`expected at least 8 bytes, found ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = Number(view.getBigUint64(0, true));
  if (headerLength > LARGEST_HEADER) fail(isTiff(bytes) ? 'it is a TIFF file' : 'it is of another format');
  if (8 + headerLength > bytes.length) fail(`header of ${headerLength} bytes, in a file of ${bytes.length}`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength)));
  } catch {
    fail('header is not JSON');
  }
  if (!isRecord(header)) return fail('header is not an object');
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    return fail('metadata are not strings');
  }
  const body = bytes.subarray(8 + headerLength);
  const tensors = new Map<string, NamedTensor>();
  const spans: { name: string; start: number; end: number }[] = [];
  for (const [name, entry] of Object.entries(entries)) {
    const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
    const size =
      ELEMENT_BYTES.get(dtype) ??
      fail(
        `tensor '${name}' has dtype ${typeof dtype === 'object' ? 'object' : dtype}, expected one of ${[...ELEMENT_BYTES.keys()]}`,
      );
    if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
      return fail(`tensor '${name}' has no valid shape or offsets`);
    }
    const count = shape.reduce((a, b) => a * b, 1);
    const [start, end] = offsets;
    if (end - start !== count * size) fail(`tensor '${name}' of shape [${shape}] spans ${end - start} bytes`);
    if (end > body.length)
      fail(
        `tensor '${name}' ends at byte ${end} of the data, which has ${body.length}: the file is truncated`,
      );
    spans.push({ name, start, end });
    tensors.set(name, {
      shape,
      data: toFloat32(new Uint8Array(body.subarray(start, end)), dtype as string),
    });
  }
  let covered = 0;
  for (const { name, start, end } of spans.sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== covered)
      fail(`tensor '${name}' should start at byte ${covered} of the data, found ${start}`);
    covered = end;
  }
  if (covered !== body.length) fail(`tensors end at byte ${covered} of the data, which has ${body.length}`);
  return { tensors, metadata: metadata as Record<string, string> };
}

const isTiff = ([first, second, version, next]: Uint8Array): boolean =>
  (first === 0x49 && second === 0x49 && (version === 42 || version === 43)) ||
  (first === 0x4d && second === 0x4d && (next === 42 || next === 43));

function toFloat32({ buffer }: Uint8Array, dtype: string): Float32Array {
  if (dtype === 'F32') return new Float32Array(buffer as ArrayBuffer);
  if (dtype === 'F64') return Float32Array.from(new Float64Array(buffer as ArrayBuffer));
  return Float32Array.from(new BigInt64Array(buffer as ArrayBuffer), Number);
}

/** Serializes float32 tensors as a safetensors file. */
export function encodeSafetensors({ tensors, metadata }: SafeTensors): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Padded with spaces so that the data start on a multiple of 8.
  const encoded = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(0x20);
  encoded.set(json);
  const bytes = new Uint8Array(8 + encoded.length + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(encoded.length), true);
  bytes.set(encoded, 8);
  let at = 8 + encoded.length;
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}
