import { ASSUMPTIONS, type Assumptions, type Problem, allows } from '../assumptions.js';
import { type PlanCost } from '../cost.js';
import { PlanError } from '../errors.js';
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

/** What a caller asks for; `auto` takes what sends least of what the job may rest on, lattices included. A named one makes everything by transfers. */
export type SourceRequest = SourceName | 'auto';

export interface SourceSettings {
  readonly base?: BaseName;
  /** What the job may rest on. Default: `any`. */
  readonly assumptions?: Assumptions;
}

export interface SourceChoice {
  /** As parties compare it before anything else is sent. */
  readonly name: SourceName | `${SourceName}+lattice-${string}`;
  readonly source: Source;
  readonly lattices: Lattices;
  /** What the offline phase sends between two parties, in both directions, whole frames. */
  readonly bytesPerPair: number;
  /** Problems that have to be hard. */
  readonly restsOn: readonly Problem[];
  /** Why this one: one line. */
  readonly reason: string;
}

/** Where correlations come from, as statistics and plans tell it. */
export type CorrelationFacts = Omit<SourceChoice, 'source' | 'lattices' | 'name'> & { readonly name: SourceChoice['name'] | 'none' };

const problemsOf = (source: Source, lattices: Lattices): Problem[] =>
  ['module-lwe', ...(lattices.triples || lattices.matrices ? ['rlwe' as const] : []), ...(source.kind === 'ferret' ? ['lpn' as const] : [])];

type Costed = Omit<SourceChoice, 'reason' | 'name'> & { readonly name: SourceName };

const withLattices = [noLattices, { triples: true, matrices: false }, { triples: false, matrices: true }, { triples: true, matrices: true }];
const leastOf = (all: readonly Costed[]): Costed => all.reduce((best, each) => (each.bytesPerPair < best.bytesPerPair ? each : best));
const madeByLattices = ({ triples, matrices }: Lattices): string[] => [...(triples ? ['triples'] : []), ...(matrices ? ['matrices'] : [])];
const nameOf = ({ name, lattices }: Costed): SourceChoice['name'] => (lattices.triples || lattices.matrices ? `${name}+lattice-${madeByLattices(lattices).join('-')}` : name);

/** The source of a session that needs `demand`: every party comes to the same. Throws `PlanError` CS0675. */
export function chooseSource(demand: Demand, request: SourceRequest = 'auto', { base = 'k-pke-768', assumptions = 'any' }: SourceSettings = {}): SourceChoice {
  // Of equal ones the first: nothing is made by lattices that is not there.
  const all = withLattices.flatMap((lattices) => (Object.keys(sources) as SourceName[]).map((name): Costed => {
    const source = sources[name];
    return { name, source, lattices, bytesPerPair: dealingBytes(demand, { source, base, lattices }), restsOn: problemsOf(source, lattices) };
  }));
  if (request !== 'auto') {
    const named = all.find(({ name }) => name === request)!;
    if (!allows(assumptions, named.restsOn)) throw new PlanError('CS0675', `\`${request}\` rests on ${named.restsOn.join(' and ')}, and the job rests on ${ASSUMPTIONS[assumptions].limit}`);
    return { ...named, reason: 'asked for' };
  }
  const least = leastOf(all.filter(({ restsOn }) => allows(assumptions, restsOn)));
  return { ...least, name: nameOf(least), reason: reasonOf(least, all, assumptions) };
}

/** Why the one that sends least of those that a job may rest on. */
function reasonOf(least: Costed, all: readonly Costed[], assumptions: Assumptions): string {
  const [softspoken] = all as [Costed];
  if (least.bytesPerPair === 0) return 'nothing is multiplied';
  const leastAtAll = leastOf(all);
  if (leastAtAll.bytesPerPair < least.bytesPerPair) {
    return `sends least of what rests on ${ASSUMPTIONS[assumptions].limit}, ${least.bytesPerPair} bytes per pair of parties; ${nameOf(leastAtAll)} would send ${leastAtAll.bytesPerPair}`;
  }
  const made = madeByLattices(least.lattices);
  if (made.length > 0) return `sends ${least.bytesPerPair} bytes per pair of parties with ${made.join(' and ')} from lattices, softspoken alone would send ${softspoken.bytesPerPair}`;
  if (least === softspoken) return 'too few multiplications to pay for the set-up of Ferret';
  return `sends ${least.bytesPerPair} bytes per pair of parties, softspoken would send ${softspoken.bytesPerPair}`;
}

/** The same for a suite: only additive shares are multiplied with what is made ahead between pairs. */
export function correlationsOf(suite: SuiteName, cost: PlanCost, request?: SourceRequest, settings?: SourceSettings): { readonly facts: CorrelationFacts; readonly choice?: SourceChoice } {
  if (!SUITES[suite].usesTriples) {
    return { facts: { name: 'none', bytesPerPair: 0, restsOn: ['module-lwe'], reason: `products of ${suite === 'replicated-z64' ? 'replicated' : 'Shamir'} shares need none` } };
  }
  const choice = chooseSource(cost, request, settings);
  const { name, bytesPerPair, restsOn, reason } = choice;
  return { facts: { name, bytesPerPair, restsOn: bytesPerPair > 0 ? restsOn : ['module-lwe'], reason }, choice };
}
