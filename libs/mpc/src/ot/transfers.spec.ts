import { randomBytes } from 'node:crypto';
import { KernelMemory } from '#kernels';
import { memoryLinks, seededRandomness } from '#testing';
import { type Binding, type Lane, Peer, labelOf } from '../channel/index.js';
import { PadHash, blockBytes } from './hash.js';
import {
  type FerretParameters, FerretReceiver, FerretSender, type ReceivingTransfers, type SendingTransfers,
  TransferReceiver, TransferSender, extensionMemoryBytes, ferretMemoryBytes, kPkeTransfers, setUpReceiver, setUpSender,
} from './index.js';

const binding: Binding = { sessionId: new Uint8Array(32).fill(7), roles: [0, 1] };
const small: FerretParameters = { name: 'small', trees: 10, depth: 8, secretLog: 8 };
const k = 4;

/** Both ends of the transfers of a few batches, and Δ. */
interface Pair {
  readonly delta: Uint8Array;
  readonly batches: readonly (readonly [SendingTransfers, ReceivingTransfers])[];
}

type Make = (lanes: readonly [Lane, Lane], memories: readonly [KernelMemory, KernelMemory], columns: readonly number[]) => Promise<Pair>;

const partiesOf = ([sender, receiver]: readonly [Lane, Lane]) => {
  const common = { binding, k, base: kPkeTransfers };
  return [{ ...common, lane: sender, randomness: seededRandomness('sender') }, { ...common, lane: receiver, randomness: seededRandomness('receiver') }] as const;
};

const softspoken: Make = async (lanes, _, columns) => {
  const [s, r] = partiesOf(lanes);
  const [punctured, leaves] = await Promise.all([setUpSender(s), setUpReceiver(r)]);
  const pair = [new TransferSender(lanes[0], binding, k, 0, punctured), new TransferReceiver(lanes[1], binding, k, 0, leaves)] as const;
  return { delta: punctured.delta, batches: columns.map(() => pair) };
};

const ferret = (checked: boolean): Make => async (lanes, memories, columns) => {
  const [s, r] = partiesOf(lanes).map((party, i) => ({ ...party, parameters: small, checked, memory: memories[i]! }));
  const [sender, receiver] = await Promise.all([FerretSender.setUp(s!), FerretReceiver.setUp(r!)]);
  await Promise.all([sender.iterate(), receiver.iterate()]);
  return { delta: sender.delta, batches: columns.map((count) => [sender.draw(lanes[0], count), receiver.draw(lanes[1], count)]) };
};

/** The functionality: a third hand that deals q, and t for the choices that it is told. */
const ideal: Make = async (lanes, _, columns) => {
  const randomness = seededRandomness('dealer');
  const delta = randomness.bytes(blockBytes);
  const label = labelOf('ideal', 'batch');
  return {
    delta,
    batches: columns.map((count, batch): [SendingTransfers, ReceivingTransfers] => {
      const q = randomness.bytes(blockBytes * count);
      const hash = new PadHash('ideal', binding, 0, batch);
      return [
        {
          security: 'semi-honest',
          lane: lanes[0],
          receiveCorrections: () => lanes[0].receive(label, 0),
          extend: (memory, __, ___, use) => {
            const blocks = memory.put(q);
            const shifted = memory.take(q.length);
            memory.kernels.xorBlock(shifted, blocks, memory.put(delta), count);
            return use(blocks, shifted, hash);
          },
        },
        {
          security: 'semi-honest',
          lane: lanes[1],
          extend: (memory, choices, use) => {
            const blocks = memory.put(q);
            memory.kernels.xorWhere(blocks, memory.put(choices), memory.put(delta), count);
            return { corrections: new Uint8Array(0), pads: use(blocks, hash) };
          },
          sendCorrections: (corrections) => lanes[1].send(label, corrections),
        },
      ];
    }),
  };
};

describe.each<[string, Make]>([['softspoken', softspoken], ['ferret', ferret(false)], ['checked ferret', ferret(true)], ['the ideal dealer', ideal]])('%s', (_, make) => {
  test.each(['wasm', 'plain'] as const)('on %s kernels: q = t xor c·delta in every batch, and the hashes agree where they should and nowhere else', async (implementation) => {
    const links = memoryLinks(2);
    const lanes = [new Peer(1, links[0]![1]!).lane(1), new Peer(0, links[1]![0]!).lane(1)] as const;
    const { kept, passing } = ferretMemoryBytes(small);
    const memories = [0, 1].map(() => new KernelMemory(kept + passing + extensionMemoryBytes(k, 2048), implementation)) as [KernelMemory, KernelMemory];
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
