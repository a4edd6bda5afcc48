import { type Phase } from '../phases.js';
import { ranges, seedBytes } from '../transfers/blocks.js';
import { type Scene, type SuiteRules, eachPair, sum } from './scene.js';
import { type ItemShape, batchesOfItems, itemsOfShape, shareBytes } from './shamir-items.js';

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
export function randomBitRounds(parties: number, count: number): readonly { readonly bits: number; readonly products: readonly number[] }[] {
  const dealers = thresholdOf(parties) + 1;
  const levels = joiningLevels(dealers);
  const batches = ranges(count, randomBitsPerBatch).map(([from, to]) => to - from);
  if (batches.length === 0) return [];
  return Array.from({ length: batches.length + levels }, (_, round) => ({
    bits: batches[round] ?? 0,
    products: Array.from({ length: levels }, (__, i) => joinedAt(dealers, i + 1).map(() => batches[round - i - 1] ?? 0)).flat(),
  }));
}

/** An item, and whether one party sends its part of it to another. */
interface Exchanged extends ItemShape {
  sends(from: number, to: number): boolean;
}

/** Whether a party is sent its share of what another deals. */
const isDealt = (from: number, to: number, parties: number): boolean => receivers(from, parties, thresholdOf(parties)).includes(to);

const dealt = (parties: number, dealers: readonly number[], elementBytes: number, count: number): Exchanged =>
  ({ elementBytes, count, dealers, sends: (from, to) => dealers.includes(from) && isDealt(from, to, parties) });

const reduced = (parties: number, elementBytes: number, count: number): Exchanged =>
  ({ elementBytes, count, sends: (from, to) => from < reducersOf(thresholdOf(parties)) && isDealt(from, to, parties) });

const opened = (elementBytes: number, count: number, to?: readonly number[]): Exchanged => ({ elementBytes, count, sends: (_, party) => to?.includes(party) ?? true });

/** Exchanges of items: no message where there is nothing to say, but for an empty one where everybody has to speak. Returns how many there are. */
function exchange(scene: Scene, phase: Phase, items: readonly Exchanged[]): number {
  const speaks = isGuarded(scene.parties) && phase === 'online';
  const batches = [...batchesOfItems(items, scene.parties)];
  for (const batch of batches) {
    eachPair(scene, (from, to) => {
      const body = sum(batch.map(({ item, count }) => (items[item]!.sends(from, to) ? items[item]!.elementBytes * count : 0)));
      scene.send(from, to, phase, body > 0 || speaks ? body : undefined);
    });
  }
  return batches.length;
}

export const shamir: SuiteRules = {
  prepare: (scene, daBits) => {
    const { everybody, parties, send } = scene;
    const threshold = thresholdOf(parties);
    for (const party of everybody) for (const expander of expanders(party, parties, threshold)) send(party, expander, 'setUp', seedBytes);
    const dealers = everybody.slice(0, threshold + 1);
    const rounds = randomBitRounds(parties, daBits).map(({ bits, products }) => exchange(scene, 'correlations', [
      ...dealers.map((dealer) => dealt(parties, [dealer], shareBytes.word, bits)), dealt(parties, dealers, shareBytes.bit, bits),
      ...products.map((count) => reduced(parties, shareBytes.word, count)),
    ]));
    return { setUp: 1, correlations: sum(rounds) };
  },
  input: (scene) => exchange(scene, 'inputs', scene.inputs.flatMap((count, owner) => (count > 0 ? [dealt(scene.parties, [owner], shareBytes.word, count)] : []))),
  round: (scene, shapes, phase) => exchange(scene, phase, shapes.flatMap(itemsOfShape).map(({ kind, elementBytes, count }) =>
    (kind === 'reduced' ? reduced(scene.parties, elementBytes, count) : opened(elementBytes, count)))),
  open: (scene) => exchange(scene, 'opening', [opened(shareBytes.word, scene.outputs, scene.to)]),
};
