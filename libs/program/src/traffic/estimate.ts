import { type PlanCost, costOf, elementsOf } from '../cost.js';
import { writesOf } from '../machine/instructions.js';
import { type Lowered, lower } from '../machine/lower.js';
import { computingBytes } from '../machine/placement.js';
import { type Level } from '../machine/schedule.js';
import { ownMilliseconds } from '../owned/duration.js';
import { type Plan } from '../plan.js';
import { SUITES } from '../suites.js';
import { lengthOf } from '../tensor/operator.js';
import { type LinkFacts } from './links.js';
import { type Phase, PHASES, isOffline } from './phases.js';
import { DEALING_RATES, RATES, dealingSetUpSeconds, joinRowsRate, localWordsRate, roundSeconds, shamirBitsRate, startRoundTrips, startSeconds } from './rates.js';
import { type Traffic, trafficOf } from './traffic.js';
import { sizesOf } from './transfers/ferret.js';

/** Seconds, by what they go to: links' delay, their bandwidth, processors. */
export interface Seconds {
  readonly waiting: number;
  readonly sending: number;
  readonly computing: number;
}

export interface Estimate {
  /** Until the first message of the protocol, with what owners compute before it. */
  readonly start: number;
  /** Before inputs are shared, and from then on. */
  readonly offline: Seconds;
  readonly online: Seconds;
  readonly total: number;
}

export interface EstimateSettings {
  /** The link between two parties, whichever comes first. */
  readonly link: (one: number, other: number) => LinkFacts;
  readonly lowered?: Lowered;
  readonly traffic?: Traffic;
}

/**
 * How long a job will take, about. A round takes half the round trip of the slowest link, bytes what the bandwidth of the busiest node takes, and work what
 * it was measured to take (`rates.ts`); nothing of it is taken to go on side by side.
 */
export function estimateOf(plan: Plan, { link, lowered = lower(plan), traffic = trafficOf(plan, { lowered }) }: EstimateSettings): Estimate {
  const links = plan.parties.flatMap((_, one) => plan.parties.slice(one + 1).map((__, i) => link(one, one + 1 + i)));
  const roundTrip = Math.max(...links.map(({ roundTripMs }) => roundTripMs)) / 1000;
  const bitsPerSecond = Math.min(...links.map((each) => each.bitsPerSecond));
  const cost = costOf(lowered);
  const part = (offline: boolean): Seconds => {
    const phases = PHASES.filter((phase) => isOffline(phase) === offline);
    const rounds = phases.reduce((total, phase) => total + traffic.rounds[phase], 0);
    const computing = (offline ? dealingSeconds(plan, cost, traffic) : joinSeconds(plan)) + workSeconds(plan, lowered, offline ? lowered.offline : lowered.online) + rounds * roundSeconds;
    return { waiting: (phases.reduce((total, phase) => total + traffic.waits[phase], 0) * roundTrip) / 2, sending: (8 * busiest(traffic, phases)) / bitsPerSecond, computing };
  };
  const [offline, online] = [part(true), part(false)];
  const ownSeconds = Math.max(...plan.parties.map((_, party) => ownMilliseconds(lowered, party))) / 1000;
  const start = startSeconds + startRoundTrips * roundTrip + ownSeconds;
  const all = ({ waiting, sending, computing }: Seconds): number => waiting + sending + computing;
  return { start, offline, online, total: start + all(offline) + all(online) };
}

/** The most bytes that one party sends to all, or receives. */
function busiest({ bytes }: Traffic, phases: readonly Phase[]): number {
  const between = (from: number, to: number): number => phases.reduce((total, phase) => total + bytes[from]![to]![phase], 0);
  return Math.max(...bytes.map((_, party) => Math.max(
    bytes.reduce((total, __, peer) => total + between(party, peer), 0),
    bytes.reduce((total, __, peer) => total + between(peer, party), 0),
  )));
}

const matrixProducts = ({ matrixTriples }: Pick<PlanCost, 'matrixTriples'>): number => matrixTriples.reduce((total, { rows, inner, columns }) => total + rows * inner * columns, 0);

/** The work of some levels; of Shamir sharing it grows with the parties to whom shares are dealt. */
function workSeconds({ suite, parties }: Plan, { registers }: Lowered, levels: readonly Level[]): number {
  const cost = costOf({ registers, offline: [], online: levels });
  const rates = RATES[suite];
  const products = cost.triples / rates.products + matrixProducts(cost) / rates.matrixProducts + cost.andWords / rates.andWords;
  const written = levels.flatMap(({ local }) => local.flatMap(writesOf)).reduce((total, register) => {
    const type = registers[register]!;
    return total + ('length' in type ? type.length : elementsOf(type) / 64);
  }, 0);
  return products * (suite === 'shamir-p61' ? parties.length / 3 : 1) + written / localWordsRate;
}

const joinSeconds = ({ join }: Plan): number => (join ? dealingSetUpSeconds + (join.left.maxRows + join.right.maxRows) / joinRowsRate : 0);

/** What makes correlations, one peer after the other. */
function dealingSeconds({ suite, parties }: Plan, cost: PlanCost, { made, correlations }: Traffic): number {
  if (suite === 'shamir-p61') return ((cost.daBits / shamirBitsRate) * parties.length) / 3;
  if (!made || correlations.bytesPerPair === 0) return 0;
  const by = (lattices: boolean): 'lattices' | 'transfers' => (lattices ? 'lattices' : 'transfers');
  const { triples, matrixProducts: matrices, andWords, daBits } = DEALING_RATES;
  return (parties.length - 1) * (dealingSetUpSeconds + cost.triples / triples[by(made.lattices.triples)] + matrixProducts(cost) / matrices[by(made.lattices.matrices)]
    + cost.andWords / andWords + cost.daBits / daBits);
}

/** Kernels' memory while correlations are made, on top of what is made: for tables, messages and the streams of a batch. */
const passingBytes = 48 * 1024 * 1024;

/** What owners compute: results of steps, and exact numbers of as many elements as are at hand at a time. */
function ownBytes({ own: { steps, types } }: Lowered): number {
  return steps.length === 0 ? 0 : 32 * 1024 * 1024 + 8 * steps.reduce((sum, { out }) => sum + lengthOf(types.get(out)!.shape), 0);
}

/** What a session process takes at most beside the runtime, about: while it makes correlations, or while it computes. */
export function memoryOf(plan: Plan, lowered: Lowered = lower(plan), traffic: Traffic = trafficOf(plan, { lowered })): number {
  const { triples, matrixTriples, andWords, daBits } = costOf(lowered);
  const isMade = plan.suite === 'shamir-p61' ? daBits > 0 : traffic.correlations.bytesPerPair > 0;
  const { usesTriples } = SUITES[plan.suite];
  const kept = 24 * (usesTriples ? triples + andWords : 0) + (isMade ? 9 * daBits : 0)
    + (usesTriples ? matrixTriples.reduce((sum, { rows, inner, columns }) => sum + 8 * (rows * inner + inner * columns + rows * columns), 0) : 0);
  const legs = matrixTriples.length > 0 && !traffic.made?.lattices.matrices ? 2 : 1;
  const silent = traffic.made?.source.kind === 'ferret' ? 16 * sizesOf(traffic.made.source.parameters).outputs * legs * (plan.parties.length - 1) : 0;
  return kept + Math.max(ownBytes(lowered), isMade ? passingBytes + silent : 0, computingBytes(plan, lowered));
}
