import { confirmTranscripts } from '../../mpc/src/channel/index.js';
import { bitsStride, wordsStride } from '../../mpc/src/sharing/index.js';
import { type ShamirPlayer, centred, shamirSessionId, shareVectors, wordsAt } from './shamir-players.js';

/** Products, ANDs, a matrix product and openings, one after the other, so that a crash somewhere meets each of them. */
const [x, y] = [[3n, -4n, 1n << 40n, 0n, -1n], [5n, 6n, -7n, 8n, 1n << 20n]];
const length = x.length;
const lanes = 5;
const outputs = [...x.map((value, i) => centred(2n * (value * y[i]!) ** 2n * value)), centred(x.reduce((sum, value, i) => sum + value * y[i]!, 0n))];

/** The outputs, at every party. Throws where what was opened on the way is wrong. */
async function run(player: ShamirPlayer): Promise<bigint[]> {
  const { memory, suite, mesh } = player;
  const words = (count: number): number => memory.take(wordsStride(count));
  const [word, bit] = [words(2 * lanes), memory.take(bitsStride(8, 2, lanes))];
  suite.daBits!(memory, 2, lanes, word, bit);
  const [left, right] = await shareVectors(player, [x, y]) as [number, number];
  const [a, b, c, matrix, openWord] = [words(length), words(length), words(length), words(1), words(2 * lanes)];
  const [both, openBoth, second] = [memory.take(bitsStride(8, 1, lanes)), memory.take(bitsStride(1, 1, lanes)), memory.take(bitsStride(8, 1, lanes))];
  memory.bytes.copyWithin(second, bit + lanes, bit + 2 * lanes);
  await suite.round(memory, [{ op: 'multiply', out: a, left, right, length }]);
  await suite.round(memory, [
    { op: 'and', out: both, left: bit, right: second, planes: 1, lanes },
    { op: 'multiply', out: b, left: a, right: a, length },
    { op: 'openWords', out: openWord, value: word, length: 2 * lanes },
  ]);
  // What a round brought is made use of, and its operands' place too: a repetition of the round must not ask for them.
  memory.kernels.fieldAdd(b, b, b, length);
  memory.bytes.fill(7, a, a + 8 * length);
  await suite.round(memory, [{ op: 'multiply', out: c, left: b, right: left, length }, { op: 'matmul', out: matrix, left, right, rows: 1, inner: length, columns: 1 }]);
  await suite.round(memory, [{ op: 'openBits', out: openBoth, value: both, planes: 1, lanes }]);
  const opened = [...wordsAt(player, openWord, 2 * lanes)].map(Number);
  if (opened.slice(0, lanes).some((value, i) => ((memory.bytes[openBoth]! >> i) & 1) !== (value & opened[lanes + i]!))) throw new Error('opened bits are wrong');
  await confirmTranscripts(mesh, shamirSessionId, suite.announce);
  suite.wipe();
  const held = [wordsAt(player, c, length), wordsAt(player, matrix, 1)] as const;
  memory.wipe();
  const to = Array.from({ length: mesh.parties }, (_, i) => i);
  const values = (await suite.openTo(BigUint64Array.of(...held[0], ...held[1]), length + 1, to))!;
  return Array.from(values, (value) => BigInt.asIntN(64, value));
}

/** A session of few values in which every kind of message crosses every link. */
export const shamirScenario = { setting: { daBits: 2 * lanes, memoryBytes: 65_536 }, run, outputs } as const;
