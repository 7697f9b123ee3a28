import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Attribute, ElementType, Graph, Node, Port, TensorData } from './graph';

/** ONNX operator set written here. 18 is the first whose reductions all take their axes as an input. */
const OPSET = 18;
const IR_VERSION = 8;

const dataTypes: Record<ElementType, number> = { float32: 1, int32: 6, int64: 7, bool: 9 };

type Message = (writer: BinaryWriter) => void;

const message = (writer: BinaryWriter, field: number, body: Message): void => {
  writer.tag(field, WireType.LengthDelimited).fork();
  body(writer);
  writer.join();
};
const text = (writer: BinaryWriter, field: number, value: string) =>
  writer.tag(field, WireType.LengthDelimited).string(value);
const integer = (writer: BinaryWriter, field: number, value: number) =>
  writer.tag(field, WireType.Varint).int64(value);

/** Serializes a graph as the bytes of an ONNX `ModelProto` (field numbers: onnx.proto3 of the ONNX specification). */
export function encodeModel(graph: Graph, name: string, metadata: Record<string, string> = {}): Uint8Array {
  const writer = new BinaryWriter();
  integer(writer, 1, IR_VERSION);
  text(writer, 2, '@mtpi/tfjs-onnx');
  message(writer, 7, (w) => encodeGraph(w, graph, name));
  message(writer, 8, (w) => integer(w, 2, OPSET));
  for (const [key, value] of Object.entries(metadata)) {
    message(writer, 14, (w) => {
      text(w, 1, key);
      text(w, 2, value);
    });
  }
  return writer.finish();
}

function encodeGraph(writer: BinaryWriter, graph: Graph, name: string): void {
  for (const node of graph.nodes) message(writer, 1, (w) => encodeNode(w, node));
  text(writer, 2, name);
  for (const [key, tensor] of graph.initializers) message(writer, 5, (w) => encodeTensor(w, key, tensor));
  for (const port of graph.inputs) message(writer, 11, (w) => encodePort(w, port));
  for (const port of graph.outputs) message(writer, 12, (w) => encodePort(w, port));
}

function encodeNode(writer: BinaryWriter, node: Node): void {
  for (const input of node.inputs) text(writer, 1, input);
  for (const output of node.outputs) text(writer, 2, output);
  text(writer, 3, node.outputs[0]);
  text(writer, 4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) {
    message(writer, 5, (w) => encodeAttribute(w, name, value));
  }
}

function encodeAttribute(writer: BinaryWriter, name: string, value: Attribute): void {
  text(writer, 1, name);
  if (typeof value === 'number') {
    integer(writer, 3, value);
    integer(writer, 20, 2);
  } else if (typeof value === 'string') {
    text(writer, 4, value);
    integer(writer, 20, 3);
  } else if (Array.isArray(value)) {
    for (const item of value) integer(writer, 8, item);
    integer(writer, 20, 7);
  } else if ('float' in value) {
    writer.tag(2, WireType.Bit32).float(value.float);
    integer(writer, 20, 1);
  } else {
    for (const item of value.floats) writer.tag(7, WireType.Bit32).float(item);
    integer(writer, 20, 6);
  }
}

function encodeTensor(writer: BinaryWriter, name: string, { dims, type, data }: TensorData): void {
  for (const dim of dims) integer(writer, 1, dim);
  integer(writer, 2, dataTypes[type]);
  text(writer, 8, name);
  writer
    .tag(9, WireType.LengthDelimited)
    .bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function encodePort(writer: BinaryWriter, { name, type, dims }: Port): void {
  text(writer, 1, name);
  message(writer, 2, (typeProto) =>
    message(typeProto, 1, (tensorType) => {
      integer(tensorType, 1, dataTypes[type]);
      message(tensorType, 2, (shape) => {
        for (const dim of dims)
          message(shape, 1, (w) => (typeof dim === 'number' ? integer(w, 1, dim) : text(w, 2, dim)));
      });
    }),
  );
}
