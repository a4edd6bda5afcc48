import { KernelMemory } from '#kernels';
import { ranges, slotsFor, slotsPerMessage } from '#program/plans';
import { type Binding, Channel, type Lane } from '../../channel/index.js';
import { bandsBytes, bandsOf } from './bands.js';
import { bandFlow } from './flow.js';

/** The values that `solution` has at keys of 16 bytes: `width` words each. */
export function decode(binding: Binding, solution: BigUint64Array, keys: Uint8Array, width: number): BigUint64Array {
  const count = keys.length / 16;
  const memory = new KernelMemory(bandsBytes(count) + 8 * (solution.length + width * count) + 4096);
  try {
    return memory.within(() => {
      const { low, high, starts } = bandsOf(memory, binding, keys, solution.length / width);
      const target = memory.take(8 * width * count);
      memory.bytes.fill(0, target, target + 8 * width * count);
      memory.kernels.bandDecode(target, memory.put(solution), low, high, starts, width, count);
      return memory.words.slice(target / 8, target / 8 + width * count);
    });
  } finally {
    memory.wipe();
  }
}

/** Values of `width` words at the receiver's keys, from a sender that has at most `most`. Throws `ProtocolAbort`. */
export async function receiveValues(lane: Lane, binding: Binding, keys: Uint8Array, width: number, most: number): Promise<BigUint64Array> {
  const slots = slotsFor(most);
  const solution = new BigUint64Array(width * slots);
  for (const [from, to] of ranges(slots, slotsPerMessage(width))) {
    const channel = new Channel(bandFlow, 'receiver', lane);
    await channel.receiveInto('slots', new Uint8Array(solution.buffer, 8 * width * from, 8 * width * (to - from)));
    channel.finish();
  }
  return decode(binding, solution, keys, width);
}
