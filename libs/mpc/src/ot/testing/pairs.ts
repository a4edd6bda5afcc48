import { KernelMemory } from '#kernels';
import { type RecordedLink, memoryLinks, recordedLink, seededRandomness } from '#testing';
import { type Binding, type Lane, Peer, labelOf } from '../../channel/index.js';
import { PadHash, blockBytes } from '../hash.js';
import {
  type FerretParameters, FerretReceiver, FerretSender, type ReceivingTransfers, type SendingTransfers,
  TransferReceiver, TransferSender, extensionMemoryBytes, ferretMemoryBytes, kPkeTransfers, setUpReceiver, setUpSender,
} from '../index.js';

export const binding: Binding = { sessionId: new Uint8Array(32).fill(7), roles: [0, 1] };
export const small: FerretParameters = { name: 'small', trees: 10, depth: 8, secretLog: 8 };
export const k = 4;

/** Both ends of the transfers of a few batches, and Δ. */
export interface Pair {
  readonly delta: Uint8Array;
  readonly batches: readonly (readonly [SendingTransfers, ReceivingTransfers])[];
}

export type Make = (lanes: readonly [Lane, Lane], memories: readonly [KernelMemory, KernelMemory], columns: readonly number[]) => Promise<Pair>;

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

/** The transfers that there are, and the functionality that they realise. */
export const makes: readonly (readonly [string, Make])[] = [['softspoken', softspoken], ['ferret', ferret(false)], ['checked ferret', ferret(true)], ['the ideal dealer', ideal]];

/** The lanes of two parties in this process, and what they wrote to each other. */
export function lanePair(): { readonly lanes: readonly [Lane, Lane]; readonly written: readonly [RecordedLink, RecordedLink] } {
  const links = memoryLinks(2);
  const written = [recordedLink(links[0]![1]!), recordedLink(links[1]![0]!)] as const;
  return { lanes: [new Peer(1, written[0]).lane(1), new Peer(0, written[1]).lane(1)], written };
}

/** Kernels' memory of each party for batches of up to so many transfers. */
export const memoryPair = (transfers: number, implementation: 'wasm' | 'plain' = 'wasm'): [KernelMemory, KernelMemory] => {
  const { kept, passing } = ferretMemoryBytes(small);
  const one = (): KernelMemory => new KernelMemory(kept + passing + extensionMemoryBytes(k, transfers), implementation);
  return [one(), one()];
};
