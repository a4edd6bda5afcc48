import { exactly } from '../dyadic.js';
import { PlanError } from '../errors.js';
import { joinBins } from '../join/shape.js';
import { joinColumnType } from '../join/types.js';
import { type DataInput, type JoinColumn, type PlanInput, type PlanJoin, type PlanOutput, type PlanStep } from '../plan.js';
import { SUITES } from '../suites.js';
import { type PlanStage, type Stage, checkStage } from '../stages.js';
import { type TensorType, lengthOf, malformed } from './operator.js';
import { type ValueStep, operatorOf } from './operators/index.js';
import { type StepWriter, Tensor } from './tensor.js';

const MOST_VALUE_BITS = Math.max(...Object.values(SUITES).map(({ valueBits }) => valueBits));
const MOST = 1n << BigInt(MOST_VALUE_BITS);

/** Fraction bits of a result where nothing else is asked for: about six decimal places. */
export const DEFAULT_FRACTION_BITS = 20;

/** An input of one party; the elements lie in [least, most]. */
export interface TensorInput extends Pick<DataInput, 'party' | 'dataset' | 'source' | 'fractionBits' | 'onShares'> {
  readonly name: string;
  readonly shape: readonly number[];
  readonly least: number;
  readonly most: number;
}

/** Two tables that are joined, and what is wanted of their columns; values lie in [least, most]. */
export interface TensorJoin extends Pick<PlanJoin, 'left' | 'right'> {
  readonly name: string;
  readonly columns: readonly (Omit<JoinColumn, 'range'> & { readonly least: number; readonly most: number })[];
}

export interface OutputOptions {
  /** For each axis the names of its places, or null where they are counted from 0. */
  readonly labels?: PlanOutput['labels'];
  /** How far an opened number can be from the exact one, where it is not exact. */
  readonly errorBound?: number;
}

/**
 * Writes the steps of a plan: `new TensorBuilder()`, its inputs, expressions on `Tensor`s, and what is opened. Shapes, scales and ranges are inferred
 * as one writes, so that what does not fit is refused where it is written. The same calls give the same steps.
 */
export class TensorBuilder implements StepWriter {
  readonly #inputs: PlanInput[] = [];
  #join: PlanJoin | undefined;
  readonly #steps: PlanStep[] = [];
  readonly #outputs: PlanOutput[] = [];
  readonly #stages: PlanStage[] = [];
  #begun: Stage | undefined;
  readonly #types = new Map<string, TensorType>();
  readonly #constants = new Map<string, Tensor>();
  readonly fractionBits: number;

  constructor({ fractionBits = DEFAULT_FRACTION_BITS }: { readonly fractionBits?: number } = {}) {
    this.fractionBits = fractionBits;
  }

  /** A private tensor of one party. Values that leave [least, most] are refused before they are shared. */
  input({ name, shape, least, most, party, dataset, source, fractionBits, onShares }: TensorInput): Tensor {
    const range = { min: integerAt(least, fractionBits, Math.floor), max: integerAt(most, fractionBits, Math.ceil) };
    this.#inputs.push({ name, party, dataset, source, fractionBits, length: lengthOf(shape), shape, ...(onShares && { onShares }), range: { min: String(range.min), max: String(range.max) } });
    return this.#define(name, { shape, fractionBits, range });
  }

  /**
   * The rows of two tables that have the same key: 1 in `match` for each, and columns as they are asked for, beside zeros, in an order that depends on the session
   * and that nothing opened may depend on. A plan joins once.
   */
  join({ name, left, right, columns }: TensorJoin): { readonly match: Tensor; readonly columns: readonly Tensor[] } {
    if (this.#join) throw malformed('a plan joins once');
    const match = `${name}.match`;
    const named = columns.map(({ least, most, fractionBits, ...column }) => {
      const range = { min: String(integerAt(least, fractionBits, Math.floor)), max: String(integerAt(most, fractionBits, Math.ceil)) };
      return { ...column, name: `${name}.${column.name}`, fractionBits, range };
    });
    this.#join = { left, right, match, columns: named };
    return {
      match: this.#define(match, { shape: [joinBins(left.maxRows)], fractionBits: 0, range: { min: 0n, max: 1n } }),
      columns: named.map((column) => this.#define(column.name, joinColumnType({ left, right }, column))),
    };
  }

  /** Public numbers, row-major; a single one where there is no shape. Integers are exact; others are rounded to `fractionBits`. */
  constant(values: number | readonly number[], { shape, fractionBits }: { readonly shape?: readonly number[]; readonly fractionBits?: number } = {}): Tensor {
    const list = typeof values === 'number' ? [values] : values;
    const bits = fractionBits ?? (list.every(Number.isInteger) ? 0 : this.fractionBits);
    const size = shape ?? (typeof values === 'number' ? [1] : [list.length]);
    const texts = list.map((value) => String(integerAt(value, bits, Math.round)));
    const key = `${bits} ${size.join('x')} ${texts.join()}`;
    const known = list.length <= 64 ? this.#constants.get(key) : undefined;
    if (known) return known;
    const made = this.step((out) => ({ op: 'constant', out, shape: [...size], values: texts, fractionBits: bits }));
    if (list.length <= 64) this.#constants.set(key, made);
    return made;
  }

  concat(tensors: readonly Tensor[], axis = 0): Tensor {
    if (tensors.length === 1) return tensors[0]!;
    const bits = Math.max(...tensors.map((tensor) => tensor.fractionBits));
    const names = tensors.map((tensor) => tensor.at(bits).name);
    return this.step((out) => ({ op: 'concat', out, values: names, axis }));
  }

  /** Adds a step; what it makes is given a name. */
  step(of: (out: string) => ValueStep): Tensor {
    const out = `t${this.#types.size}`;
    const step = of(out);
    const type = operatorOf(step).infer(step, (each) => this.typeOf(each));
    if (this.#begun) this.#stages.push({ from: out, parts: this.#begun });
    this.#begun = undefined;
    this.#steps.push(step);
    return this.#define(out, type);
  }

  /** What the steps from here on belong to, as people see it while they run: the outermost part first, or none. Throws PlanError CS0629. */
  stage(...parts: Stage): void {
    checkStage(parts);
    this.#begun = parts;
  }

  /** Ends the session before anything is opened unless all elements, integers, are at least `bound`. That they are is all that anybody learns. */
  requireAtLeast(tensor: Tensor, bound: number): void {
    if (bound > 1) this.#steps.push({ op: 'require_at_least', value: tensor.name, bound });
  }

  /** Ends the session and names the party before anything is opened unless all elements, which are of its values, lie in [least, most]. That they do is all that anybody learns. */
  requireWithin(tensor: Tensor, least: number, most: number, party: number, because?: 'order'): void {
    const { name, fractionBits } = tensor;
    this.#steps.push({ op: 'require_within', value: name, min: String(integerAt(least, fractionBits, Math.floor)), max: String(integerAt(most, fractionBits, Math.ceil)), party, ...(because && { because }) });
  }

  /** What the receivers learn. */
  output(name: string, tensor: Tensor, { labels, errorBound }: OutputOptions = {}): void {
    const { shape, fractionBits } = tensor;
    this.#outputs.push({
      name, value: tensor.name, length: lengthOf(shape), fractionBits, shape,
      ...(labels && { labels }), ...(errorBound === undefined ? {} : { errorBound: String(errorBound) }),
    });
  }

  /** The parts of a plan. Throws `PlanError` CS0629 when nothing is opened. */
  body(): { inputs: readonly PlanInput[]; join?: PlanJoin; steps: readonly PlanStep[]; outputs: readonly PlanOutput[]; stages?: readonly PlanStage[] } {
    if (this.#outputs.length === 0) throw malformed('nothing is opened');
    const { inputs, steps } = this.parts();
    return { inputs, ...(this.#join && { join: this.#join }), steps, outputs: [...this.#outputs], ...(this.#stages.length > 0 && { stages: [...this.#stages] }) };
  }

  /** What has been written so far, for a plan that opens what it makes of it. */
  parts(): { inputs: readonly PlanInput[]; steps: readonly PlanStep[] } {
    return { inputs: [...this.#inputs], steps: [...this.#steps] };
  }

  typeOf(name: string): TensorType {
    const type = this.#types.get(name);
    if (!type) throw malformed(`\`${name}\` is of another plan`);
    return type;
  }

  #define(name: string, type: TensorType): Tensor {
    if (this.#types.has(name)) throw malformed(`\`${name}\` is defined twice`);
    // Here and not at the end, where ranges that are multiplied on and on would have taken all memory.
    if ([type.range, type.peak].some((range) => range && (range.min <= -MOST || range.max >= MOST))) {
      throw new PlanError('CS0633', `\`${name}\` could overflow the ${MOST_VALUE_BITS} bits of every suite`, ['declare narrower ranges, or fewer fraction bits']);
    }
    this.#types.set(name, type);
    return new Tensor(this, name, type);
  }
}

/** x · 2^bits as an integer, without a double in between. */
function integerAt(x: number, bits: number, round: (x: number) => number): bigint {
  if (!Number.isFinite(x)) throw malformed('a number is not finite');
  const { m, e } = exactly(x);
  const shift = e + bits;
  if (shift >= 0) return m << BigInt(shift);
  const floor = m >> BigInt(-shift);
  const rest = m - (floor << BigInt(-shift));
  // Halves go up, as with Math.round.
  return floor + BigInt(round(Number(rest) * 2 ** shift));
}
