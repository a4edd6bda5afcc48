import { type KernelMemory } from '#kernels';
import { type ReceivingTransfers, columnsFor } from '../transfers.js';
import { stringBytes } from './flow.js';

/** The strings that the first `count` packed bits of `choices` name: at most `maxBatchTransfers`. Secret. Throws `ProtocolAbort`. */
export async function receiveRandom(transfers: ReceivingTransfers, memory: KernelMemory, choices: Uint8Array, count: number): Promise<Uint8Array> {
  const columns = columnsFor(count);
  const padded = new Uint8Array(columns / 8);
  padded.set(choices.subarray(0, Math.ceil(count / 8)));
  const { corrections, pads: strings } = memory.within(() => transfers.extend(memory, padded, (blocks, hash) => {
    hash.inPlace(memory, blocks, columns);
    return memory.bytes.slice(blocks, blocks + stringBytes * count);
  }));
  padded.fill(0);
  await transfers.sendCorrections(corrections);
  return strings;
}
