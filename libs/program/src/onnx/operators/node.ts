import { PlanError } from '../../errors.js';
import { type LayerOperation } from '../network.js';
import { type Elements, elementsOf } from '../read/elements.js';
import { type AttributeMessage, type NodeMessage } from '../read/messages.js';

/** What a name of the graph stands for while it is translated. */
export type Value =
  /** The input, or what a layer makes. */
  | { readonly kind: 'secret'; readonly name: string }
  /** Known to the model's owner: a weight, or what it makes of weights. */
  | { readonly kind: 'known'; readonly tensor: Elements };

/** What a translation writes layers with. A layer whose operands are all known is computed by the model's owner, and comes out known. */
export interface Writer {
  layer(layer: LayerOperation): Value;
  /** A secret value's name; that of a weight, which it becomes now. */
  name(value: Value): string;
  /** factor · value + offset with one of each for every channel (axis 1), which joins the layer before where that is possible. */
  perChannel(value: Value, factor: Elements, offset: Elements): Value;
  /** The shape for some number of rows. */
  shapeOf(value: Value): readonly number[];
}

export type Translation = (node: Node, writer: Writer) => Value;

const FLOAT = 1, INTEGER = 2, TEXT = 3, TENSOR = 4, INTEGERS = 7;

/** A node of the graph as an operator's translation sees it. Whatever it cannot have is refused with the operator's and the node's name. */
export class Node {
  /** As it is named in messages: operator and name. */
  readonly title: string;
  readonly #read = new Set<string>();

  constructor(readonly message: NodeMessage, index: number, readonly opset: number, readonly operands: readonly (Value | undefined)[]) {
    this.title = titleOf(message, index);
  }

  refuse(why: string, help: readonly string[] = []): PlanError {
    return new PlanError('CS0653', `${this.title}: ${why}`, help);
  }

  /** Operand i. Throws CS0657 where it is left out. */
  operand(i: number): Value {
    const value = this.operands[i];
    if (!value) throw new PlanError('CS0657', `${this.title} lacks operand ${i + 1}`);
    return value;
  }

  has(i: number): boolean {
    return this.operands[i] !== undefined;
  }

  /** Operand i, which the model's owner has to know. */
  known(i: number): Elements {
    const value = this.operand(i);
    if (value.kind !== 'known') throw this.refuse(`operand ${i + 1} depends on the input`, ['only what is in the file, a weight or a constant, can stand there']);
    return value.tensor;
  }

  /** Operand i, which says how the operator works, and so is public: integers. */
  integersOf(i: number): readonly number[] {
    const { elements, real } = this.known(i);
    if (real) throw this.refuse(`operand ${i + 1} holds no integers`);
    return [...elements];
  }

  /** Operand i, which says how the operator works, and so is public: one number, as decimal text. */
  numberOf(i: number): string {
    const { elements } = this.known(i);
    if (elements.length !== 1) throw this.refuse(`operand ${i + 1} is not a single number`);
    return String(elements[0]!);
  }

  float(name: string, standard: number): number {
    const value = this.#attribute(name, FLOAT)?.float ?? standard;
    if (!Number.isFinite(value)) throw this.refuse(`attribute \`${name}\` is not a finite number`);
    return value;
  }

  integer(name: string, standard: number): number {
    return this.#attribute(name, INTEGER)?.integer ?? standard;
  }

  flag(name: string, standard = 0): boolean {
    return this.integer(name, standard) !== 0;
  }

  text(name: string, standard: string): string {
    return this.#attribute(name, TEXT)?.text ?? standard;
  }

  integers(name: string): readonly number[] | undefined {
    return this.#attribute(name, INTEGERS)?.integers;
  }

  tensor(name: string): Elements | undefined {
    const tensor = this.#attribute(name, TENSOR)?.tensor;
    return tensor && elementsOf(tensor, `${this.title}: \`${name}\``);
  }

  /** Refuses what was not asked for: attributes whose meaning here is not known, operands, and outputs beside the first. */
  done(): void {
    const { attributes, op, outputs, inputs } = this.message;
    const unknown = [...attributes.keys()].find((name) => !this.#read.has(name));
    if (unknown !== undefined) throw this.refuse(`attribute \`${shown(unknown)}\` is not known`);
    if (outputs.some((name, i) => i > 0 && name !== '') && !OPTIONAL_OUTPUTS.has(op)) throw this.refuse('its outputs beside the first are not known');
    if (inputs.length > MOST_INPUTS && op !== 'Concat') throw this.refuse('it has more operands than are known');
  }

  #attribute(name: string, type: number): AttributeMessage | undefined {
    this.#read.add(name);
    const attribute = this.message.attributes.get(name);
    if (attribute && attribute.type !== type) throw this.refuse(`attribute \`${name}\` has another type`);
    return attribute;
  }
}

/** Their outputs beside the first are of use to training alone; whoever reads them finds nothing. */
const OPTIONAL_OUTPUTS = new Set(['Dropout', 'BatchNormalization']);
const MOST_INPUTS = 5;

const NAMEABLE = /^[\x21-\x7e](?:[\x20-\x7e]{0,78}[\x21-\x7e])?$/;
/** A name from the file where it can be shown as it is. */
export const shown = (name: string): string => (NAMEABLE.test(name) && !name.includes('`') ? name : '?');
export const titleOf = ({ op, name, outputs }: NodeMessage, index: number): string =>
  `${shown(op)} \`${[name, outputs[0] ?? ''].map(shown).find((each) => each !== '?') ?? String(index + 1)}\``;
