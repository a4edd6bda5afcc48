import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { type Size } from './network.js';

/** What `writeOnnx` writes: one node after the other, in the words of ONNX. */
export interface OnnxGraph {
  readonly name: string;
  readonly inputs: readonly { readonly name: string; readonly shape: readonly Size[] }[];
  readonly outputs: readonly { readonly name: string; readonly shape: readonly Size[] }[];
  readonly weights: readonly OnnxWeight[];
  readonly nodes: readonly OnnxNode[];
}

export interface OnnxWeight {
  readonly name: string;
  readonly shape: readonly number[];
  /** Written as floats, or as int64: shapes, axes. */
  readonly elements: readonly number[] | Float64Array;
  readonly integers?: boolean;
}

export interface OnnxNode {
  readonly op: string;
  readonly name?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** `float` of a number: what ONNX calls an int has none of its own here. */
export type OnnxAttribute = number | string | readonly number[] | { readonly float: number };

const FLOAT = 1, INT64 = 7;
const IR_VERSION = 8;

/** An ONNX file (default operator set 17). */
export function writeOnnx(graph: OnnxGraph, { opset = 17, irVersion = IR_VERSION, producer = 'countersign' } = {}): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int64(irVersion);
  text(writer, 2, producer);
  message(writer, 7, () => writeGraph(writer, graph));
  message(writer, 8, () => {
    text(writer, 1, '');
    writer.tag(2, WireType.Varint).int64(opset);
  });
  return writer.finish();
}

function message(writer: BinaryWriter, field: number, body: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  body();
  writer.join();
}

const text = (writer: BinaryWriter, field: number, value: string): void => void writer.tag(field, WireType.LengthDelimited).string(value);

function writeGraph(writer: BinaryWriter, { name, inputs, outputs, weights, nodes }: OnnxGraph): void {
  for (const node of nodes) message(writer, 1, () => writeNode(writer, node));
  text(writer, 2, name);
  for (const weight of weights) message(writer, 5, () => writeWeight(writer, weight));
  for (const [field, values] of [[11, inputs], [12, outputs]] as const) for (const value of values) message(writer, field, () => writeValue(writer, value));
}

function writeNode(writer: BinaryWriter, { op, name, inputs, outputs, attributes = {} }: OnnxNode): void {
  for (const input of inputs) text(writer, 1, input);
  for (const output of outputs) text(writer, 2, output);
  if (name !== undefined) text(writer, 3, name);
  text(writer, 4, op);
  for (const [key, value] of Object.entries(attributes)) message(writer, 5, () => writeAttribute(writer, key, value));
}

function writeAttribute(writer: BinaryWriter, name: string, value: OnnxAttribute): void {
  text(writer, 1, name);
  const type = (number: number): void => void writer.tag(20, WireType.Varint).int32(number);
  if (typeof value === 'number') {
    writer.tag(3, WireType.Varint).int64(value);
    type(2);
  } else if (typeof value === 'string') {
    text(writer, 4, value);
    type(3);
  } else if ('float' in value) {
    writer.tag(2, WireType.Bit32).float(value.float);
    type(1);
  } else {
    for (const each of value) writer.tag(8, WireType.Varint).int64(each);
    type(7);
  }
}

function writeWeight(writer: BinaryWriter, { name, shape, elements, integers = false }: OnnxWeight): void {
  for (const size of shape) writer.tag(1, WireType.Varint).int64(size);
  writer.tag(2, WireType.Varint).int32(integers ? INT64 : FLOAT);
  text(writer, 8, name);
  const width = integers ? 8 : 4;
  const raw = new DataView(new ArrayBuffer(elements.length * width));
  elements.forEach((x, i) => (integers ? raw.setBigInt64(i * width, BigInt(x), true) : raw.setFloat32(i * width, x, true)));
  writer.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(raw.buffer));
}

function writeValue(writer: BinaryWriter, { name, shape }: { readonly name: string; readonly shape: readonly Size[] }): void {
  text(writer, 1, name);
  message(writer, 2, () => message(writer, 1, () => {
    writer.tag(1, WireType.Varint).int32(FLOAT);
    message(writer, 2, () => {
      for (const size of shape) {
        message(writer, 1, () => {
          if (typeof size === 'number') writer.tag(1, WireType.Varint).int64(size);
          else text(writer, 2, size);
        });
      }
    });
  }));
}
