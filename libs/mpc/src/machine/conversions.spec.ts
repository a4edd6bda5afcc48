import fc from 'fast-check';
import { KernelMemory } from '#kernels';
import { type SuiteName, suiteValueBits } from '#program';
import { LAYOUTS, type Lowered, computingBytes, costOf, place } from '#program/plans';
import { idealCorrelations, lowerBits, lowerMasks, memoryLinks, planOf, seededRandomness } from '#testing';
import { Mesh } from '../channel/index.js';
import { dealCorrelations } from '../correlations/index.js';
import { shareAll } from '../engine/inputs.js';
import { reconstructOutputs } from '../engine/reconstruct.js';
import { suiteOf } from '../engine/suites.js';
import { kPkeTransfers } from '../ot/index.js';
import { Machine } from './machine.js';

/** What comes out of instructions on words of party 1, by parties that exchange real messages: put together from their shares, of the lengths that are named. */
async function outputsOf(suite: SuiteName, parties: number, lowered: Lowered, values: readonly bigint[], lengths: Readonly<Record<string, number>>, offline: 'real' | 'ideal'): Promise<bigint[][]> {
  const plan = planOf(parties, { x: { party: 1, values } }, [], lengths, suite);
  const sessionId = new Uint8Array(32).fill(9);
  const demand = costOf(lowered);
  const shares = await Promise.all(memoryLinks(parties).map(async (links, party) => {
    const mesh = Mesh.over(party, parties, links);
    const deal: typeof dealCorrelations = (dealing) => (offline === 'real' ? dealCorrelations(dealing) : Promise.resolve(idealCorrelations(sessionId, party, parties, dealing.demand)));
    const prepared = await suiteOf({ name: suite, demand, base: kPkeTransfers, deal }).prepare({ mesh, sessionId, randomness: seededRandomness(`conversions of ${party}`), onBatch: () => undefined });
    const placement = place(lowered, LAYOUTS[suite]);
    const machine = new Machine(lowered, placement, new KernelMemory(computingBytes(plan, lowered, placement)), prepared);
    await machine.run(lowered.offline, () => undefined);
    await shareAll(machine, plan, lowered, party, new Map(party === 1 ? [['x', BigUint64Array.from(values)]] : []));
    await machine.run(lowered.online, () => undefined);
    return new Map(Object.keys(lengths).map((name, i) => [name, machine.read(lowered.outputs[i]!)]));
  }));
  const opened = reconstructOutputs(plan, new Map(shares.entries()));
  return Object.keys(lengths).map((name) => Array.from(opened.get(name)!, (word) => BigInt.asIntN(64, word)));
}

/** A word to its bits and back to words. */
const bitsOf = async (suite: SuiteName, parties: number, values: readonly bigint[], width: number, offline: 'real' | 'ideal'): Promise<bigint[]> =>
  (await outputsOf(suite, parties, lowerBits(suite, parties, values.length, width), values, { bits: width * values.length }, offline))[0]!;

const expected = (values: readonly bigint[], width: number): bigint[] => Array.from({ length: width }, (_, bit) => values.map((value) => (value >> BigInt(bit)) & 1n)).flat();

const SETTINGS: readonly (readonly [SuiteName, number, 'real' | 'ideal'])[] = [
  ['additive-z64', 2, 'real'], ['additive-z64', 3, 'ideal'], ['additive-z64', 5, 'ideal'], ['replicated-z64', 3, 'real'], ['shamir-p61', 3, 'real'], ['shamir-p61', 4, 'real'], ['shamir-p61', 5, 'real'],
];

describe.each(SETTINGS)('%s with %i parties, %s offline phase: words become bits, and bits words', (suite, parties, offline) => {
  const most = suiteValueBits(suite);
  const greatest = (1n << BigInt(most)) - 1n;

  test('of the least and the greatest, of one bit, and of all that there are', async () => {
    const values = [0n, 1n, 2n, greatest, greatest - 1n, greatest >> 1n, (greatest >> 1n) + 1n, 0x0123456789abcden & greatest, 0x2aaaaaaaaaaaaaan];
    for (const width of [1, 2, 17, most]) expect(await bitsOf(suite, parties, values, width, offline)).toEqual(expected(values, width));
  });

  test('of any words, any number of them', async () => {
    const words = fc.array(fc.bigInt({ min: 0n, max: greatest }), { minLength: 1, maxLength: 70 });
    await fc.assert(fc.asyncProperty(words, fc.integer({ min: 1, max: most }), async (values, width) => {
      expect(await bitsOf(suite, parties, values, width, offline)).toEqual(expected(values, width));
    }), { numRuns: 4 });
  });
});

// Replicated shares are converted by their addends, under no mask.
const MASKED: readonly (readonly [SuiteName, number, number])[] = [
  ['additive-z64', 2, 64], ['additive-z64', 3, 64], ['additive-z64', 4, 64], ['additive-z64', 5, 64], ['shamir-p61', 3, 61], ['shamir-p61', 4, 61], ['shamir-p61', 5, 61], ['shamir-p61', 8, 61],
];

test.each(MASKED)('%s with %i parties: a mask is the word that its bits make', async (suite, parties, most) => {
  const modulus = suite === 'shamir-p61' ? (1n << 61n) - 1n : 1n << 64n;
  for (const [width, length] of [[1, 40], [7, 33], [33, 9], [most, 65]] as const) {
    const [words, bits] = await outputsOf(suite, parties, lowerMasks(suite, parties, length, width), [0n], { words: length, bits: width * length }, 'real');
    const made = words!.map((_, lane) => Array.from({ length: width }, (__, i) => bits![i * length + lane]! << BigInt(i)).reduce((a, b) => a + b));
    const low = (word: bigint): bigint => ((word % modulus) + modulus) % modulus % (1n << BigInt(width));
    expect(words!.map(low)).toEqual(made.map(low));
    expect(bits!.every((bit) => bit === 0n || bit === 1n)).toBe(true);
    // Random ones.
    expect(new Set(words).size).toBeGreaterThan(1);
  }
});
