import { type Dyadic, type Plan, type PlanStep, SUITES, type SuiteName, type TensorType, checkPlan, dyadic, evaluateSteps } from '#program';
import { operatorOf } from '../../program/src/tensor/operators/index.js';
import { type Interpreted, interpretInstructions } from './interpret-instructions.js';

/** A tensor of one party: what is declared of it, and its elements. */
export interface OwnTensor {
  readonly shape: readonly number[];
  readonly fractionBits?: number;
  /** Of the elements where it is not given. */
  readonly range?: { readonly min: bigint; readonly max: bigint };
  readonly elements: readonly bigint[];
}

export interface RunSteps extends Interpreted {
  readonly plan: Plan;
  readonly types: ReadonlyMap<string, TensorType>;
  /** By output, what the steps are in exact or double arithmetic. */
  readonly clear: ReadonlyMap<string, readonly Dyadic[]>;
}

/** The plan of some steps, where `outputs` are opened; the parties take turns at owning the inputs. All of it is computed on shares. */
export function planOfSteps(suite: SuiteName, tensors: Readonly<Record<string, OwnTensor>>, steps: readonly PlanStep[], outputs: readonly string[], parties = SUITES[suite].parties[0]): Plan {
  const plan: Plan = {
    v: 1, program: { name: 'Spec', digest: '' }, suite, parties: Array.from({ length: parties }, (_, i) => `Bank ${i}`), receivers: ['Bank 0'],
    inputs: Object.entries(tensors).map(([name, { shape, fractionBits = 0, range, elements }], i) => ({
      name, party: i % parties, dataset: 'Rows', onShares: true, source: { of: 'column', column: name }, length: elements.length, shape, fractionBits,
      range: { min: String(range?.min ?? least(elements)), max: String(range?.max ?? greatest(elements)) },
    })),
    steps, outputs: [],
  };
  const types = checkPlan(plan);
  return { ...plan, outputs: outputs.map((value) => ({ name: value, value, length: types.get(value)!.shape.reduce((a, b) => a * b, 1), fractionBits: types.get(value)!.fractionBits })) };
}

/** Runs steps in the ideal functionality and in the clear. */
export function runSteps(plan: Plan, tensors: Readonly<Record<string, OwnTensor>>): RunSteps {
  const entries = Object.entries(tensors);
  return {
    plan,
    types: checkPlan(plan),
    ...interpretInstructions(plan, new Map(entries.map(([name, { elements }]) => [name, elements]))),
    clear: evaluateSteps(plan, new Map(entries.map(([name, { elements, fractionBits = 0 }]) => [name, elements.map((element) => dyadic(element, -fractionBits))]))),
  };
}

/** By how many units of its last place an element of a step's result may be off, by its operands as real numbers; undefined where it is exact, cut off towards −∞. */
export const statedError = (step: Exclude<PlanStep, { readonly op: 'require_at_least' | 'require_within' }>, types: ReadonlyMap<string, TensorType>): ((...operands: readonly number[]) => number) | undefined =>
  operatorOf(step).error?.(step, (name) => types.get(name)!);

const least = ([first = 0n, ...rest]: readonly bigint[]): bigint => rest.reduce((a, b) => (b < a ? b : a), first);
const greatest = ([first = 0n, ...rest]: readonly bigint[]): bigint => rest.reduce((a, b) => (b > a ? b : a), first);
