import { type Lowered, type Plan } from '#program/plans';
import { type Machine } from '../machine/index.js';
import { wordsStride } from '../sharing/index.js';

/** Shares all inputs in one round; an owner's inputs travel as one vector, in the order of the plan. */
export async function shareAll(machine: Machine, plan: Plan, { inputs: registers }: Lowered, self: number, inputs: ReadonlyMap<string, BigUint64Array>): Promise<void> {
  const { memory, suite } = machine;
  const lengths = plan.parties.map((_, owner) => plan.inputs.reduce((sum, input) => sum + (input.party === owner ? input.length : 0), 0));
  const own = new BigUint64Array(lengths[self]!);
  let filled = 0;
  for (const { name, party } of plan.inputs) {
    if (party !== self) continue;
    own.set(inputs.get(name)!, filled);
    filled += inputs.get(name)!.length;
  }
  const vectors = lengths.map((length) => memory.take(suite.components * wordsStride(length)));
  await suite.shareInputs(memory, own, lengths, (owner) => vectors[owner]!).finally(() => own.fill(0n));
  const taken = lengths.map(() => 0);
  plan.inputs.forEach(({ party, length }, i) => {
    machine.load(registers[i]!, vectors[party]!, lengths[party]!, taken[party]!);
    taken[party]! += length;
  });
  vectors.forEach((vector, owner) => memory.bytes.fill(0, vector, vector + suite.components * wordsStride(lengths[owner]!)));
}
