import { type KernelMemory } from '#kernels';
import { type SendingTransfers, columnsFor } from '../transfers.js';
import { stringBytes } from './flow.js';

/** Both strings of every transfer, those for bit 0 and those for bit 1, one after the other. */
export type RandomStrings = readonly [zero: Uint8Array, one: Uint8Array];

/** The sender's strings of `count` transfers: at most `maxBatchTransfers`. Secret. Throws `ProtocolAbort`. */
export async function sendRandom(transfers: SendingTransfers, memory: KernelMemory, count: number): Promise<RandomStrings> {
  const columns = columnsFor(count);
  const corrections = await transfers.receiveCorrections(columns);
  return memory.within(() => transfers.extend(memory, corrections, columns, (blocks, shifted, hash): RandomStrings => {
    const strings = (at: number): Uint8Array => {
      hash.inPlace(memory, at, columns);
      return memory.bytes.slice(at, at + stringBytes * count);
    };
    return [strings(blocks), strings(shifted)];
  }));
}
