import { type KernelMemory } from '#kernels';
import { Channel } from '../../channel/index.js';
import { type ReceivingTransfers, columnsFor } from '../../ot/index.js';
import { copyWords } from '../words.js';
import { bitWordBytes, bitWordFlow } from './flow.js';

/** The shares r for the bits y, bytes 0 and 1: at most `maxBatchTransfers`. Secret. Throws `ProtocolAbort`. */
export async function receiveBitWords(transfers: ReceivingTransfers, memory: KernelMemory, y: Uint8Array): Promise<BigUint64Array> {
  const count = y.length;
  const channel = new Channel(bitWordFlow, 'receiver', transfers.lane);
  const columns = columnsFor(count);
  const choices = new Uint8Array(columns / 8);
  for (let i = 0; i < count; i++) choices[i >> 3]! |= y[i]! << (i & 7);
  // Step 1.
  const { corrections, pads } = memory.within(() =>
    transfers.extend(memory, choices, (blocks, hash) => copyWords(memory, hash.toWords(memory, blocks, columns), count)));
  choices.fill(0);
  await transfers.sendCorrections(corrections);
  const message = await channel.receive('payload', bitWordBytes(count));
  channel.finish();
  // Step 2.
  const factors = new BigUint64Array(count);
  const low = new Uint32Array(factors.buffer);
  for (let i = 0; i < count; i++) low[2 * i] = y[i]!;
  memory.within(() => {
    const shares = memory.put(pads);
    memory.kernels.multiplyAddWords(shares, memory.put(message), memory.put(factors), count);
    memory.get(shares, pads);
  });
  factors.fill(0n);
  return pads;
}
