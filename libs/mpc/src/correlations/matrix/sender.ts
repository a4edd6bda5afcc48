import { type KernelMemory } from '#kernels';
import { gilboaBytes, matrixMessages, transfersPerProduct } from '#program/plans';
import { Channel } from '../../channel/index.js';
import { type SendingTransfers, sendRandom } from '../../ot/index.js';
import { matrixFlow, passesOf } from './flow.js';
import { ColumnPads } from './pads.js';

/**
 * Subtracts the masks from `share` (m words) for the columns of A (at most `maxBatchProducts` vectors of m words), which makes it s when it
 * was 0. Throws `ProtocolAbort`.
 */
export async function sendMatrix(
  transfers: SendingTransfers,
  memory: KernelMemory,
  columns: readonly BigUint64Array[],
  share: BigUint64Array,
): Promise<void> {
  // Step 1.
  const keys = await sendRandom(transfers, memory, transfersPerProduct * columns.length);
  try {
    for (const [j, column] of columns.entries()) {
      // Step 2.
      const pads = [new ColumnPads(keys[0], j), new ColumnPads(keys[1], j)] as const;
      for (const [from, to] of matrixMessages(column.length)) {
        const message = new Uint8Array(gilboaBytes(to - from));
        for (const [start, end] of passesOf(to - from)) {
          const rows = end - start;
          memory.within(() => {
            const target = share.subarray(from + start, from + end);
            const shares = memory.put(target);
            const payload = memory.take(gilboaBytes(rows));
            const x = memory.put(column.subarray(from + start, from + end));
            memory.kernels.gilboaSend(pads[0].draw(memory, rows), pads[1].draw(memory, rows), 8 * rows, 8, x, payload, shares, rows);
            memory.get(shares, target);
            message.set(memory.bytes.subarray(payload, payload + gilboaBytes(rows)), gilboaBytes(start));
          });
        }
        const channel = new Channel(matrixFlow, 'sender', transfers.lane);
        await channel.send('payload', message);
        channel.finish();
      }
    }
  } finally {
    for (const each of keys) each.fill(0);
  }
}
