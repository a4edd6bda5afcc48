import { PlanError } from '../errors.js';
import { type PlanStage, type Stage, checkStage } from '../stages.js';
import { type Argument, type ArgumentKind, CALLS, type CallName, MOST_STEPS, type ParameterNumber, type RecordedNumber, type RecordedStep, type Size } from './calls.js';

/** A parameter as an author holds it. */
export class Parameter implements ParameterNumber {
  constructor(readonly parameter: string) {}
}

export type ExpressionOperand = Expression | number | Parameter;
interface Scale {
  readonly fractionBits?: number;
}

/** A tensor of a program that is being recorded: the methods of `Tensor`, with sizes and numbers that may wait for the request. */
export interface Expression {
  plus(other: ExpressionOperand): Expression;
  minus(other: ExpressionOperand): Expression;
  times(other: ExpressionOperand, scale?: Scale): Expression;
  dividedBy(other: ExpressionOperand, scale?: Scale): Expression;
  matmul(other: Expression, scale?: Scale): Expression;
  negated(): Expression;
  squared(scale?: Scale): Expression;
  at(fractionBits: number): Expression;
  sum(axis?: number): Expression;
  mean(axis?: number, scale?: Scale): Expression;
  reshape(shape: readonly Size[]): Expression;
  transpose(axes?: readonly number[]): Expression;
  slice(axis: number, from: Size, to: Size): Expression;
  pick(axis: number, index: number): Expression;
  broadcast(shape: readonly Size[]): Expression;
  lessThan(other: ExpressionOperand): Expression;
  greaterThan(other: ExpressionOperand): Expression;
  atLeast(other: ExpressionOperand): Expression;
  atMost(other: ExpressionOperand): Expression;
  equals(other: ExpressionOperand): Expression;
  not(): Expression;
  select(yes: ExpressionOperand, no: ExpressionOperand): Expression;
  relu(): Expression;
  abs(): Expression;
  maximum(other: ExpressionOperand): Expression;
  minimum(other: ExpressionOperand): Expression;
  clip(least: number | Parameter, most: number | Parameter): Expression;
  within(least: number | Parameter, most: number | Parameter): Expression;
  max(axis: number): Expression;
  min(axis: number): Expression;
  argmax(axis: number): Expression;
  reciprocal(scale?: Scale): Expression;
  sqrt(scale?: Scale): Expression;
  exp(scale?: Scale): Expression;
  log(scale?: Scale): Expression;
  sigmoid(scale?: Scale): Expression;
  softmax(scale?: Scale): Expression;
  sort(): Expression;
  median(): Expression;
  lookup(index: Expression): Expression;
}

type Source = RecordedStep extends infer Step ? (Step extends { readonly out: string } ? Omit<Step, 'out'> : never) : never;

const wrong = (what: string): PlanError => new PlanError('CS0670', what);

/** Takes down what is called on the tensors that it hands out. */
export class Recorder {
  readonly steps: RecordedStep[] = [];
  readonly stages: PlanStage[] = [];
  #begun: Stage | undefined;
  readonly #names = new WeakMap<object, string>();

  record(source: Source): Expression {
    if (this.steps.length === MOST_STEPS) throw wrong(`a program has at most ${MOST_STEPS} steps`);
    const out = `t${this.steps.length}`;
    if (this.#begun) this.stages.push({ from: out, parts: this.#begun });
    this.#begun = undefined;
    this.steps.push({ out, ...source } as RecordedStep);
    const expression = Object.fromEntries(Object.keys(CALLS).map((call) => [call, (...given: unknown[]) => this.#call(call as CallName, out, given)])) as unknown as Expression;
    this.#names.set(expression, out);
    return expression;
  }

  /** What is recorded from here on belongs to. Throws CS0629. */
  stage(parts: Stage): void {
    checkStage(parts);
    this.#begun = parts.map(({ kind, index, of, name }) => ({ kind, index, of, ...(name !== undefined && { name }) }));
  }

  /** The name of a tensor of this recording. Throws CS0670 for anything else. */
  nameOf(expression: unknown): string {
    const name = typeof expression === 'object' && expression !== null ? this.#names.get(expression) : undefined;
    if (name === undefined) throw wrong('what is not a tensor of this program is used as one');
    return name;
  }

  numberOf(value: unknown): RecordedNumber {
    if (value instanceof Parameter) return { parameter: value.parameter };
    if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong('what is not a finite number is used as one');
    return { number: decimal(value) };
  }

  #call(call: CallName, on: string, given: readonly unknown[]): Expression {
    const kinds: readonly ArgumentKind[] = CALLS[call];
    if (given.length > kinds.length) throw wrong(`\`${call}\` takes ${kinds.length} arguments`);
    // What is left out is left out at the end; in between it is the empty list.
    const last = given.findLastIndex((each) => each !== undefined);
    const args = kinds.slice(0, Math.max(last + 1, kinds.filter((kind) => !kind.endsWith('?')).length)).map((kind, i) => this.#argument(call, kind, given[i]));
    return this.record({ call, on, with: args });
  }

  #argument(call: CallName, kind: ArgumentKind, value: unknown): Argument {
    if (kind.endsWith('?') && value === undefined) return [];
    switch (kind) {
      case 'tensor': return this.nameOf(value);
      case 'operand': return typeof value === 'number' || value instanceof Parameter ? this.numberOf(value) : this.nameOf(value);
      case 'number': return this.numberOf(value);
      case 'integer': case 'integer?': return integer(call, value);
      case 'integers?': return Array.isArray(value) ? value.map((each) => integer(call, each)) : integer(call, value, 'a list of whole numbers');
      case 'size': return sizeOf(call, value);
      case 'sizes': return Array.isArray(value) ? value.map((each) => sizeOf(call, each)) : integer(call, value, 'a list of sizes');
      case 'scale?': return { fractionBits: integer(call, (value as Scale | null)?.fractionBits) };
    }
  }
}

function integer(call: CallName, value: unknown, wanted = 'a whole number'): number {
  if (!Number.isSafeInteger(value)) throw wrong(`\`${call}\` wants ${wanted}`);
  return value as number;
}

function sizeOf(call: CallName, value: unknown): Size {
  const rows = (value as { rows?: unknown } | null)?.rows;
  return typeof rows === 'string' ? { rows } : integer(call, value, 'a size');
}

/** Without an exponent, and so that `Number` reads it back. */
export function decimal(value: number): string {
  const text = String(value);
  if (!/e/.test(text)) return text;
  const [mantissa, exponent] = text.split('e') as [string, string];
  const [whole, fraction = ''] = mantissa.replace('-', '').split('.') as [string, string?];
  const [digits, point] = [whole + fraction, whole.length + Number(exponent)];
  const placed = point <= 0 ? `0.${'0'.repeat(-point)}${digits}` : point >= digits.length ? digits + '0'.repeat(point - digits.length) : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return `${value < 0 ? '-' : ''}${placed}`;
}
