import { Crc32c } from '@aws-crypto/crc32c';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

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
    new BinaryWriter()
      .tag(1, WireType.Bit64)
      .double(time)
      .tag(3, WireType.LengthDelimited)
      .string(FILE_VERSION),
  );
}

/** A record of an event file: the message `Event` with a `Summary` of simple values (tensorflow/core/util/event.proto). */
export function scalarRecord({ time, step, scalars }: ScalarEvent): Uint8Array {
  const event = new BinaryWriter().tag(1, WireType.Bit64).double(time).tag(2, WireType.Varint).int64(step);
  event.tag(5, WireType.LengthDelimited).fork();
  for (const [name, value] of Object.entries(scalars)) {
    event.tag(1, WireType.LengthDelimited).fork();
    event.tag(1, WireType.LengthDelimited).string(name).tag(2, WireType.Bit32).float(value).join();
  }
  return record(event.join());
}

/** A message framed as TFRecord: its length, that length's checksum, the message, its checksum. */
function record(message: BinaryWriter): Uint8Array {
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
