import { type PlanCost } from '../cost.js';
import { type SuiteName } from '../plan.js';
import { SUITES } from '../suites.js';
import { type Demand } from './batches.js';
import { type Lattices, type Source, dealingBytes, noLattices } from './dealing.js';
import { type BaseName } from './transfers/base.js';
import { ferretSets } from './transfers/ferret.js';

const sources = {
  softspoken: { kind: 'softspoken' },
  'ferret-b10': { kind: 'ferret', parameters: ferretSets.b10, checked: false },
  'ferret-b11': { kind: 'ferret', parameters: ferretSets.b11, checked: false },
} as const satisfies Record<string, Source>;

export type SourceName = keyof typeof sources;

/** What a caller asks for; `auto` takes what sends least, lattices included, which rest on RLWE. A named one makes everything by transfers. */
export type SourceRequest = SourceName | 'auto';

export interface SourceChoice {
  /** As parties compare it before anything else is sent. */
  readonly name: SourceName | `${SourceName}+lattice-${string}`;
  readonly source: Source;
  readonly lattices: Lattices;
  /** What the offline phase sends between two parties, in both directions, whole frames. */
  readonly bytesPerPair: number;
  /** Why this one: one line. */
  readonly reason: string;
}

/** Where correlations come from, as statistics and plans tell it. */
export type CorrelationFacts = Omit<SourceChoice, 'source' | 'lattices' | 'name'> & { readonly name: SourceChoice['name'] | 'none' };

/** The source of a session that needs `demand`: every party comes to the same. */
export function chooseSource(demand: Demand, request: SourceRequest = 'auto', base: BaseName = 'k-pke-768'): SourceChoice {
  const choicesWith = (lattices: Lattices): (Omit<SourceChoice, 'reason' | 'name'> & { name: SourceName })[] =>
    (Object.keys(sources) as SourceName[]).map((name) => ({ name, source: sources[name], lattices, bytesPerPair: dealingBytes(demand, { source: sources[name], base, lattices }) }));
  const choices = choicesWith(noLattices);
  const [softspoken] = choices as [typeof choices[number]];
  if (request !== 'auto') return { ...choices.find(({ name }) => name === request)!, reason: 'asked for' };
  // Of equal ones the first: nothing is made by lattices that is not there.
  const all = [{ triples: true, matrices: false }, { triples: false, matrices: true }, { triples: true, matrices: true }].flatMap(choicesWith);
  const least = [...choices, ...all].reduce((best, each) => (each.bytesPerPair < best.bytesPerPair ? each : best));
  if (least.bytesPerPair === 0) return { ...least, reason: 'nothing is multiplied' };
  const made = [...(least.lattices.triples ? ['triples'] : []), ...(least.lattices.matrices ? ['matrices'] : [])];
  if (made.length > 0) {
    return { ...least, name: `${least.name}+lattice-${made.join('-')}`, reason: `sends ${least.bytesPerPair} bytes per pair of parties with ${made.join(' and ')} from lattices, softspoken alone would send ${softspoken.bytesPerPair}` };
  }
  if (least === softspoken) return { ...least, reason: 'too few multiplications to pay for the set-up of Ferret' };
  return { ...least, reason: `sends ${least.bytesPerPair} bytes per pair of parties, softspoken would send ${softspoken.bytesPerPair}` };
}

/** The same for a suite: only additive shares are multiplied with what is made ahead between pairs. */
export function correlationsOf(suite: SuiteName, cost: PlanCost, request?: SourceRequest, base?: BaseName): { readonly facts: CorrelationFacts; readonly choice?: SourceChoice } {
  if (!SUITES[suite].usesTriples) {
    return { facts: { name: 'none', bytesPerPair: 0, reason: `products of ${suite === 'replicated-z64' ? 'replicated' : 'Shamir'} shares need none` } };
  }
  const choice = chooseSource(cost, request, base);
  const { name, bytesPerPair, reason } = choice;
  return { facts: { name, bytesPerPair, reason }, choice };
}
