import { type KernelMemory } from '#kernels';
import { Channel } from '../../channel/index.js';
import { type SendingTransfers, columnsFor } from '../../ot/index.js';
import { transfersPerProduct } from './flow.js';
import { type ProductKind } from './kind.js';

/** The shares s for the words x: at most `maxBatchProducts`. Secret. Throws `ProtocolAbort`. */
export async function sendProducts(kind: ProductKind, transfers: SendingTransfers, memory: KernelMemory, x: BigUint64Array): Promise<BigUint64Array> {
  const count = x.length;
  const channel = new Channel(kind.flow, 'sender', transfers.lane);
  const columns = columnsFor(transfersPerProduct * count);
  // Step 1.
  const corrections = await transfers.receiveCorrections(columns);
  // Step 2.
  const result = new BigUint64Array(count);
  const message = memory.within(() =>
    transfers.extend(memory, corrections, columns, (blocks, shifted, hash) => {
      const shares = memory.put(result);
      const payload = memory.take(kind.payloadBytes(count));
      const pads0 = hash.toWords(memory, blocks, columns);
      const pads1 = hash.toWords(memory, shifted, columns);
      kind.send(memory, { pads0, pads1, x: memory.put(x), payload, shares, count });
      memory.get(shares, result);
      return memory.bytes.slice(payload, payload + kind.payloadBytes(count));
    }));
  await channel.send('payload', message);
  channel.finish();
  return result;
}
