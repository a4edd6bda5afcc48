import { setTimeout as delay } from 'node:timers/promises';
import { type Lowered, type OwnVectors, type Plan, ownVectors } from '#program/plans';
import { type Machine } from '../machine/index.js';
import { wordsStride } from '../sharing/index.js';

/** How long computing takes may depend on what is computed with; nobody sees more of it than this. */
const OWN_GRAIN_MS = 50;

/** What this party shares: its inputs, and what it computes of them alone. */
export async function computeOwn(lowered: Lowered, self: number, inputs: ReadonlyMap<string, BigUint64Array>): Promise<OwnVectors> {
  const started = performance.now();
  const own = ownVectors(lowered, self, inputs);
  const spentMs = performance.now() - started;
  if (own.isComputed) await delay(Math.ceil(spentMs / OWN_GRAIN_MS) * OWN_GRAIN_MS - spentMs);
  return own;
}

/** Shares all vectors in one round; an owner's travel as one, in order. `own` are those of this party. */
export async function shareAll(machine: Machine, { parties }: Pick<Plan, 'parties'>, { inputs }: Lowered, self: number, own: ReadonlyMap<string, BigUint64Array>): Promise<void> {
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
