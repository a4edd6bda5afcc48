import { type HeldOutputs, type Kem, type Link, type SessionOptions } from '#mpc';
import { type Plan, type PlanStep, type SuiteName, planDigest } from '#program';
import { runSessionWith } from '../../mpc/src/engine/session.js';
import { type Correlations, dealCorrelations } from '../../mpc/src/correlations/index.js';
import { idealCorrelations } from './ideal-dealer.js';
import { memoryLinks } from './memory-links.js';
import { seededRandomness } from './seeded-randomness.js';

/** A private vector and who holds it. */
export interface PrivateVector {
  readonly party: number;
  readonly values: readonly bigint[];
}

/** A plan over private vectors of integers that opens the named values of the given lengths. All of it is computed on shares. */
export function planOf(parties: number, vectors: Readonly<Record<string, PrivateVector>>, steps: readonly PlanStep[], outputs: Readonly<Record<string, number>>, suite: SuiteName = 'additive-z64'): Plan {
  return {
    v: 1,
    program: { name: 'Spec', digest: '' },
    suite,
    parties: Array.from({ length: parties }, (_, i) => `Bank ${i}`),
    receivers: ['Bank 0'],
    inputs: Object.entries(vectors).map(([name, { party, values }]) => (
      { name, party, dataset: 'Loans', length: values.length, fractionBits: 0, onShares: true, source: { of: 'column', column: name } })),
    steps,
    outputs: Object.entries(outputs).map(([value, length]) => ({ name: value, value, length, fractionBits: 0 })),
  };
}

/** The same plan, where owners compute what they can. */
export const withLocalWork = (plan: Plan): Plan => ({ ...plan, inputs: plan.inputs.map(({ onShares: _, ...input }) => input) });

export interface Setting {
  /** The real offline phase, or the ideal dealer in its place. */
  readonly offline: 'real' | 'ideal';
  readonly kem?: Kem;
  /** Seed of the ideal dealer, if not the session's. */
  readonly dealer?: Uint8Array;
  readonly links?: (Link | undefined)[][];
  /** What a party got from either, before the session uses it. */
  readonly onDealt?: (correlations: Correlations, party: number) => void;
  /** Options of one party that differ. */
  readonly of?: (party: number) => Partial<SessionOptions>;
}

/** Runs all parties of a plan in this process, with seeded coins. */
export function runParties(plan: Plan, vectors: Readonly<Record<string, PrivateVector>>, setting: Setting): Promise<PromiseSettledResult<HeldOutputs>[]> {
  const parties = plan.parties.length;
  const links = setting.links ?? memoryLinks(parties);
  const sessionId = new Uint8Array(32).fill(5);
  return Promise.allSettled(links.map((row, party) => {
    const randomness = seededRandomness(`party ${party}`);
    const deal: typeof dealCorrelations = async (dealing) => {
      const dealt = await (setting.offline === 'real' ? dealCorrelations(dealing) : idealCorrelations(setting.dealer ?? sessionId, party, parties, dealing.demand));
      setting.onDealt?.(dealt, party);
      return dealt;
    };
    const own = Object.entries(vectors).filter(([, vector]) => vector.party === party);
    return runSessionWith(deal, {
      plan,
      planDigest: planDigest(plan),
      sessionId,
      party,
      inputs: new Map(own.map(([name, { values }]) => [name, BigUint64Array.from(values, (each) => BigInt.asUintN(64, each))])),
      links: row,
      randomness,
      kem: setting.kem,
      ...setting.of?.(party),
    });
  }));
}

/** The outputs of all parties; throws the first reason when one failed. */
export function allHeld(results: readonly PromiseSettledResult<HeldOutputs>[]): HeldOutputs[] {
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason as Error;
    return result.value;
  });
}
