import { blockBytes } from '../hash.js';
import { type Leaves, type Punctured, TransferReceiver, TransferSender } from '../softspoken/index.js';
import { type FerretParty } from './extension.js';
import { firstBatches } from '#program/plans';

/** Step 0 of the sender: the first q_i, to the region at `base`. Their lowest bits are cleared, as Δ ends in 1. */
export async function sendFirst({ lane, binding, k, memory, parameters }: FerretParty, punctured: Punctured, base: number): Promise<void> {
  const transfers = new TransferSender(lane, binding, k, 0, punctured);
  let at = base;
  for (const columns of firstBatches(parameters)) {
    const corrections = await transfers.receiveCorrections(columns);
    memory.within(() => transfers.extend(memory, corrections, columns, (blocks) => {
      memory.bytes.copyWithin(at, blocks, blocks + blockBytes * columns);
      memory.kernels.setLowBits(at, memory.put(new Uint8Array(columns / 8)), columns);
    }));
    at += blockBytes * columns;
  }
}

/** Step 0 of the receiver: the first t_i for random r_i, which become their lowest bits. */
export async function receiveFirst({ lane, binding, k, memory, parameters, randomness }: FerretParty, leaves: readonly Leaves[], base: number): Promise<void> {
  const transfers = new TransferReceiver(lane, binding, k, 0, leaves);
  let at = base;
  for (const columns of firstBatches(parameters)) {
    const choices = randomness.bytes(columns / 8);
    const { corrections } = memory.within(() => transfers.extend(memory, choices, (blocks) => {
      memory.bytes.copyWithin(at, blocks, blocks + blockBytes * columns);
      memory.kernels.setLowBits(at, memory.put(choices), columns);
    }));
    choices.fill(0);
    await transfers.sendCorrections(corrections);
    at += blockBytes * columns;
  }
}
