import { type KernelMemory } from '#kernels';
import { Channel } from '../../channel/index.js';
import { type ReceivingTransfers, columnsFor } from '../../ot/index.js';
import { bytesOf, copyWords } from '../words.js';
import { transfersPerProduct } from './flow.js';
import { type ProductKind } from './kind.js';

/** The shares r for the words y: at most `maxBatchProducts`. Secret. Throws `ProtocolAbort`. */
export async function receiveProducts(kind: ProductKind, transfers: ReceivingTransfers, memory: KernelMemory, y: BigUint64Array): Promise<BigUint64Array> {
  const count = y.length;
  const channel = new Channel(kind.flow, 'receiver', transfers.lane);
  const columns = columnsFor(transfersPerProduct * count);
  const choices = new Uint8Array(columns / 8);
  choices.set(bytesOf(y));
  // Step 1.
  const { corrections, pads } = memory.within(() =>
    transfers.extend(memory, choices, (blocks, hash) => copyWords(memory, hash.toWords(memory, blocks, columns), columns)));
  choices.fill(0);
  await transfers.sendCorrections(corrections);
  const message = await channel.receive('payload', kind.payloadBytes(count));
  channel.finish();
  // Step 2.
  const result = new BigUint64Array(count);
  memory.within(() => {
    const shares = memory.put(result);
    kind.receive(memory, { pads: memory.put(pads), y: memory.put(y), payload: memory.put(message), shares, count });
    memory.get(shares, result);
  });
  pads.fill(0n);
  return result;
}
