import { type BatchShape, type Demand, legShapes } from './batches.js';
import { wireBytes } from './frame.js';
import { columnWindows, latticeMatrixPlan, windowTraffic } from './lattice/matrix.js';
import { batchesAhead, productBatches, productsAnswerBytes, productsQueryBytes } from './lattice/products.js';
import { type LatticeKind, latticeKeyBytes } from './lattice/sizes.js';
import { type BaseName, baseMessages } from './transfers/base.js';
import { type FerretParameters, challengeBytes, checkDigestBytes, coinsBytes, commitmentBytes, firstBatches, inIterations, sumsBytes, treeMessages } from './transfers/ferret.js';
import { correctionsBytes, extensionRows, treeDepth, treesBytes } from './transfers/softspoken.js';

/** How the transfers of a session are made. SoftSpoken assumes nothing on parity with noise. */
export type Source =
  | { readonly kind: 'softspoken' }
  | { readonly kind: 'ferret'; readonly parameters: FerretParameters; readonly checked: boolean };

/** What is made by lattices in place of transfers. */
export interface Lattices {
  readonly triples: boolean;
  readonly matrices: boolean;
}
export const noLattices: Lattices = { triples: false, matrices: false };

/** Batches of one leg that run side by side, so that neither end waits for the link, nor for every round trip of a long one. Two legs and the lattices fit into a link's lanes. */
export const streamsPerLeg = 4;

/** Which end of a pair sends the transfers of elementwise triples and of random bits, which are made in the order of the parties. */
export const primarySender = (one: number, other: number): number => Math.min(one, other);

/** What transfers are still to make. */
export const byTransfers = (demand: Demand, lattices: Lattices): Demand =>
  ({ ...demand, triples: lattices.triples ? 0 : demand.triples, matrixTriples: lattices.matrices ? [] : demand.matrixTriples });

export interface DealingSettings {
  readonly source: Source;
  readonly lattices?: Lattices;
  readonly base: BaseName;
  /** Depth of the trees of OT extension. */
  readonly k?: number;
}

/** The two ends of a pair: who sends on the leg of elementwise triples, and the other. */
type End = 'sender' | 'receiver';

/** `setUp`: base transfers with their trees, and keys of lattices, whose size is the same whatever is made of them. */
type DealingPhase = 'setUp' | 'correlations';

/** Messages in one direction that follow each other on a lane; whole frames. */
interface Run {
  readonly from: End;
  readonly bytes: number;
  readonly phase: DealingPhase;
}
type Lane = readonly Run[];

/** What dealing takes between two parties. */
export interface PairDealing {
  /** What each end sends. */
  readonly sent: Readonly<Record<End, Readonly<Record<DealingPhase, number>>>>;
  /** Changes of direction on the lane that has most of them, the first message included. */
  readonly turns: number;
  /** The same where what is asked ahead of answers waits for the link once: how often a link's delay shows. */
  readonly waits: number;
}

/** What making `demand` sends between two parties, and how many messages wait for each other. */
export function dealingOf(demand: Demand, settings: DealingSettings): PairDealing {
  const { lattices = noLattices } = settings;
  const { primary, other } = legShapes(byTransfers(demand, lattices));
  const lanes = [
    ...legLanes(primary, settings), ...legLanes(other, settings).map((lane) => lane.map((run): Run => ({ ...run, from: otherEnd(run.from) }))),
    ...(lattices.matrices && demand.matrixTriples.length > 0 ? latticeMatrices(demand) : []),
  ];
  const products = lattices.triples && demand.triples > 0 ? latticeProducts(demand.triples) : [];
  const sent = { sender: { setUp: 0, correlations: 0 }, receiver: { setUp: 0, correlations: 0 } };
  for (const lane of [...lanes, products]) for (const { from, bytes, phase } of lane) sent[from][phase] += bytes;
  const most = (all: readonly Lane[]): number => all.reduce((longest, lane) => Math.max(longest, turnsOf(lane)), 0);
  return { sent, turns: most([...lanes, products]), waits: Math.max(most(lanes), 2 * Math.ceil(turnsOf(products) / (2 * batchesAhead))) };
}

const otherEnd = (end: End): End => (end === 'sender' ? 'receiver' : 'sender');
const turnsOf = (lane: Lane): number => lane.reduce((turns, { from }, i) => turns + (lane[i - 1]?.from === from ? 0 : 1), 0);

/** The lanes of a leg: the first has the set-up, and batches take turns (libs/mpc/src/correlations/legs.ts). */
function legLanes(batches: readonly BatchShape[], settings: DealingSettings): Lane[] {
  if (batches.length === 0) return [];
  const { source, k = treeDepth } = settings;
  const lanes: Run[][] = [setUp(settings), ...Array.from({ length: streamsPerLeg - 1 }, (): Run[] => [])];
  const run = (section: readonly BatchShape[], choices: (transfers: number) => number): void => section.forEach(({ transfers, payloadBytes }, i) =>
    lanes[i % streamsPerLeg]!.push(
      { from: 'receiver', bytes: wireBytes(choices(transfers)), phase: 'correlations' }, { from: 'sender', bytes: payloadBytes, phase: 'correlations' }));
  if (source.kind === 'softspoken') run(batches, (transfers) => correctionsBytes(k, transfers));
  else {
    for (const section of inIterations(source.parameters, batches)) {
      lanes[0]!.push(...iteration(source));
      run(section, (transfers) => transfers / 8);
    }
  }
  return lanes;
}

function setUp({ source, base, k = treeDepth }: DealingSettings): Run[] {
  const { keys, ciphertexts } = baseMessages(base, extensionRows);
  const message = (from: End, body: number, phase: DealingPhase = 'setUp'): Run => ({ from, bytes: wireBytes(body), phase });
  const softspoken = [message('sender', keys), message('receiver', ciphertexts), message('receiver', treesBytes)];
  if (source.kind === 'softspoken') return softspoken;
  return [
    message('sender', commitmentBytes), ...softspoken, message('receiver', coinsBytes),
    ...firstBatches(source.parameters).map((transfers) => message('receiver', correctionsBytes(k, transfers), 'correlations')),
    message('sender', coinsBytes),
  ];
}

/** An iteration of Ferret. */
const iteration = ({ parameters, checked }: Extract<Source, { kind: 'ferret' }>): Run[] => [
  ...treeMessages(parameters).map((range): Run => ({ from: 'sender', bytes: wireBytes(sumsBytes(parameters, range)), phase: 'correlations' })),
  ...(checked
    ? [{ from: 'receiver', bytes: wireBytes(challengeBytes), phase: 'correlations' }, { from: 'sender', bytes: wireBytes(checkDigestBytes), phase: 'correlations' }] as const
    : []),
];

const keysFrom = (from: End, kind: LatticeKind): Run => ({ from, bytes: wireBytes(latticeKeyBytes(kind)), phase: 'setUp' });

/** Queries are ahead of their answers, so that those of some batches wait together. */
function latticeProducts(triples: number): Lane {
  const query = wireBytes(productsQueryBytes(2));
  const answer = wireBytes(productsAnswerBytes);
  return [keysFrom('sender', 'products'), ...productBatches(triples).flatMap((): Run[] => [
    { from: 'sender', bytes: query, phase: 'correlations' }, { from: 'receiver', bytes: answer, phase: 'correlations' },
  ])];
}

/** Either end's matrix meets the other's, on a lane each way; which of the two has the keys before it is of no account. */
const latticeMatrices = ({ matrixTriples }: Demand): Lane[] => (['sender', 'receiver'] as const).map((end) => [
  ...(end === 'sender' ? [keysFrom('sender', 'matrix'), keysFrom('receiver', 'matrix')] : []),
  ...matrixTriples.flatMap((shape): Run[] => {
    const plan = latticeMatrixPlan(shape);
    if (!plan) return [];
    const owner = plan.owner === 'sender' ? end : otherEnd(end);
    return columnWindows(plan).flatMap(([from, to]): Run[] => {
      const { queries, answers } = windowTraffic(plan.shape, plan.window, to - from);
      return [{ from: owner, bytes: queries, phase: 'correlations' }, { from: otherEnd(owner), bytes: answers, phase: 'correlations' }];
    });
  }),
]);

/** What making `demand` sends between two parties, in both directions. */
export function dealingBytes(demand: Demand, settings: DealingSettings): number {
  const { sender, receiver } = dealingOf(demand, settings).sent;
  return sender.setUp + sender.correlations + receiver.setUp + receiver.correlations;
}
