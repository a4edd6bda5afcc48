import { PlanError } from '../errors.js';
import { lengthOf } from '../tensor/operator.js';
import { joinWeights } from './join-weights.js';
import { type Layer, type LayerOperation, type Network, type NetworkInput, type Weight, operandsOf } from './network.js';
import { Node, type Value, type Writer, shown, titleOf } from './operators/node.js';
import { translationOf, ONNX_OPERATORS } from './operators/index.js';
import { ELEMENT_TYPES, type Elements, elementsOf, MOST_ELEMENTS, typeName } from './read/elements.js';
import { type ModelMessage, readModel, type ValueMessage } from './read/messages.js';
import { reordered } from './reorder.js';
import { runLayer } from './run.js';
import { shapeOfLayer, shapesOf } from './shapes.js';
import { type RealTensor } from './tensor.js';

/** What everybody may know of a model, and what only its owner does. */
export interface Model {
  readonly network: Network;
  readonly weights: ReadonlyMap<string, RealTensor>;
}

export interface ImportOptions {
  /** Inputs of the graph that are given here are weights of the model. */
  readonly given?: ReadonlyMap<string, Elements>;
}

/** A larger file is refused. */
export const MOST_MODEL_BYTES = 2 ** 28;
const OPSETS = { first: 6, last: 22 };
/** Operators that mean since the first operator set what they mean now. */
const UNCHANGED: readonly string[] = ['GlobalAveragePool', 'Transpose', 'Conv'];
const IR_VERSIONS = { first: 3, last: 13 };
/** Rows with which shapes are tried: a number that no architecture has for another reason than by mistake. */
const SOME_ROWS = 3;
const LEAST_EXPONENT = -40;

/**
 * The network of an ONNX file. All that depends on the weights alone is computed here, by whoever owns them. Throws PlanError: CS0650 (not ONNX), CS0651 (too
 * large), CS0652 (operator), CS0653 (form of an operator), CS0654 (version), CS0655 (element type), CS0656 (dynamic shape), CS0657 (does not fit
 * together), CS0659 (weights that cannot be computed with). Errors name operators and nodes, and never a weight's value.
 */
export function importOnnx(bytes: Uint8Array, { given = new Map() }: ImportOptions = {}): Model {
  if (bytes.length > MOST_MODEL_BYTES) throw new PlanError('CS0651', `the model has ${bytes.length} bytes, more than ${MOST_MODEL_BYTES}`);
  const message = readModel(bytes);
  const opset = opsetOf(message);
  const { nodes, initializers, inputs, outputs } = message.graph;
  const values = new Map<string, Value>();
  const define = (name: string, value: Value): void => {
    if (name === '' || values.has(name)) throw new PlanError('CS0657', `\`${shown(name)}\` is defined twice, or has no name`);
    values.set(name, value);
  };
  let elements = 0;
  for (const [i, tensor] of initializers.entries()) {
    const known = elementsOf(tensor, `weight \`${shown(tensor.name) === '?' ? i + 1 : tensor.name}\``);
    elements += known.elements.length;
    if (elements > MOST_ELEMENTS) throw new PlanError('CS0651', `the model has more than ${MOST_ELEMENTS} weights`);
    define(tensor.name, { kind: 'known', tensor: known });
  }
  for (const [name, tensor] of given) define(name, { kind: 'known', tensor });
  const free = inputs.filter(({ name }) => !values.has(name)).map((input, i) => ({ message: input, input: inputOf(input, i) }));
  const writer = new NetworkWriter(free.map(({ input }) => input));
  for (const { message: { name }, input } of free) define(name, { kind: 'secret', name: input.name });
  for (const [i, each] of nodes.entries()) {
    const title = titleOf(each, i);
    const translate = each.domain === '' || each.domain === 'ai.onnx' ? translationOf(each.op) : undefined;
    if (!translate) throw new PlanError('CS0652', `${title} is an operator that is not computed privately`, [`those that are: ${ONNX_OPERATORS.join(', ')}`]);
    const operands = each.inputs.map((name) => {
      if (name === '') return undefined;
      const value = values.get(name);
      if (!value) throw new PlanError('CS0657', `${title} reads \`${shown(name)}\`, which nothing makes before it`);
      return value;
    });
    const node = new Node(each, i, opset, operands);
    writer.at(title);
    const made = translate(node, writer);
    node.done();
    define(each.outputs[0] ?? '', made);
  }
  return writer.finish(outputs.map(({ name }, i) => {
    const value = values.get(name);
    if (!value) throw new PlanError('CS0657', `nothing makes output \`${shown(name)}\``);
    if (value.kind === 'known') throw new PlanError('CS0657', `output \`${shown(name)}\` does not depend on the input`);
    return { name: shown(name) === '?' ? `output ${i + 1}` : name, value: value.name };
  }));
}

function opsetOf({ irVersion, opsets, graph }: ModelMessage): number {
  const help = ['export the model again, for example with operator set 17'];
  if (irVersion < IR_VERSIONS.first || irVersion > IR_VERSIONS.last) throw new PlanError('CS0654', `IR version ${irVersion} is not one of ${IR_VERSIONS.first} to ${IR_VERSIONS.last}`, help);
  const version = opsets.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0;
  const first = graph.nodes.every(({ op }) => UNCHANGED.includes(op)) ? 1 : OPSETS.first;
  if (version < first || version > OPSETS.last) throw new PlanError('CS0654', `operator set ${version} is not one of ${OPSETS.first} to ${OPSETS.last}`, help);
  return version;
}

function inputOf({ name, elementType = 0, dims }: ValueMessage, i: number): NetworkInput {
  const label = shown(name) === '?' ? `input ${i + 1}` : name;
  if (!ELEMENT_TYPES[elementType]?.real) throw new PlanError('CS0655', `input \`${label}\` is of type ${typeName(elementType)}`, ['export the model for an input of type float']);
  if (!dims) throw new PlanError('CS0656', `input \`${label}\` has no shape`, ['export the model with the shape of its input']);
  const shape = dims.map((size, axis) => {
    if (typeof size === 'number' && size > 0) return size;
    if (axis === 0) return 'rows';
    throw new PlanError('CS0656', `axis ${axis + 1} of input \`${label}\` has no fixed size`, ['only the first axis, the rows of a batch, may be left open']);
  });
  return { name: `x${i}`, label, shape };
}

/** Collects layers and weights, computes what is known, and checks shapes as it goes. */
class NetworkWriter implements Writer {
  readonly #layers: Layer[] = [];
  readonly #known = new Map<string, Elements>();
  readonly #names = new Map<Elements, string>();
  readonly #shapes = new Map<string, readonly number[]>();
  #title = '';

  constructor(readonly inputs: readonly NetworkInput[]) {
    for (const { name, shape } of inputs) this.#shapes.set(name, shape.map((size) => (size === 'rows' ? SOME_ROWS : size)));
  }

  /** The node that the next layers belong to. */
  at(title: string): void {
    this.#title = title;
  }

  name(value: Value): string {
    if (value.kind === 'secret') return value.name;
    const known = this.#names.get(value.tensor) ?? `w${this.#names.size}`;
    this.#names.set(value.tensor, known);
    this.#known.set(known, value.tensor);
    return known;
  }

  shapeOf(value: Value): readonly number[] {
    return value.kind === 'known' ? value.tensor.shape : this.#shapes.get(value.name)!;
  }

  layer(operation: LayerOperation): Value {
    const operands = operandsOf(operation);
    const layer: Layer = { ...operation, node: this.#title, out: `v${this.#layers.length}` };
    const shape = shapeOfLayer(layer, operands.map((name) => this.#known.get(name)?.shape ?? this.#shapes.get(name)!));
    if (!(lengthOf(shape) <= MOST_ELEMENTS)) throw new PlanError('CS0651', `${this.#title} makes more than ${MOST_ELEMENTS} elements`);
    const tensors = operands.map((name) => this.#known.get(name));
    if (tensors.every((tensor) => tensor !== undefined)) {
      const made = runLayer(layer, tensors);
      if (made.elements.some((x) => !Number.isFinite(x))) throw new PlanError('CS0659', `${this.#title} makes a weight that is not a finite number`);
      return { kind: 'known', tensor: { ...made, real: tensors.some(({ real }) => real) } };
    }
    if (tensors.some((tensor) => tensor && !tensor.real)) throw new PlanError('CS0655', `${this.#title} computes with integers`, ['export the model with weights of type float']);
    this.#layers.push(layer);
    this.#shapes.set(layer.out, shape);
    return { kind: 'secret', name: layer.out };
  }

  perChannel(value: Value, factor: Elements, offset: Elements): Value {
    const after = this.shapeOf(value).length - 2;
    const vector = (tensor: Elements): string => this.name({ kind: 'known', tensor: { ...tensor, shape: [...tensor.shape, ...Array.from({ length: after }, () => 1)] } });
    const scaled = this.layer({ op: 'multiply', left: this.name(value), right: vector(factor) });
    return this.layer({ op: 'add', left: this.name(scaled), right: vector(offset) });
  }

  finish(outputs: Network['outputs']): Model {
    const all = new Map<string, RealTensor>([...this.#known].map(([name, { shape, elements }]) => [name, { shape, elements }]));
    const { layers: joined, weights } = joinWeights({ layers: this.#layers, weights: all, outputs: outputs.map(({ value }) => value) });
    const layers = reordered(joined, outputs.map(({ value }) => value));
    const network: Network = { v: 1, inputs: this.inputs, weights: [...weights].map(([name, tensor]) => weightOf(name, tensor, layers)), layers, outputs };
    shapesOf(network, SOME_ROWS);
    return { network, weights };
  }
}

/** The least e with x < 2^e. */
function exponentOf(x: number): number {
  let exponent = LEAST_EXPONENT;
  while (2 ** exponent <= x) exponent += 1;
  return exponent;
}

function weightOf(name: string, tensor: RealTensor, layers: readonly Layer[]): Weight {
  const exponent = exponentOf(tensor.elements.reduce((greatest, x) => Math.max(greatest, Math.abs(x)), 0));
  const sums = layers.flatMap((layer) => [
    ...(layer.op === 'conv' && layer.filters === name ? [sumsOf(tensor, 'first')] : []),
    ...(layer.op === 'matmul' && layer.right === name ? [sumsOf(tensor, 'last')] : []),
    ...(layer.op === 'matmul' && layer.left === name ? [sumsOf(tensor, 'last but one')] : []),
  ]);
  return { name, shape: tensor.shape, exponent, ...(sums.length > 0 && { gain: exponentOf(Math.max(...sums)) }) };
}

/** The greatest sum of magnitudes for one place of an axis: of a matrix's rows or columns (each matrix apart), of filters. */
function sumsOf({ shape, elements }: RealTensor, of: 'first' | 'last' | 'last but one'): number {
  const width = of === 'last' ? shape.at(-1)! : 1;
  const inner = of === 'last' ? shape.at(-2)! : of === 'first' ? elements.length / shape[0]! : shape.at(-1)!;
  const sums = new Map<number, number>();
  elements.forEach((x, i) => {
    const place = of === 'last' ? Math.floor(i / (width * inner)) * width + (i % width) : Math.floor(i / inner);
    sums.set(place, (sums.get(place) ?? 0) + Math.abs(x));
  });
  return Math.max(0, ...sums.values());
}
