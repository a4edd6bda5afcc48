import { type Field, notOnnx, readFields } from './wire.js';

/**
 * The messages of an ONNX file, as far as inference needs them (onnx.proto, IR versions 3 to 13). Descriptions and metadata are ignored; sparse
 * tensors, functions, subgraphs and data outside of the file are refused.
 */
export interface ModelMessage {
  readonly irVersion: number;
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
  readonly graph: GraphMessage;
}

export interface GraphMessage {
  readonly nodes: readonly NodeMessage[];
  readonly initializers: readonly TensorMessage[];
  readonly inputs: readonly ValueMessage[];
  readonly outputs: readonly ValueMessage[];
}

export interface NodeMessage {
  readonly op: string;
  readonly domain: string;
  readonly name: string;
  /** An operand that is left out is an empty text. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, AttributeMessage>;
}

/** What an attribute holds; `type` says which of them, by the number of ONNX. */
export interface AttributeMessage {
  readonly name: string;
  readonly type: number;
  readonly float?: number;
  readonly integer?: number;
  readonly text?: string;
  readonly tensor?: TensorMessage;
  readonly floats: readonly number[];
  readonly integers: readonly number[];
}

export interface TensorMessage {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly raw?: Uint8Array;
  readonly floats: readonly number[];
  readonly int32s: readonly number[];
  readonly int64s: readonly number[];
  readonly doubles: readonly number[];
}

export interface ValueMessage {
  readonly name: string;
  /** Undefined where the file says nothing. */
  readonly elementType?: number;
  /** A number, or the name of a size that is not known. */
  readonly dims?: readonly (number | string)[];
}

/** More would be no model but an attack on who reads it. */
export const MOST_NODES = 4096;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Throws CS0650. */
export function readModel(bytes: Uint8Array): ModelMessage {
  let irVersion = 0;
  const opsets: { domain: string; version: number }[] = [];
  let graph: GraphMessage | undefined;
  readFields(bytes, 'model', {
    1: (field) => { irVersion = field.integer(); },
    2: 'ignored', 3: 'ignored', 4: 'ignored', 5: 'ignored', 6: 'ignored', 14: 'ignored', 20: 'ignored', 30: 'ignored',
    7: (field) => {
      if (graph) throw notOnnx('it has two graphs');
      graph = readGraph(field.bytes());
    },
    8: (field) => {
      const opset = { domain: '', version: 0 };
      readFields(field.bytes(), 'operator set', { 1: (each) => { opset.domain = each.text(); }, 2: (each) => { opset.version = each.integer(); } });
      opsets.push(opset);
    },
  });
  if (!graph) throw notOnnx('it has no graph');
  return { irVersion, opsets, graph };
}

function readGraph(bytes: Uint8Array): GraphMessage {
  const graph = { nodes: [] as NodeMessage[], initializers: [] as TensorMessage[], inputs: [] as ValueMessage[], outputs: [] as ValueMessage[] };
  const add = <T>(to: T[], each: T): void => {
    if (to.push(each) > MOST_NODES) throw notOnnx(`its graph has more than ${MOST_NODES} parts`);
  };
  readFields(bytes, 'graph', {
    1: (field) => add(graph.nodes, readNode(field.bytes())),
    2: 'ignored', 10: 'ignored', 13: 'ignored', 16: 'ignored',
    5: (field) => add(graph.initializers, readTensor(field.bytes())),
    11: (field) => add(graph.inputs, readValue(field.bytes())),
    12: (field) => add(graph.outputs, readValue(field.bytes())),
  });
  return graph;
}

function readNode(bytes: Uint8Array): NodeMessage {
  const node = { op: '', domain: '', name: '', inputs: [] as string[], outputs: [] as string[], attributes: new Map<string, AttributeMessage>() };
  readFields(bytes, 'node', {
    1: (field) => { node.inputs.push(field.text()); },
    2: (field) => { node.outputs.push(field.text()); },
    3: (field) => { node.name = field.text(); },
    4: (field) => { node.op = field.text(); },
    5: (field) => {
      const attribute = readAttribute(field.bytes());
      if (node.attributes.has(attribute.name)) throw notOnnx('a node has an attribute twice');
      node.attributes.set(attribute.name, attribute);
    },
    6: 'ignored', 9: 'ignored',
    7: (field) => { node.domain = field.text(); },
  });
  return node;
}

function readAttribute(bytes: Uint8Array): AttributeMessage {
  const attribute: Mutable<AttributeMessage> & { floats: number[]; integers: number[] } = { name: '', type: 0, floats: [], integers: [] };
  readFields(bytes, 'attribute', {
    1: (field) => { attribute.name = field.text(); },
    2: (field) => { attribute.float = field.float(); },
    3: (field) => { attribute.integer = field.integer(); },
    4: (field) => { attribute.text = field.text(); },
    5: (field) => { attribute.tensor = readTensor(field.bytes()); },
    7: (field) => field.floats(attribute.floats),
    8: (field) => field.integers(attribute.integers),
    // Subgraphs, lists of texts, of tensors: no operator that is translated has them, and which one it was is said there.
    6: 'ignored', 9: 'ignored', 10: 'ignored', 11: 'ignored', 13: 'ignored', 22: 'ignored', 23: 'ignored',
    20: (field) => { attribute.type = field.integer(); },
  });
  return attribute;
}

const EXTERNAL = 1;

/** A tensor by itself is also a file: the inputs and outputs of ONNX's tests. */
export function readTensor(bytes: Uint8Array): TensorMessage {
  const tensor: Mutable<TensorMessage> & { dims: number[]; floats: number[]; int32s: number[]; int64s: number[]; doubles: number[] } =
    { name: '', dims: [], dataType: 0, floats: [], int32s: [], int64s: [], doubles: [] };
  readFields(bytes, 'tensor', {
    1: (field) => field.integers(tensor.dims),
    2: (field) => { tensor.dataType = field.integer(); },
    4: (field) => field.floats(tensor.floats),
    5: (field) => field.integers(tensor.int32s),
    7: (field) => field.integers(tensor.int64s),
    8: (field) => { tensor.name = field.text(); },
    9: (field) => { tensor.raw = field.bytes(); },
    10: (field) => field.doubles(tensor.doubles),
    12: 'ignored', 13: 'ignored', 16: 'ignored',
    14: (field) => {
      if (field.integer() === EXTERNAL) throw notOnnx('its weights are in another file');
    },
  });
  return tensor;
}

function readValue(bytes: Uint8Array): ValueMessage {
  const value: Mutable<ValueMessage> = { name: '' };
  const dimension = (field: Field): number | string => {
    let size: number | string = '';
    readFields(field.bytes(), 'size', { 1: (each) => { size = each.integer(); }, 2: (each) => { size = each.text(); }, 3: 'ignored' });
    return size;
  };
  const shape = (field: Field): void => {
    const dims: (number | string)[] = [];
    readFields(field.bytes(), 'shape', { 1: (each) => { dims.push(dimension(each)); } });
    value.dims = dims;
  };
  const tensorType = (field: Field): void =>
    readFields(field.bytes(), 'tensor type', { 1: (each) => { value.elementType = each.integer(); }, 2: shape });
  readFields(bytes, 'value', {
    1: (field) => { value.name = field.text(); },
    2: (field) => readFields(field.bytes(), 'type', { 1: tensorType, 4: 'ignored', 5: 'ignored', 6: 'ignored', 8: 'ignored', 9: 'ignored' }),
    3: 'ignored', 4: 'ignored',
  });
  return value;
}
