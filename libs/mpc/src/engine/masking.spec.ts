import { type PlanStep, planCost } from '#program';
import { type RecordedLink, allHeld, memoryLinks, planOf, recordedLink, runParties } from '#testing';
import { headerBytes } from '../channel/frame.js';
import { labelOf } from '../channel/index.js';

const vectors = {
  a: { party: 0, values: [7n, 2n ** 63n, 1n] },
  b: { party: 1, values: [3n, 2n ** 64n - 1n, 4n] },
  n: { party: 2, values: [12n, 13n, 14n] },
  w: { party: 2, values: [5n] },
};
// Products of every kind, of one shape, that wait for each other.
const steps: PlanStep[] = [
  { op: 'multiply', out: 'c', left: 'a', right: 'b' },
  { op: 'multiply', out: 'd', left: 'c', right: 'w' },
  { op: 'combine', out: 'e', columns: ['a', 'b'], weights: ['w', 'w'] },
  { op: 'combine', out: 'f', columns: ['e', 'c'], weights: ['w', 'w'] },
  { op: 'require_at_least', value: 'n', bound: 10 },
];

const plan = planOf(3, vectors, steps, { d: 3, f: 3 });

/** Bodies of the messages of that name, sender by sender and receiver by receiver, in a session with this dealer. */
async function bodiesOf(dealer: number, ...names: readonly (readonly [string, string])[]): Promise<Buffer[]> {
  const links = memoryLinks(3);
  const recorded = links.flatMap((row) => row.flatMap((link, peer): RecordedLink[] => (link ? [(row[peer] = recordedLink(link)) as RecordedLink] : [])));
  for (const held of allHeld(await runParties(plan, vectors, { offline: 'ideal', dealer: Uint8Array.of(dealer), links }))) held.discard();
  const tags = names.map((name) => labelOf(...name).tag);
  return recorded.flatMap(({ written }) => written.map((frame) => Buffer.from(frame)).filter((frame) => tags.includes(frame.readUInt32LE(8))).map((frame) => frame.subarray(headerBytes)));
}

test('every word that a product or a comparison opens is masked by a triple of its own', async () => {
  const [first, second] = await Promise.all([1, 2].map((dealer) => bodiesOf(dealer, ['additive-z64/2', 'round'])));
  const words = (bodies: readonly Buffer[]): bigint[] => bodies.flatMap((body) => Array.from({ length: body.length / 8 }, (_, i) => body.readBigUInt64LE(8 * i)));
  const [left, right] = [words(first!), words(second!)];
  const { triples, matrixTriples, andWords } = planCost(plan);
  const masked = 2 * triples + matrixTriples.reduce((sum, { rows, inner, columns }) => sum + rows * inner + inner * columns, 0) + 2 * andWords;
  // A comparison opens its three words under random words of the parties, and one bit.
  const openedOtherwise = 3 + 1;
  expect(left.length).toBe(6 * (masked + openedOtherwise));
  // With other triples nothing stays as it was but what comes from the coins of the parties, which are the same.
  expect(left.filter((word, i) => word === right[i]).length).toBeLessThanOrEqual(6 * openedOtherwise);
  // Both peers get the same; beyond that no word comes twice, but for the shares of the opened bit: bits with nothing beside them.
  const bits = left.filter((word) => word < 2n);
  expect(bits.length).toBe(6);
  expect(new Set(left.filter((word) => word >= 2n)).size).toBe((left.length - bits.length) / 2);
});

test('every peer gets a seed of its own for the inputs', async () => {
  const seeds = await bodiesOf(1, ['additive-z64/2', 'input']);
  expect(seeds.map(({ length }) => length)).toEqual([16, 16, 16, 16, 16, 16]);
  expect(new Set(seeds.map((seed) => seed.toString('hex'))).size).toBe(6);
});
