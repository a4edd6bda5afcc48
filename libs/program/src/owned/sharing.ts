import { type Plan, type PlanStep, isRequirement } from '../plan.js';
import { type TensorType, lengthOf } from '../tensor/operator.js';
import { operandsOf } from '../tensor/operands.js';
import { type ValueStep } from '../tensor/operators/index.js';
import { MOST_WRITTEN_OUT, matrixShape } from '../tensor/operators/product.js';
import { minimumCut } from './cut.js';
import { type Owner, ownersOf } from './owners.js';

/**
 * Local work stays local (docs/adr/0015).
 *
 * After it: every value that one party alone has all operands of is computed by that party in the clear, before anything is shared, or on shares where that sends
 * nothing; the parties know which from the plan alone.
 * Rule: (1) what would send a message on shares is computed by its owner; (2) of the rest, what is shared is chosen so that everything that meets a secret, another
 * party's value or a receiver is shared or follows from shares without a message, and the fewest words are shared; of equal choices the one nearest to the inputs, so
 * that a plan without local work is run as it is written.
 * Security: outputs are the same function of the same inputs; the others see shares of what is shared, whose shapes follow from the plan. Semi-honest: that a party
 * derives what it shares from its inputs is its word, as that its inputs are its rows. What is not to rest on it is marked `onShares`.
 * Cost: no step on shares becomes dearer; a shared result has at most as many words as the step would send for it.
 */
export interface Sharing {
  /** What is shared: inputs in the order of the plan, then results of steps in theirs. */
  readonly shared: readonly SharedVector[];
  /** The steps that all parties run, in order. */
  readonly steps: readonly PlanStep[];
}

/** A vector that its owner shares: an input, or what it computed of its inputs. */
export interface SharedVector {
  readonly name: string;
  readonly party: number;
  readonly length: number;
}

/** `types` are those of `checkPlan`. */
export function sharingOf(plan: Plan, types: ReadonlyMap<string, TensorType>): Sharing {
  const owners = ownersOf(plan);
  const typeOf = (name: string): TensorType => types.get(name)!;
  const isOwned = (name: string): boolean => typeof owners.get(name) === 'number';
  const makers = new Map(plan.steps.flatMap((step) => (isRequirement(step) ? [] : [[step.out, step] as const])));
  /** What an owned value follows from on shares, if that sends nothing: its operands that are not known. */
  const madeOf = (name: string): readonly string[] => {
    const step = makers.get(name);
    return step && sendsNothing(step, typeOf) ? [...new Set(operandsOf(step).filter(isOwned))] : [];
  };

  const wanted = new Set([
    ...plan.steps.filter((step) => isRequirement(step) || owners.get(step.out) === 'secret').flatMap(operandsOf), ...plan.outputs.map(({ value }) => value),
  ].filter(isOwned));
  const around = closure(wanted, madeOf);
  const places = new Map(around.map((name, i) => [name, i]));
  const cut = minimumCut(around.map((name) => ({ words: lengthOf(typeOf(name).shape), madeOf: madeOf(name).map((each) => places.get(each)!), wanted: wanted.has(name) })));
  const onShares = new Set(closure(wanted, (name) => (cut.has(places.get(name)!) ? [] : madeOf(name))));
  const isShared = (name: string): boolean => onShares.has(name) && cut.has(places.get(name)!);

  const shared = (name: string, party: Owner): SharedVector => ({ name, party: party as number, length: lengthOf(typeOf(name).shape) });
  return {
    shared: [
      ...plan.inputs.filter(({ name }) => !isOwned(name) || isShared(name)).map(({ name, party }) => shared(name, party)),
      ...[...makers.keys()].filter(isShared).map((name) => shared(name, owners.get(name)!)),
    ],
    steps: plan.steps.filter((step) => isRequirement(step) || !isOwned(step.out) || (onShares.has(step.out) && !isShared(step.out))),
  };
}

/** The names and all that they are made of. */
function closure(names: Iterable<string>, madeOf: (name: string) => readonly string[]): string[] {
  const all = new Set(names);
  for (const name of all) for (const each of madeOf(name)) all.add(each);
  return [...all];
}

/** Whether a step on shares sends no message. */
function sendsNothing(step: ValueStep, typeOf: (name: string) => TensorType): boolean {
  switch (step.op) {
    case 'add': case 'linear': case 'reshape': case 'transpose': case 'slice': case 'concat': case 'broadcast': case 'windows': case 'sum': case 'within': return true;
    case 'rescale': return step.fractionBits >= typeOf(step.value).fractionBits;
    case 'multiply': case 'product': case 'matmul': {
      const [left, right] = [typeOf(step.left), typeOf(step.right)];
      if (!left.open && !right.open) return false;
      if (step.op === 'multiply') return true;
      if (step.fractionBits < left.fractionBits + right.fractionBits) return false;
      if (step.op === 'product') return true;
      const { rows, inner, columns } = matrixShape(step.out, left, right);
      return rows * inner * columns <= MOST_WRITTEN_OUT;
    }
    default: return false;
  }
}
