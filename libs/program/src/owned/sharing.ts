import { type Plan, type PlanStep, isRequirement } from '../plan.js';
import { type TensorType, lengthOf } from '../tensor/operator.js';
import { operandsOf } from '../tensor/operands.js';
import { type ValueStep } from '../tensor/operators/index.js';
import { type ByOwner } from './by-owner.js';
import { minimumCut } from './cut.js';
import { sendsNothing } from './messages.js';

/**
 * Local work stays local (docs/adr/0015).
 *
 * Afterwards: every value that one party alone has all operands of is computed by that party in the clear, before anything is shared, or on shares where that sends
 * nothing. Everybody knows which from the plan alone.
 * Rule: (1) what is done on rows of several owners is done by owner, where it comes to the same; (2) what would send a message on shares is computed by its owner;
 * (3) of the rest, what is shared is chosen so that everything that meets a secret, another party's value or a receiver is shared or follows from what is for nothing,
 * and the fewest words are shared; of equal choices the one nearest to the inputs, so that a plan without local work is run as it is written.
 * Security: outputs are the same function of the same inputs. The others see shares, whose number follows from the plan. Semi-honest: that a party derives what it
 * shares from its inputs rests on its word, as does that its inputs are its rows. What is not to rest on it is marked `onShares`.
 * Cost: a result that is shared has at most as many words as one party would send for it on shares.
 */
export interface Sharing {
  /** What is shared: inputs in the order of the plan, then results of steps in theirs. */
  readonly shared: readonly SharedVector[];
  /** Steps that all parties run, in order. */
  readonly steps: readonly PlanStep[];
  readonly own: OwnWork;
  /** By name. */
  readonly types: ReadonlyMap<string, TensorType>;
}

/** A vector that its owner shares: an input, or what it computed of its inputs. */
export interface SharedVector {
  readonly name: string;
  readonly party: number;
  readonly length: number;
}

/** Steps whose results owners compute, in order, with what everybody knows among them. */
export interface OwnWork {
  readonly steps: readonly ValueStep[];
  readonly types: ReadonlyMap<string, TensorType>;
}

/** What of a plan is shared, and who computes what; the plan's steps as `byOwner` writes them. */
export function sharingOf(plan: Plan, { steps: all, types, owners }: ByOwner): Sharing {
  const typeOf = (name: string): TensorType => types.get(name)!;
  const isOwned = (name: string): boolean => typeof owners.get(name) === 'number';
  const steps = needed(all, plan.outputs.map(({ value }) => value));
  const makers = new Map(steps.flatMap((step) => (isRequirement(step) ? [] : [[step.out, step] as const])));
  /** What an owned value follows from on shares, if that sends nothing: its operands that are not known. */
  const madeOf = (name: string): readonly string[] => {
    const step = makers.get(name);
    return step && sendsNothing(step, typeOf) ? [...new Set(operandsOf(step).filter(isOwned))] : [];
  };

  const wanted = new Set([
    ...steps.filter((step) => isRequirement(step) || owners.get(step.out) === 'secret').flatMap(operandsOf), ...plan.outputs.map(({ value }) => value),
  ].filter(isOwned));
  const around = closure(wanted, madeOf);
  const places = new Map(around.map((name, i) => [name, i]));
  const cut = minimumCut(around.map((name) => ({ words: lengthOf(typeOf(name).shape), madeOf: madeOf(name).map((each) => places.get(each)!), wanted: wanted.has(name) })));
  const onShares = new Set(closure(wanted, (name) => (cut.has(places.get(name)!) ? [] : madeOf(name))));
  const isShared = (name: string): boolean => onShares.has(name) && cut.has(places.get(name)!);

  const made = [...makers.keys()].filter(isShared);
  return {
    shared: [
      ...plan.inputs.filter(({ name }) => !isOwned(name) || isShared(name)).map(({ name, party, length }) => ({ name, party, length })),
      ...made.map((name) => ({ name, party: owners.get(name) as number, length: lengthOf(typeOf(name).shape) })),
    ],
    steps: steps.filter((step) => isRequirement(step) || !isOwned(step.out) || (onShares.has(step.out) && !isShared(step.out))),
    own: { steps: needed([...makers.values()], made) as ValueStep[], types },
    types,
  };
}

/** The names and all that they are made of. */
function closure(names: Iterable<string>, madeOf: (name: string) => readonly string[]): string[] {
  const all = new Set(names);
  for (const name of all) for (const each of madeOf(name)) all.add(each);
  return [...all];
}

/** The steps that some values follow from, and requirements, in order. */
export function needed(steps: readonly PlanStep[], values: Iterable<string>): PlanStep[] {
  const names = new Set(values);
  return steps.toReversed().filter((step) => {
    if (!isRequirement(step) && !names.has(step.out)) return false;
    for (const name of operandsOf(step)) names.add(name);
    return true;
  }).toReversed();
}
