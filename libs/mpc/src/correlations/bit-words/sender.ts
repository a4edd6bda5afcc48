import { type KernelMemory } from '#kernels';
import { Channel } from '../../channel/index.js';
import { type SendingTransfers, columnsFor } from '../../ot/index.js';
import { bitWordBytes, bitWordFlow } from './flow.js';

/** The shares s for the words x, which are wiped: at most `maxBatchTransfers`. Secret. Throws `ProtocolAbort`. */
export async function sendBitWords(transfers: SendingTransfers, memory: KernelMemory, x: BigUint64Array): Promise<BigUint64Array> {
  const count = x.length;
  const channel = new Channel(bitWordFlow, 'sender', transfers.lane);
  const columns = columnsFor(count);
  // Step 1.
  const corrections = await transfers.receiveCorrections(columns);
  // Step 2.
  const shares = new BigUint64Array(count);
  const message = memory.within(() =>
    transfers.extend(memory, corrections, columns, (blocks, shifted, hash) => {
      const pads0 = hash.toWords(memory, blocks, columns);
      const payload = memory.take(8 * columns);
      memory.kernels.subtractWords(payload, pads0, hash.toWords(memory, shifted, columns), count);
      memory.kernels.addWords(payload, payload, memory.put(x), count);
      const zeros = memory.put(new BigUint64Array(columns));
      memory.kernels.subtractWords(pads0, zeros, pads0, count);
      memory.get(pads0, shares);
      return memory.bytes.slice(payload, payload + bitWordBytes(count));
    }));
  x.fill(0n);
  await channel.send('payload', message);
  channel.finish();
  return shares;
}
