import { type KernelMemory } from '#kernels';
import { Channel } from '../../channel/index.js';
import { sendRandom } from '../random/index.js';
import { type SendingTransfers } from '../transfers.js';
import { messagesOf, stringFlow } from './flow.js';
import { addPad, keyOf } from './pads.js';

/** What a sender offers: for each of `count` transfers `length` bytes for bit 0, and as many for bit 1, one string after the other. */
export interface Strings {
  readonly zero: Uint8Array;
  readonly one: Uint8Array;
  readonly count: number;
  readonly length: number;
}

/** Sends one of each two strings: at most `maxBatchTransfers`. The strings stay the caller's. Throws `ProtocolAbort`. */
export async function sendStrings(transfers: SendingTransfers, memory: KernelMemory, { zero, one, count, length }: Strings): Promise<void> {
  if (zero.length !== count * length || one.length !== count * length) throw new RangeError('strings of another length than stated');
  // Step 1.
  const keys = await sendRandom(transfers, memory, count);
  try {
    for (const [from, to] of messagesOf(count, length)) {
      // Step 2.
      const message = new Uint8Array(2 * length * (to - from));
      for (let j = from; j < to; j++) {
        [zero, one].forEach((strings, bit) => {
          const at = (2 * (j - from) + bit) * length;
          const place = message.subarray(at, at + length);
          place.set(strings.subarray(j * length, (j + 1) * length));
          addPad(place, keyOf(keys[bit]!, j));
        });
      }
      const channel = new Channel(stringFlow, 'sender', transfers.lane);
      await channel.send('payload', message);
      channel.finish();
    }
  } finally {
    for (const each of keys) each.fill(0);
  }
}
