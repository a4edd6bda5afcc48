import { PlanError } from '../errors.js';
import { joinTypes } from '../join/types.js';
import { type Plan, type PlanInput, isRequirement } from '../plan.js';
import { operandsOf } from '../tensor/operands.js';

/** Who knows a value: the party that alone has all that it is made of, everybody, or nobody. */
export type Owner = number | 'public' | 'secret';

/** Noise meets what it hides on shares alone (docs/adr/0007). */
const ownerOf = (input: PlanInput): Owner => (input.onShares || input.source.of === 'noise' ? 'secret' : input.party);

/** Of what a plan begins with, by name. */
export const firstOwners = (plan: Plan): Map<string, Owner> =>
  new Map<string, Owner>([...plan.inputs.map((input) => [input.name, ownerOf(input)] as const), ...joinTypes(plan).map(({ name }) => [name, 'secret'] as const)]);

/** Of what is made of values with these owners. */
export const together = (owners: readonly Owner[]): Owner =>
  owners.reduce((one, other) => (one === 'public' || one === other ? other : other === 'public' ? one : 'secret'), 'public');

/**
 * What is held against a declaration on shares must be what everything else is made of, or an owner could let one thing be checked and share another. Throws CS0673
 * where a `require_within` rests on an input of which its owner may share something else.
 */
export function checkChecked(plan: Plan): void {
  const checked = new Set(plan.steps.flatMap((step) => (step.op === 'require_within' ? [step.value] : [])));
  if (checked.size === 0) return;
  for (const step of plan.steps.toReversed()) {
    if (!isRequirement(step) && checked.has(step.out)) for (const name of operandsOf(step)) checked.add(name);
  }
  const free = plan.inputs.find((input) => checked.has(input.name) && typeof ownerOf(input) === 'number');
  if (free) throw new PlanError('CS0673', `\`${free.name}\` is checked on shares, and is not said to be computed with on shares alone`, ['give the input `onShares`']);
}
