import { createHash, randomBytes } from 'node:crypto';
import { baseMessages, binCorrectionBytes, maxBatchBins } from '#program/plans';
import { memoryLinks, seededRandomness, tamperedLink, tampers } from '#testing';
import { Peer, wireBytes } from '../../channel/index.js';
import { kPkeTransfers } from '../../ot/index.js';
import { binding } from '../testing/pair.js';
import { codeBits, receiveOprf, sendOprf } from './index.js';

/** Both ends, for the receiver's points and the sender's queries. */
async function run(points: Uint8Array, queries: { points: Uint8Array; bins: Uint32Array }, outputBytes: number, seeds = ['sender', 'receiver'] as const) {
  const links = memoryLinks(2);
  const peers = [new Peer(1, links[0]![1]!), new Peer(0, links[1]![0]!)] as const;
  const of = (party: 0 | 1) => ({ lane: peers[party].lane(2), binding, base: kPkeTransfers, randomness: seededRandomness(seeds[party]) });
  const [sent, received] = await Promise.all([sendOprf(of(0), points.length / 16, queries, outputBytes), receiveOprf(of(1), points, outputBytes)]);
  return { sent, received, bytes: peers[0].bytesSent + peers[1].bytesSent, turns: peers[0].turns(2) };
}

/** The functionality: a function of its own for every bin, drawn by nobody, at the points that are put in. */
function ideal(points: Uint8Array, queries: { points: Uint8Array; bins: Uint32Array }, outputBytes: number) {
  const at = (bin: number, point: Uint8Array): Buffer => createHash('shake256', { outputLength: outputBytes }).update(`functionality ${bin} `).update(point).digest();
  const all = (of: Uint8Array, binOf: (i: number) => number): Uint8Array => new Uint8Array(Buffer.concat(Array.from({ length: of.length / 16 }, (_, i) => at(binOf(i), of.subarray(16 * i, 16 * i + 16)))));
  return Promise.resolve({ sent: all(queries.points, (i) => queries.bins[i]!), received: all(points, (i) => i), bytes: undefined, turns: undefined });
}

describe.each([['the parties', run], ['the ideal functionality', ideal]] as const)('by %s', (_by, evaluate) => {
  test.each([[0, 8], [1, 8], [3, 24], [129, 8], [maxBatchBins + 5, 16]])('both hold the same at the receiver\'s point of every of %i bins, and nowhere else', async (bins, outputBytes) => {
    const points = new Uint8Array(randomBytes(16 * bins));
    const last = [0, 1, 2, bins - 2, bins - 1].filter((bin, i, all) => bin >= 0 && bin < bins && all.indexOf(bin) === i).sort((a, b) => a - b);
    // In each of some bins, the receiver's point and another one that differs from it in one bit.
    const asked = last.flatMap((bin) => [points.slice(16 * bin, 16 * bin + 16), points.slice(16 * bin, 16 * bin + 16).map((byte, i) => (i === 15 ? byte ^ 128 : byte))]);
    const { sent, received, bytes, turns } = await evaluate(points, { points: new Uint8Array(Buffer.concat(asked)), bins: Uint32Array.from(last.flatMap((bin) => [bin, bin])) }, outputBytes);
    last.forEach((bin, i) => {
      const own = Buffer.from(received.subarray(outputBytes * bin, outputBytes * (bin + 1)));
      expect(own.equals(sent.subarray(2 * i * outputBytes, (2 * i + 1) * outputBytes))).toBe(true);
      expect(own.equals(sent.subarray((2 * i + 1) * outputBytes, (2 * i + 2) * outputBytes))).toBe(false);
    });
    // As the header says.
    if (evaluate === ideal) return;
    const batches = bins === 0 ? [] : bins > maxBatchBins ? [maxBatchBins, bins - maxBatchBins] : [bins];
    const { keys, ciphertexts } = baseMessages('k-pke-768', 128);
    expect(bytes).toBe(wireBytes(keys) + wireBytes(ciphertexts) + wireBytes(4096) + wireBytes(2048) + batches.reduce((sum, each) => sum + wireBytes(56 * each), 0));
    expect(binCorrectionBytes(bins)).toBe(56 * bins);
    expect(turns).toBe(bins === 0 ? 2 : 3);
  });

  test('another bin has another function, and so has a point that occurs twice', async () => {
    const points = new Uint8Array(64);
    const { sent, received } = await evaluate(points, { points: new Uint8Array(64), bins: Uint32Array.of(0, 1, 2, 3) }, 16);
    expect(Buffer.from(sent).equals(Buffer.from(received))).toBe(true);
    expect(new Set([0, 1, 2, 3].map((bin) => Buffer.from(received.subarray(16 * bin, 16 * bin + 16)).toString('hex'))).size).toBe(4);
  });
});

test('two code words differ in 128 places or more but with the probability that the header states', () => {
  let [sum, term] = [0n, 1n];
  for (let differing = 0n; differing < 128n; differing++) {
    sum += term;
    term = (term * (BigInt(codeBits) - differing)) / (differing + 1n);
  }
  const log2 = sum.toString(2).length - codeBits;
  expect(log2).toBeLessThanOrEqual(-66);
  expect(log2 + 26).toBeLessThanOrEqual(-40);
});

test.each([0, 1, 2, 3])('a link that is cut off at frame %i of the receiver ends the sender with a typed abort', async (frame) => {
  const links = memoryLinks(2);
  links[1]![0] = tamperedLink(links[1]![0]!, frame, tampers['cut off']);
  const peers = [new Peer(1, links[0]![1]!), new Peer(0, links[1]![0]!)] as const;
  const of = (party: 0 | 1) => ({ lane: peers[party].lane(2), binding, base: kPkeTransfers, randomness: seededRandomness(`${party}`) });
  const closing = <T>(end: Promise<T>): Promise<T> => end.catch((error: unknown) => {
    for (const { link } of peers) link.close();
    throw error as Error;
  });
  const points = new Uint8Array(randomBytes(16 * 5));
  const ends = await Promise.allSettled([closing(sendOprf(of(0), 5, { points, bins: Uint32Array.of(0, 1, 2, 3, 4) }, 8)), closing(receiveOprf(of(1), points, 8))]);
  expect(ends[0]).toMatchObject({ status: 'rejected', reason: { code: 'CS0702' } });
});
