import { PlanError } from './errors.js';
import { type Plan, type PlanStep } from './plan.js';

/** The most parties that `additive-z64` takes. */
export const MAX_PARTIES = 5;

/** What is known of a named vector of a plan before it runs. */
export interface ValueShape {
  readonly length: number;
  readonly fractionBits: number;
  /** How many `multiply` and `combine` steps, one waiting for the other, lie before it. */
  readonly depth: number;
}

/** The shape of every input and of every step's result, by name. Throws CS0629 when the plan's parts do not fit together. */
export function checkPlan(plan: Plan): ReadonlyMap<string, ValueShape> {
  const shapes = new Map<string, ValueShape>();
  const define = (name: string, shape: ValueShape): void => {
    if (shapes.has(name)) throw malformed(`\`${name}\` is defined twice`);
    if (!Number.isSafeInteger(shape.length) || shape.length < 1) throw malformed(`\`${name}\` has no length`);
    if (!Number.isSafeInteger(shape.fractionBits)) throw malformed(`\`${name}\` has no scale`);
    shapes.set(name, shape);
  };
  const shapeOf = (name: string): ValueShape => {
    const shape = shapes.get(name);
    if (!shape) throw malformed(`\`${name}\` is used before it is defined`);
    return shape;
  };
  for (const { name, party, length, fractionBits } of plan.inputs) {
    if (!(party in plan.parties)) throw malformed(`\`${name}\` belongs to no party`);
    define(name, { length, fractionBits, depth: 0 });
  }
  for (const step of plan.steps) {
    if (step.op === 'require_at_least') checkBound(step, shapeOf(step.value));
    else define(step.out, resultShape(step, shapeOf));
  }
  for (const { name, value, length, fractionBits } of plan.outputs) {
    const shape = shapeOf(value);
    if (shape.length !== length || shape.fractionBits !== fractionBits) throw malformed(`the output \`${name}\` is not what its steps compute`);
  }
  return shapes;
}

function resultShape(step: Exclude<PlanStep, { op: 'require_at_least' }>, shapeOf: (name: string) => ValueShape): ValueShape {
  switch (step.op) {
    case 'add': {
      const terms = step.terms.map(shapeOf);
      const depth = Math.max(0, ...terms.map((t) => t.depth));
      const fractionBits = one(terms.map((t) => t.fractionBits), step.out);
      return { length: broadcast(terms.map((t) => t.length), step.out), fractionBits, depth };
    }
    case 'multiply': {
      const [left, right] = [shapeOf(step.left), shapeOf(step.right)];
      const length = broadcast([left.length, right.length], step.out);
      return { length, fractionBits: left.fractionBits + right.fractionBits, depth: 1 + Math.max(left.depth, right.depth) };
    }
    case 'combine': {
      const [columns, weights] = [step.columns.map(shapeOf), step.weights.map(shapeOf)];
      if (columns.length !== weights.length) throw malformed(`\`${step.out}\` has ${columns.length} columns and ${weights.length} weights`);
      if (weights.some((w) => w.length !== 1)) throw malformed(`a weight of \`${step.out}\` is not of length 1`);
      const fractionBits = one(columns.map((column, j) => column.fractionBits + weights[j].fractionBits), step.out);
      const depth = 1 + Math.max(...[...columns, ...weights].map((v) => v.depth));
      return { length: one(columns.map((c) => c.length), step.out), fractionBits, depth };
    }
  }
}

function checkBound({ value, bound }: Extract<PlanStep, { op: 'require_at_least' }>, shape: ValueShape): void {
  if (shape.fractionBits !== 0) throw malformed(`\`${value}\` is compared but is not a vector of integers`);
  if (!Number.isSafeInteger(bound) || bound < 0) throw malformed(`\`${value}\` is compared with what is not a natural number`);
}

const broadcast = (lengths: readonly number[], out: string): number => one(lengths.every((l) => l === 1) ? lengths : lengths.filter((l) => l !== 1), out);

/** The number that all of these are. */
function one(numbers: readonly number[], out: string): number {
  if (numbers.length === 0 || numbers.some((n) => n !== numbers[0])) throw malformed(`the operands of \`${out}\` do not fit each other`);
  return numbers[0];
}

const malformed = (what: string): PlanError => new PlanError('CS0629', `malformed plan: ${what}`);
