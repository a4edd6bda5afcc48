import { type Lowered, type Plan, type Vectors } from '#program/plans';
import { type Machine } from '../machine/index.js';
import { wordsStride } from '../sharing/index.js';

/** Shares all vectors in one round; an owner's travel as one, in order. `own` are those of this party. */
export async function shareAll(machine: Machine, { parties }: Pick<Plan, 'parties'>, { inputs }: Lowered, self: number, own: Vectors): Promise<void> {
  const { memory, suite } = machine;
  const lengths = parties.map((_, owner) => inputs.reduce((sum, input) => sum + (input.party === owner ? input.length : 0), 0));
  const mine = new BigUint64Array(lengths[self]!);
  let filled = 0;
  for (const { name, party } of inputs) {
    if (party !== self) continue;
    mine.set(own.get(name)!, filled);
    filled += own.get(name)!.length;
  }
  const vectors = lengths.map((length) => memory.take(suite.components * wordsStride(length)));
  await suite.shareInputs(memory, mine, lengths, (owner) => vectors[owner]!).finally(() => mine.fill(0n));
  const taken = lengths.map(() => 0);
  for (const { party, length, register } of inputs) {
    machine.load(register, vectors[party]!, lengths[party]!, taken[party]!);
    taken[party]! += length;
  }
  vectors.forEach((vector, owner) => memory.bytes.fill(0, vector, vector + suite.components * wordsStride(lengths[owner]!)));
}
