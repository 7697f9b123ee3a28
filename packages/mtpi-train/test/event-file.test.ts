import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { expect, test } from 'vitest';
import { eventFileHeader, maskedChecksum, scalarRecord } from '../src/run/event-file';

/** CRC-32C bit by bit (RFC 3720), then TFRecord's mask. */
function plainChecksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  crc = ~crc >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** The fields of a message by number, in order. */
function fieldsOf(bytes: Uint8Array): [number, unknown][] {
  const reader = new BinaryReader(bytes);
  const kinds: Partial<Record<WireType, () => unknown>> = {
    [WireType.Varint]: () => Number(reader.int64()),
    [WireType.Bit64]: () => reader.double(),
    [WireType.LengthDelimited]: () => reader.bytes(),
    [WireType.Bit32]: () => reader.float(),
  };
  const fields: [number, unknown][] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    fields.push([field, kinds[type]!()]);
  }
  return fields;
}

/** The messages of a file of records, their checksums compared. */
function messagesOf(bytes: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = 0; at < bytes.length; ) {
    const length = Number(view.getBigUint64(at, true));
    expect(view.getUint32(at + 8, true)).toBe(plainChecksum(bytes.subarray(at, at + 8)));
    const message = bytes.subarray(at + 12, at + 12 + length);
    expect(view.getUint32(at + 12 + length, true)).toBe(plainChecksum(message));
    messages.push(message);
    at += 16 + length;
  }
  return messages;
}

const text = (bytes: unknown) => new TextDecoder().decode(bytes as Uint8Array);

test('the checksum is CRC-32C: its check value', () => {
  // RFC 3720 and Koopman's catalogue: CRC-32C of '123456789' is E3069283.
  const crc = 0xe3069283;
  const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  expect(maskedChecksum(new TextEncoder().encode('123456789'))).toBe(masked);
});

test('an event file is read back as it was written', () => {
  const step = 3_000_000_000;
  const file = Buffer.concat([
    eventFileHeader(1700000000.25),
    scalarRecord({ time: 1700000001.5, step, scalars: { loss: 0.75, 'learning rate': -2.5 } }),
  ]);
  const [header, event] = messagesOf(file).map(fieldsOf);
  expect(header[0]).toEqual([1, 1700000000.25]);
  expect([header[1][0], text(header[1][1])]).toEqual([3, 'brain.Event:2']);
  expect(event.slice(0, 2)).toEqual([
    [1, 1700000001.5],
    [2, step],
  ]);
  const values = fieldsOf(event[2][1] as Uint8Array).map(([, value]) => fieldsOf(value as Uint8Array));
  expect(values.map(([[, tag], [field, value]]) => [text(tag), field, value])).toEqual([
    ['loss', 2, 0.75],
    ['learning rate', 2, -2.5],
  ]);
});
