import { Crc32c } from '@aws-crypto/crc32c';
import protobuf from 'protobufjs/minimal.js';

/** Version that event files begin with. */
const FILE_VERSION = 'brain.Event:2';

/** Scalars of one step, as TensorBoard shows them. */
export interface ScalarEvent {
  /** Seconds since 1970. */
  time: number;
  step: number;
  scalars: Readonly<Record<string, number>>;
}

/** The first record of a TensorBoard event file. */
export function eventFileHeader(time: number): Uint8Array {
  return record(
    protobuf.Writer.create().uint32(tag(1, 1)).double(time).uint32(tag(3, 2)).string(FILE_VERSION),
  );
}

/** A record of an event file: the message `Event` with a `Summary` of simple values (tensorflow/core/util/event.proto). */
export function scalarRecord({ time, step, scalars }: ScalarEvent): Uint8Array {
  const event = protobuf.Writer.create().uint32(tag(1, 1)).double(time).uint32(tag(2, 0)).int64(step);
  event.uint32(tag(5, 2)).fork();
  for (const [name, value] of Object.entries(scalars)) {
    event.uint32(tag(1, 2)).fork();
    event.uint32(tag(1, 2)).string(name).uint32(tag(2, 5)).float(value).ldelim();
  }
  return record(event.ldelim());
}

/** A field's number and wire type (0 varint, 1 eight bytes, 2 length and bytes, 5 four bytes), as protocol buffers code it. */
const tag = (field: number, wire: number): number => (field << 3) | wire;

/** A message framed as TFRecord: its length, that length's checksum, the message, its checksum. */
function record(message: protobuf.Writer): Uint8Array {
  const data = message.finish();
  const framed = new Uint8Array(12 + data.length + 4);
  const view = new DataView(framed.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedChecksum(framed.subarray(0, 8)), true);
  framed.set(data, 12);
  view.setUint32(12 + data.length, maskedChecksum(data), true);
  return framed;
}

/** CRC-32C, turned right by 15 bits and shifted by a constant, as TFRecord has it. */
export function maskedChecksum(bytes: Uint8Array): number {
  const crc = new Crc32c().update(bytes).digest();
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
