import { type Plan } from '#program';
import { type Mesh, type Randomness } from '../channel/index.js';
import { concatenate, shareInputs } from '../sharing/index.js';
import { type Shares } from './evaluate.js';

/** Shares all inputs in one round; an owner's inputs travel as one vector, in the order of the plan. */
export async function shareAll(mesh: Mesh, plan: Plan, inputs: ReadonlyMap<string, BigUint64Array>, randomness: Randomness): Promise<Shares> {
  const lengths = plan.parties.map((_, owner) => plan.inputs.reduce((sum, input) => sum + (input.party === owner ? input.length : 0), 0));
  const own = concatenate(plan.inputs.filter(({ party }) => party === mesh.self).map(({ name }) => inputs.get(name)!));
  const vectors = await shareInputs(mesh, own, lengths, randomness).finally(() => own.fill(0n));
  const taken = lengths.map(() => 0);
  const shares = new Map(plan.inputs.map(({ name, party, length }) => {
    const from = taken[party]!;
    taken[party] = from + length;
    return [name, vectors[party]!.slice(from, from + length)] as const;
  }));
  for (const vector of vectors) vector.fill(0n);
  return shares;
}
