import { randomBytes } from 'node:crypto';
import { KernelMemory } from '#kernels';
import { labelOf, wireBytes } from '../../channel/index.js';
import { columnsFor, extensionMemoryBytes, ferretMemoryBytes } from '../../ot/index.js';
import { k, lanePair, makes, small } from '../../ot/testing/pairs.js';
import { bitWordMemoryBytes, receiveBitWords, sendBitWords } from './index.js';

const low = (value: bigint): bigint => BigInt.asUintN(64, value);
const edges = [0n, 1n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n];
const words = (length: number): BigUint64Array => new BigUint64Array(new Uint8Array(randomBytes(8 * length)).buffer).map((word, i) => (i % 3 === 0 ? edges[(i / 3) % edges.length]! : word));
const { tag } = labelOf('bit-words/1', 'payload');

// The transfers that there are, and the functionality that they realise.
describe.each(makes)('on %s', (_, make) => {
  it.each([0, 1, 2, 7, 130, 1500])('the shares of %i products of a word and a bit add up, and cost what the header states', async (count) => {
    const { lanes, written } = lanePair();
    const { kept, passing } = ferretMemoryBytes(small);
    const memories = [0, 1].map(() => new KernelMemory(kept + passing + extensionMemoryBytes(k, Math.max(128, columnsFor(count))) + bitWordMemoryBytes(Math.max(1, count)))) as [KernelMemory, KernelMemory];
    const { batches: [batch] } = await make(lanes, memories, [columnsFor(count)]);
    const [x, y] = [words(count), Uint8Array.from(randomBytes(count), (byte) => byte & 1)];
    const factors = x.slice();
    const [s, r] = await Promise.all([sendBitWords(batch![0], memories[0], factors), receiveBitWords(batch![1], memories[1], y)]);
    expect(Array.from(s, (share, i) => low(share + r[i]!))).toEqual(Array.from(x, (word, i) => word * BigInt(y[i]!)));
    // The sender's factors are gone, and nothing of them is in the clear.
    expect(factors.every((word) => word === 0n)).toBe(true);
    const payload = written[0].written.filter((frame) => new DataView(frame.buffer, frame.byteOffset).getUint32(8, true) === tag);
    expect(payload.reduce((sum, frame) => sum + frame.length, 0)).toBe(wireBytes(8 * count));
    const sent = Buffer.concat(payload.map((frame) => frame.subarray(20)));
    for (const word of x.filter((_word, i) => i % 3 !== 0)) expect(sent.includes(Buffer.from(BigUint64Array.of(word).buffer))).toBe(false);
  });
});
