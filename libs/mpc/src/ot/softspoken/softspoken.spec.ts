import { randomBytes } from 'node:crypto';
import { KernelMemory } from '#kernels';
import { memoryLinks, seededRandomness } from '#testing';
import { type Binding, Peer } from '../../channel/index.js';
import { kPkeTransfers } from '../base-k-pke/index.js';
import { TransferReceiver, TransferSender, extensionMemoryBytes, setUpReceiver, setUpSender } from './index.js';

const binding: Binding = { sessionId: new Uint8Array(32).fill(7), roles: [0, 1] };

async function pair(k: number) {
  const links = memoryLinks(2);
  const lanes = [new Peer(1, links[0]![1]!).lane(1), new Peer(0, links[1]![0]!).lane(1)] as const;
  const common = { binding, base: kPkeTransfers, k };
  const [punctured, leaves] = await Promise.all([
    setUpSender({ ...common, lane: lanes[0], randomness: seededRandomness('sender') }),
    setUpReceiver({ ...common, lane: lanes[1], randomness: seededRandomness('receiver') }),
  ]);
  return { punctured, leaves, lanes };
}

test.each([2, 3, 4, 5, 8])('k = %i: q = t xor c·delta in every batch, and the hashes agree where they should', async (k) => {
  const { punctured, leaves, lanes } = await pair(k);
  const memory = new KernelMemory(extensionMemoryBytes(k, 1024));
  const sender = new TransferSender(lanes[0], binding, k, 0, punctured);
  const receiver = new TransferReceiver(lanes[1], binding, k, 0, leaves);
  for (const columns of [128, 0, 1024, 384]) {
    const choices = randomBytes(columns / 8);
    const view = (at: number, length: number): Buffer => Buffer.from(memory.bytes.slice(at, at + length));
    const { corrections, pads } = memory.within(() => receiver.extend(memory, choices, (blocks, hash) => {
      const t = view(blocks, 16 * columns);
      return { t, words: view(hash.toWords(memory, blocks, columns), 8 * columns) };
    }));
    const [received] = await Promise.all([sender.receiveCorrections(columns), receiver.sendCorrections(corrections)]);
    const sent = memory.within(() => sender.extend(memory, received, columns, (blocks, shifted, hash) => {
      const q = view(blocks, 16 * columns);
      const words = [hash.toWords(memory, blocks, columns), hash.toWords(memory, shifted, columns)].map((at) => view(at, 8 * columns));
      return { q, words };
    }));
    for (let j = 0; j < columns; j++) {
      const bit = (choices[j >> 3]! >> (j & 7)) & 1;
      const expected = Buffer.from(pads.t.subarray(16 * j, 16 * j + 16));
      if (bit) punctured.delta.forEach((byte, i) => (expected[i]! ^= byte));
      expect(sent.q.subarray(16 * j, 16 * j + 16).equals(expected)).toBe(true);
      const word = pads.words.subarray(8 * j, 8 * j + 8);
      expect(sent.words[bit]!.subarray(8 * j, 8 * j + 8).equals(word)).toBe(true);
      expect(sent.words[1 - bit]!.subarray(8 * j, 8 * j + 8).equals(word)).toBe(false);
    }
  }
});
