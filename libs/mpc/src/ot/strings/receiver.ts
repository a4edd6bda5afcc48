import { type KernelMemory } from '#kernels';
import { Channel } from '../../channel/index.js';
import { receiveRandom } from '../random/index.js';
import { bitAt, select } from '../select.js';
import { type ReceivingTransfers } from '../transfers.js';
import { messagesOf, stringFlow } from './flow.js';
import { addPad, keyOf } from './pads.js';

/**
 * The strings of `length` bytes that the first `count` packed bits of `choices` name, one after the other: at most `maxBatchTransfers`. Secret. Throws
 * `ProtocolAbort`.
 */
export async function receiveStrings(
  transfers: ReceivingTransfers, memory: KernelMemory, choices: Uint8Array, { count, length }: { readonly count: number; readonly length: number },
): Promise<Uint8Array> {
  // Step 1.
  const keys = await receiveRandom(transfers, memory, choices, count);
  const strings = new Uint8Array(count * length);
  try {
    for (const [from, to] of messagesOf(count, length)) {
      const channel = new Channel(stringFlow, 'receiver', transfers.lane);
      const message = await channel.receive('payload', 2 * length * (to - from));
      channel.finish();
      // Step 2: both are read, whatever the bit.
      for (let j = from; j < to; j++) {
        const at = 2 * (j - from) * length;
        const place = strings.subarray(j * length, (j + 1) * length);
        select(place, bitAt(choices, j), message.subarray(at, at + length), message.subarray(at + length, at + 2 * length));
        addPad(place, keyOf(keys, j));
      }
    }
    return strings;
  } finally {
    keys.fill(0);
  }
}
