import { expect } from '@jest/globals';
import { type MatrixShape, type Phase, type Plan, type SourceRequest, PHASES, costOf, lower, trafficOf } from '#program/plans';
import { type RecordedLink, type Setting, allHeld, interpretInstructions, memoryLinks, recordedLink, runParties } from '#testing';
import { labelOf } from '../../channel/index.js';
import { type Correlations } from '../../correlations/index.js';

/** Every message of a session: what it belongs to. `round` is of masks until a party says that it computes. */
const phaseOf: Readonly<Record<string, Phase>> = {
  'session-hello/5 hello': 'agreeing',
  'masny-rindal-k-pke-768/1 keys': 'setUp', 'masny-rindal-k-pke-768/1 ciphertexts': 'setUp', 'softspoken/1 trees': 'setUp',
  'ferret/1 commitment': 'setUp', 'ferret/1 coins': 'setUp', 'ferret/1 opening': 'setUp', 'lattice-keys/1 key': 'setUp',
  'replicated-z64/1 set-up': 'setUp', 'shamir-p61/1 seed': 'setUp',
  'softspoken/1 corrections': 'correlations', 'ferret/1 sums': 'correlations', 'ferret/1 choices': 'correlations',
  'gilboa/1 payload': 'correlations', 'bit-products/1 payload': 'correlations', 'matrix-gilboa/1 payload': 'correlations', 'bit-words/1 payload': 'correlations',
  'lattice-products/1 query': 'correlations', 'lattice-products/1 answer': 'correlations', 'lattice-matrix/1 query': 'correlations', 'lattice-matrix/1 answer': 'correlations',
  'shamir-p61/1 bits': 'correlations',
  ...Object.fromEntries(['additive-z64/2', 'replicated-z64/1', 'shamir-p61/1'].flatMap((protocol): [string, Phase][] =>
    [[`${protocol} round`, 'online'], [`${protocol} input`, 'inputs'], [`${protocol} output`, 'opening']])),
  'transcript-confirmation/1 seen': 'confirmation',
};
const phases = new Map(Object.entries(phaseOf).map(([name, phase]) => [labelOf(...(name.split(' ') as [string, string])).tag, phase]));
export const phaseOfFrame = (frame: Uint8Array): Phase => phases.get(tagOf(frame))!;
const tagOf = (frame: Uint8Array): number => new DataView(frame.buffer, frame.byteOffset).getUint32(8, true);

/** What was used up of what was dealt. */
interface Used {
  triples: number;
  andWords: number;
  daBits: number;
  matrixTriples: MatrixShape[];
}

function counting(correlations: Correlations): Used {
  const { arithmetic, boolean, daBits } = correlations;
  const used: Used = { triples: 0, andWords: 0, daBits: 0, matrixTriples: [] };
  const watch = <P extends { take(count: number): unknown }>(pool: P, note: (count: number) => void): void => {
    const take = pool.take.bind(pool) as P['take'];
    pool.take = ((count: number) => (note(count), take(count))) as P['take'];
  };
  watch(arithmetic, (count) => (used.triples += count));
  watch(boolean, (count) => (used.andWords += count));
  watch(daBits, (count) => (used.daBits += count));
  const takeMatrix = correlations.takeMatrix.bind(correlations);
  correlations.takeMatrix = ({ rows, inner, columns }) => (used.matrixTriples.push({ rows, inner, columns }), takeMatrix({ rows, inner, columns }));
  return used;
}

/** What the first party opened, by output, two's complement. */
export type Opened = ReadonlyMap<string, readonly bigint[]>;

interface Measured {
  readonly opened: Opened;
  /** By party. */
  readonly rounds: readonly number[];
  /** `bytes[from][to]`, by phase. */
  readonly bytes: readonly (readonly Readonly<Record<Phase, number>>[])[];
  readonly used: readonly Used[];
}

async function measure(plan: Plan, inputs: Parameters<typeof runParties>[1], setting: Pick<Setting, 'offline'> & { readonly correlations?: SourceRequest }): Promise<Measured> {
  const parties = plan.parties.length;
  const recorded = memoryLinks(parties).map((row) => row.map((link) => link && recordedLink(link)));
  const used: Used[] = [];
  const computesFrom = recorded.map((row) => row.map(() => 0));
  const held = allHeld(await runParties(plan, inputs, {
    offline: setting.offline, links: recorded,
    onDealt: (correlations, party) => void (used[party] = counting(correlations)),
    of: (party) => ({
      correlations: setting.correlations,
      onProgress: ({ phase, done }) => {
        if (phase === 'sharing' && done === 0) computesFrom[party] = recorded[party]!.map((link) => link?.written.length ?? 0);
      },
    }),
  }));
  const [words] = await Promise.all(held.map((each) => each.open([0])));
  const opened = new Map([...words!].map(([name, of]) => [name, Array.from(of, (word) => BigInt.asIntN(64, word))]));
  const bytesOf = (link: RecordedLink | undefined, from: number): Record<Phase, number> => {
    const bytes = Object.fromEntries(PHASES.map((phase) => [phase, 0])) as Record<Phase, number>;
    link?.written.forEach((frame, at) => {
      const phase = phaseOfFrame(frame);
      bytes[phase === 'online' && at < from ? 'masks' : phase] += frame.length;
    });
    return bytes;
  };
  return { opened, used, rounds: held.map(({ stats }) => stats.rounds), bytes: recorded.map((row, party) => row.map((link, peer) => bytesOf(link, computesFrom[party]![peer]!))) };
}

/** What the ideal functionality opens, all of it computed on shares. */
export function ideally(plan: Plan, inputs: Parameters<typeof runParties>[1]): Opened {
  const onShares = { ...plan, inputs: plan.inputs.map((input) => ({ ...input, onShares: true as const })) };
  return interpretInstructions(onShares, new Map(Object.entries(inputs).map(([name, { values }]) => [name, values]))).outputs;
}

/** Holds the prediction against a run, and what it opens against the ideal functionality bit by bit, or as `values` does; of what an ideal dealer gives nothing is sent. */
export async function expectPredicted(
  plan: Plan, inputs: Parameters<typeof runParties>[1], setting: Parameters<typeof measure>[2], values?: (opened: Opened) => void,
): Promise<ReturnType<typeof trafficOf> & Pick<Measured, 'opened'>> {
  const predicted = trafficOf(plan, { correlations: setting.correlations });
  const measured = await measure(plan, inputs, setting);
  if (values) values(measured.opened);
  else expect(measured.opened).toEqual(ideally(plan, inputs));
  const isDealt = setting.offline === 'ideal' && plan.suite === 'additive-z64';
  const without = <T extends Readonly<Record<Phase, number>>>(of: T): T => (isDealt ? { ...of, setUp: 0, correlations: 0 } : of);
  expect(measured.bytes).toEqual(predicted.bytes.map((row) => row.map(without)));
  // A sender of lattices may hear an answer before it asks again, or after: who answers takes every turn.
  expect(Math.max(...measured.rounds)).toBe(PHASES.reduce((sum, phase) => sum + without(predicted.rounds)[phase], 0));
  const { triples, andWords, daBits, matrixTriples } = costOf(lower(plan));
  for (const used of measured.used) expect(used).toEqual({ triples, andWords, daBits, matrixTriples });
  return { ...predicted, opened: measured.opened };
}
