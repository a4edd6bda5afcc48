import { type PlanBody } from '../aggregate.js';
import { PlanError } from '../errors.js';
import { type PlanContext } from '../programs/method.js';
import { type Feature, PRESENT, allRows, numberFeature, requireRows, rowBoundOf } from '../programs/rows.js';
import { type BoundInput, type BoundRequest, columnOfAll } from '../request.js';
import { TensorBuilder } from '../tensor/builder.js';
import { type Operand, Tensor } from '../tensor/tensor.js';
import { type Argument, type ArgumentKind, CALLS, type ParameterNumber, type RecordedNumber, type RecordedStep, type Recording, type Size } from './calls.js';

const wrong = (what: string): PlanError => new PlanError('CS0672', what);

/** More elements than a session takes; bounded before any is made. */
const MOST_ELEMENTS = 2 ** 24;

/** What all steps together make, so that whoever looks at the plan can work out what it costs. A comparator of a network that sorts counts for several. */
const MOST_PLANNED = 2 ** 28;
const COMPARATOR = 16;
/** Columns that one step reads. */
const MOST_COLUMNS = 256;

/** The plan of a recorded program: its calls, made anew with the sizes, ranges and parameters of the request. Throws PlanError. */
export function planRecorded(bound: BoundRequest, { steps, opens, stages = [] }: Recording, { minimumGroup }: PlanContext): PlanBody {
  const replay = new Replay(bound);
  const begins = new Map(stages.map(({ from, parts }) => [from, parts]));
  for (const role of bound.program.roles) replay.requireRows(role.name, minimumGroup);
  for (const step of steps) {
    const parts = begins.get(step.out);
    if (parts) replay.builder.stage(...parts);
    replay.run(step);
  }
  for (const { name, tensor } of opens) replay.builder.output(name, replay.tensor(tensor));
  return replay.builder.body();
}

class Replay {
  readonly builder = new TensorBuilder();
  readonly #tensors = new Map<string, Tensor>();
  readonly #present = new Map<string, Tensor>();
  #planned = 0;

  constructor(readonly bound: BoundRequest) {}

  requireRows(role: string, minimumGroup: number): void {
    if (minimumGroup <= 1) return;
    requireRows(this.builder, this.#presentOf(role).sum(), this.#inputs(role), minimumGroup);
  }

  tensor(name: string): Tensor {
    const found = this.#tensors.get(name);
    if (!found) throw wrong(`\`${name}\` is used before it is made`);
    return found;
  }

  run(step: RecordedStep): void {
    if (this.#tensors.has(step.out)) throw wrong(`\`${step.out}\` is made twice`);
    const made = this.#make(step);
    if (made.length > MOST_ELEMENTS) throw new PlanError('CS0628', `\`${step.out}\` has more than the ${MOST_ELEMENTS} elements of one session`);
    this.#planned += this.#weightOf(step) + made.length;
    if (this.#planned > MOST_PLANNED) throw new PlanError('CS0628', `the steps up to \`${step.out}\` make more than the ${MOST_PLANNED} elements that a program may`);
    this.#tensors.set(step.out, made);
  }

  #make(step: RecordedStep): Tensor {
    if ('rows' in step) return this.#rows(step);
    if ('present' in step) return this.#presentOf(step.present);
    // Every owner has rows: a dataset without any is refused before it takes part.
    if ('count' in step) return this.#presentOf(step.count).sum().within(1, rowBoundOf(this.#inputs(step.count)));
    if ('constant' in step) return this.builder.constant(step.constant.map((each) => this.#number(each)), { shape: step.shape.map((size) => this.#size(size)) });
    if ('concat' in step) return this.builder.concat(step.concat.map((each) => this.tensor(each)), step.axis);
    const on = this.tensor(step.on);
    const kinds: readonly ArgumentKind[] = CALLS[step.call];
    const least = kinds.filter((kind) => !kind.endsWith('?')).length;
    if (step.with.length < least || step.with.length > kinds.length) throw wrong(`\`${step.call}\` has ${step.with.length} arguments`);
    const args = step.with.map((argument, i) => this.#argument(step.call, kinds[i]!, argument));
    this.#checkGrowth(step.call, on, args);
    return (on[step.call] as (...given: unknown[]) => Tensor).apply(on, args);
  }

  /** Of what a step reads. */
  #weightOf(step: RecordedStep): number {
    if (!('call' in step)) return 0;
    const on = this.tensor(step.on);
    const levels = Math.log2(Math.max(2, on.shape.at(-1) ?? 1));
    return step.call === 'sort' || step.call === 'median' ? on.length * Math.ceil((COMPARATOR * levels * (levels + 1)) / 4) : on.length;
  }

  /** A shape is checked before what has it is made. */
  #checkGrowth(call: string, on: Tensor, [first]: readonly unknown[]): void {
    const length = call === 'broadcast' ? (first as readonly number[]).reduce((product, size) => product * size, 1)
      : call === 'matmul' && first instanceof Tensor ? (on.length / Math.max(1, on.shape.at(-1) ?? 1)) * (first.length / Math.max(1, first.shape[0] ?? 1)) : 0;
    if (length > MOST_ELEMENTS) throw new PlanError('CS0628', `a step of the program makes more than the ${MOST_ELEMENTS} elements of one session`);
  }

  #argument(call: string, kind: ArgumentKind, argument: Argument): unknown {
    const misfit = (): PlanError => wrong(`\`${call}\` has an argument that it does not take`);
    const integer = (value: unknown): number => {
      if (!Number.isSafeInteger(value)) throw misfit();
      return value as number;
    };
    const list = (): readonly Size[] => {
      if (!Array.isArray(argument)) throw misfit();
      return argument as readonly Size[];
    };
    if (kind.endsWith('?') && Array.isArray(argument) && argument.length === 0) return undefined;
    switch (kind) {
      case 'tensor': return typeof argument === 'string' ? this.tensor(argument) : raise(misfit());
      case 'operand': return this.#operand(argument, misfit);
      case 'number': return isNumber(argument) ? this.#number(argument) : raise(misfit());
      case 'integer': case 'integer?': return integer(argument);
      case 'integers?': return list().map(integer);
      case 'size': return this.#size(argument as Size);
      case 'sizes': return list().map((size) => this.#size(size));
      case 'scale?': return { fractionBits: integer((argument as { fractionBits?: unknown }).fractionBits) };
    }
  }

  #operand(argument: Argument, misfit: () => PlanError): Operand {
    if (typeof argument === 'string') return this.tensor(argument);
    if (!isNumber(argument)) throw misfit();
    return this.#number(argument);
  }

  #number(written: RecordedNumber): number {
    if ('number' in written) return Number(written.number);
    const value = this.#parameter(written);
    const definition = this.bound.program.parameters.find(({ name }) => name === written.parameter);
    if (definition?.kind !== 'number' || typeof value !== 'string') throw wrong(`the parameter \`${written.parameter}\` is used as a number, and is none`);
    return Number(value);
  }

  #parameter({ parameter }: ParameterNumber): unknown {
    if (!Object.hasOwn(this.bound.values, parameter)) throw wrong(`the program uses a parameter \`${parameter}\` that it does not have`);
    return this.bound.values[parameter];
  }

  #size(size: Size): number {
    const number = typeof size === 'number' ? size : rowBoundOf(this.#inputs(size.rows));
    if (!Number.isSafeInteger(number) || number < 0) throw wrong('a size is not a natural number');
    return number;
  }

  #inputs(role: string): readonly BoundInput[] {
    const inputs = this.bound.inputs.filter((input) => input.role === role);
    if (inputs.length === 0) throw wrong(`the program reads a role \`${role}\` that it does not have`);
    return inputs;
  }

  #presentOf(role: string): Tensor {
    const known = this.#present.get(role);
    if (known) return known;
    const made = allRows(this.builder, this.#inputs(role), { name: `${role}.present`, features: [PRESENT], where: [], fractionBits: 0 }).pick(1, 0);
    this.#present.set(role, made);
    return made;
  }

  #rows({ out, rows: role, columns, scaled, fractionBits }: Extract<RecordedStep, { rows: string }>): Tensor {
    const inputs = this.#inputs(role);
    const names = columns.flatMap((each): readonly string[] => {
      const name = typeof each === 'string' ? each : this.#parameter(each);
      return Array.isArray(name) ? (name as readonly string[]) : [String(name)];
    });
    if (names.length > MOST_COLUMNS) throw wrong(`a step reads ${names.length} columns, and may read ${MOST_COLUMNS}`);
    if (scaled) return allRows(this.builder, inputs, { name: `${role}.${out}`, features: names.map((name) => numberFeature(inputs, name)), where: [], fractionBits });
    const declared = names.flatMap((name) => columnOfAll(inputs, name, ['number', 'integer']));
    const features = names.map((name): Feature => ({ name, column: { column: name, offset: '0', exponent: 0 }, offset: 0, exponent: 0, reach: 1 }));
    // Padding is 0.
    const [least, most] = [Math.min(0, ...declared.map(({ min }) => min)), Math.max(0, ...declared.map(({ max }) => max))];
    return allRows(this.builder, inputs, { name: `${role}.${out}`, features, where: [], fractionBits, least, most });
  }
}

const isNumber = (argument: Argument): argument is RecordedNumber => typeof argument === 'object' && ('number' in argument || 'parameter' in argument);
const raise = (error: PlanError): never => {
  throw error;
};
