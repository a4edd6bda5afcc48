import { randomBytes } from 'node:crypto';
import { type KernelMemory } from '#kernels';
import { blockBytes } from './hash.js';
import { lanePair, makes, memoryPair } from './testing/pairs.js';

describe.each(makes)('%s', (_, make) => {
  test.each(['wasm', 'plain'] as const)('on %s kernels: q = t xor c·delta in every batch, and the hashes agree where they should and nowhere else', async (implementation) => {
    const { lanes } = lanePair();
    const memories = memoryPair(2048, implementation);
    const sizes = [128, 1024, 384, 0];
    const { delta, batches } = await make(lanes, memories, sizes);
    const words = new Set<string>();
    for (const [i, [sender, receiver]] of batches.entries()) {
      const columns = sizes[i]!;
      const choices = new Uint8Array(randomBytes(columns / 8));
      const view = (memory: KernelMemory, at: number, length: number): Buffer => Buffer.from(memory.bytes.slice(at, at + length));
      const { corrections, pads } = memories[1].within(() => receiver.extend(memories[1], choices, (blocks, hash) => {
        const t = view(memories[1], blocks, blockBytes * columns);
        return { t, words: view(memories[1], hash.toWords(memories[1], blocks, columns), 8 * columns) };
      }));
      const [received] = await Promise.all([sender.receiveCorrections(columns), receiver.sendCorrections(corrections)]);
      const sent = memories[0].within(() => sender.extend(memories[0], received, columns, (blocks, shifted, hash) => {
        const q = view(memories[0], blocks, blockBytes * columns);
        return { q, words: [hash.toWords(memories[0], blocks, columns), hash.toWords(memories[0], shifted, columns)].map((at) => view(memories[0], at, 8 * columns)) };
      }));
      for (let j = 0; j < columns; j++) {
        const bit = (choices[j >> 3]! >> (j & 7)) & 1;
        const expected = pads.t.subarray(16 * j, 16 * j + 16).map((byte, at) => byte ^ (bit * delta[at]!));
        expect(Buffer.compare(sent.q.subarray(16 * j, 16 * j + 16), expected)).toBe(0);
        const word = pads.words.subarray(8 * j, 8 * j + 8);
        expect(sent.words[bit]!.subarray(8 * j, 8 * j + 8).equals(word)).toBe(true);
        expect(sent.words[1 - bit]!.subarray(8 * j, 8 * j + 8).equals(word)).toBe(false);
        words.add(word.toString('hex'));
      }
    }
    expect(words.size).toBe(128 + 1024 + 384);
  });
});
