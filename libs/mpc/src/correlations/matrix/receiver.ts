import { type KernelMemory } from '#kernels';
import { gilboaBytes, matrixMessages, transfersPerProduct } from '#program/plans';
import { Channel } from '../../channel/index.js';
import { type ReceivingTransfers, receiveRandom } from '../../ot/index.js';
import { bytesOf } from '../words.js';
import { matrixFlow, passesOf } from './flow.js';
import { ColumnPads } from './pads.js';

/**
 * Adds r to `share` (m words), for the words y (at most `maxBatchProducts`), one per column. Throws `ProtocolAbort`.
 */
export async function receiveMatrix(transfers: ReceivingTransfers, memory: KernelMemory, y: BigUint64Array, share: BigUint64Array): Promise<void> {
  // Step 1.
  const keys = await receiveRandom(transfers, memory, bytesOf(y), transfersPerProduct * y.length);
  try {
    for (let j = 0; j < y.length; j++) {
      const pads = new ColumnPads(keys, j);
      for (const [from, to] of matrixMessages(share.length)) {
        const channel = new Channel(matrixFlow, 'receiver', transfers.lane);
        const message = await channel.receive('payload', gilboaBytes(to - from));
        channel.finish();
        // Step 2.
        for (const [start, end] of passesOf(to - from)) {
          const rows = end - start;
          memory.within(() => {
            const target = share.subarray(from + start, from + end);
            const shares = memory.put(target);
            const payload = memory.put(message.subarray(gilboaBytes(start), gilboaBytes(end)));
            const factor = memory.put(y.subarray(j, j + 1));
            memory.kernels.gilboaReceive(pads.draw(memory, rows), 8 * rows, 8, factor, 0, payload, shares, rows);
            memory.get(shares, target);
          });
        }
      }
    }
  } finally {
    keys.fill(0);
  }
}
