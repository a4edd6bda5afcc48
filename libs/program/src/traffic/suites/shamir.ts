import { type Phase } from '../phases.js';
import { type RoundShape } from '../round-shape.js';
import { ranges, seedBytes } from '../transfers/blocks.js';
import { type Scene, type SuiteRules, eachPair, sum } from './scene.js';

/** t: how many parties may be corrupt (libs/mpc/src/sharing/shamir/protocol.ts). */
export const thresholdOf = (parties: number): number => Math.floor((parties - 1) / 2);

/** How many parties reduce the degree of a product: it has degree 2t. */
export const reducersOf = (threshold: number): number => 2 * threshold + 1;

/** Where one party more than products need is there, everybody sends something to everybody from the inputs until transcripts are confirmed. */
export const isGuarded = (parties: number): boolean => parties > reducersOf(thresholdOf(parties));

/** The parties that expand their share of what a party deals: the t before it. */
export const expanders = (dealer: number, parties: number, threshold: number): readonly number[] =>
  Array.from({ length: threshold }, (_, i) => (dealer - 1 - i + parties) % parties);

/** The parties that a dealer sends their share: all the others. */
export const receivers = (dealer: number, parties: number, threshold: number): readonly number[] =>
  Array.from({ length: parties - 1 - threshold }, (_, i) => (dealer + 1 + i) % parties);

/** Bytes of a share: of a word modulo p, of a bit over GF(2^8). */
export const shareBytes = { word: 8, bit: 1 } as const;

/** What an operation sends: what reducers deal of it, and what everybody opens to everybody. */
export function shamirBytes(shape: RoundShape): { readonly dealt: number; readonly opened: number } {
  switch (shape.op) {
    case 'multiply': return { dealt: shareBytes.word * shape.length, opened: 0 };
    case 'matmul': return { dealt: shareBytes.word * shape.rows * shape.columns, opened: 0 };
    case 'and': return { dealt: shareBytes.bit * shape.planes * shape.lanes, opened: 0 };
    case 'openWords': return { dealt: 0, opened: shareBytes.word * shape.length };
    case 'openBits': return { dealt: 0, opened: shareBytes.bit * shape.planes * shape.lanes };
  }
}

/** How many random bits make a batch: their vectors and messages stay small, and rounds few. */
export const randomBitsPerBatch = 256 * 1024;

/** How often the bits of t + 1 dealers are joined in pairs. */
export const joiningLevels = (dealers: number): number => Math.ceil(Math.log2(dealers));

/** Pairs of dealers whose bits are joined at a level: their numbers are 2^(level − 1) apart. */
export const joinedAt = (dealers: number, level: number): readonly number[] =>
  Array.from({ length: dealers }, (_, i) => i).filter((i) => i % 2 ** level === 0 && i + 2 ** (level - 1) < dealers);

/**
 * The rounds in which random bits are made: in each a batch is dealt, and those before it are joined, each a level further. `bits` by dealers 0 … t,
 * `products` by reducers.
 */
export function randomBitRounds(parties: number, count: number): readonly { readonly bits: number; readonly products: number }[] {
  const dealers = thresholdOf(parties) + 1;
  const levels = joiningLevels(dealers);
  const batches = ranges(count, randomBitsPerBatch).map(([from, to]) => to - from);
  if (batches.length === 0) return [];
  return Array.from({ length: batches.length + levels }, (_, round) => ({
    bits: batches[round] ?? 0,
    products: Array.from({ length: levels }, (__, i) => (batches[round - i - 1] ?? 0) * joinedAt(dealers, i + 1).length).reduce((sum, each) => sum + each, 0),
  }));
}

/** Whether a party is sent its share of what another deals. */
const isDealt = (from: number, to: number, parties: number): boolean => receivers(from, parties, thresholdOf(parties)).includes(to);
const reduces = (party: number, parties: number): boolean => party < reducersOf(thresholdOf(parties));

/** An exchange: no message where there is nothing to say, but for an empty one where everybody has to speak. */
function shamirExchange(scene: Scene, phase: Phase, bytes: (from: number, to: number) => number): void {
  const speaks = isGuarded(scene.parties) && phase === 'online';
  eachPair(scene, (from, to) => {
    const body = bytes(from, to);
    scene.send(from, to, phase, body > 0 || speaks ? body : undefined);
  });
}

export const shamir: SuiteRules = {
  prepare: (scene, daBits) => {
    const { everybody, parties, send } = scene;
    const threshold = thresholdOf(parties);
    for (const party of everybody) for (const expander of expanders(party, parties, threshold)) send(party, expander, 'setUp', seedBytes);
    const rounds = randomBitRounds(parties, daBits);
    for (const { bits, products } of rounds) {
      shamirExchange(scene, 'correlations', (from, to) => (isDealt(from, to, parties)
        ? (from <= threshold ? (shareBytes.word + shareBytes.bit) * bits : 0) + (reduces(from, parties) ? shareBytes.word * products : 0)
        : 0));
    }
    return { setUp: 1, correlations: rounds.length };
  },
  input: (scene) => shamirExchange(scene, 'inputs', (from, to) => (isDealt(from, to, scene.parties) ? shareBytes.word * scene.inputs[from]! : 0)),
  round: (scene, shapes, phase) => {
    const each = shapes.map(shamirBytes);
    const [dealt, opened] = [sum(each.map((one) => one.dealt)), sum(each.map((one) => one.opened))];
    shamirExchange(scene, phase, (from, to) => opened + (isDealt(from, to, scene.parties) && reduces(from, scene.parties) ? dealt : 0));
  },
  open: (scene) => shamirExchange(scene, 'opening', (_, to) => (scene.to.includes(to) ? shareBytes.word * scene.outputs : 0)),
};
