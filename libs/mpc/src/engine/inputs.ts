import { setTimeout as delay } from 'node:timers/promises';
import { type Lowered, type OwnVectors, type Plan, ownMilliseconds, ownVectors } from '#program/plans';
import { type Machine } from '../machine/index.js';
import { wordsStride } from '../sharing/index.js';

/** For tests. */
interface Clock {
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
}
const CLOCK: Clock = { now: () => performance.now(), wait: delay };

/** What this party shares: its inputs, and what it computes of them alone, in a time that follows from the plan. Where that did not suffice, in a multiple of it. */
export async function computeOwn(lowered: Lowered, self: number, inputs: ReadonlyMap<string, BigUint64Array>, { now, wait }: Clock = CLOCK): Promise<OwnVectors> {
  const started = now();
  const own = ownVectors(lowered, self, inputs);
  const spentMs = now() - started;
  const givenMs = ownMilliseconds(lowered, self);
  if (givenMs > 0) await wait(Math.max(1, Math.ceil(spentMs / givenMs)) * givenMs - spentMs);
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
