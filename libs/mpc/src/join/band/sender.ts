import { KernelMemory } from '#kernels';
import { ranges, slotsFor, slotsPerMessage } from '#program/plans';
import { type Binding, Channel, type Lane, type Randomness } from '../../channel/index.js';
import { draw, openStream, seedBytes } from '../../ot/index.js';
import { unlucky } from '../failure.js';
import { bandsBytes, bandsOf } from './bands.js';
import { bandFlow } from './flow.js';

/** Keys of 16 bytes, no two alike, and `width` words at each. */
export interface Values {
  readonly keys: Uint8Array;
  readonly words: BigUint64Array;
  readonly width: number;
}

/** Step 1, for at most `most` keys: the slots. Throws `ProtocolAbort` where the system has no solution. */
export function encode(binding: Binding, randomness: Randomness, { keys, words, width }: Values, most: number): BigUint64Array {
  const count = keys.length / 16;
  const slots = slotsFor(most);
  const memory = new KernelMemory(bandsBytes(count) + 8 * words.length + 8 * width * slots + 4 * (count + slots) + 4096);
  try {
    return memory.within(() => {
      const { low, high, starts } = bandsOf(memory, binding, keys, slots);
      const values = memory.put(words);
      const order = memory.put(bytesOf(ascending(new Uint32Array(memory.bytes.buffer, starts, count), slots)));
      const pivots = memory.take(4 * slots);
      memory.bytes.fill(0, pivots, pivots + 4 * slots);
      if (memory.kernels.bandEliminate(low, high, starts, values, width, order, pivots, count) === 0) throw unlucky('the values of a join could not be encoded', 'slots');
      const solution = memory.take(8 * width * slots);
      const seed = randomness.bytes(seedBytes);
      draw(openStream(seed, 0), memory.bytes.subarray(solution, solution + 8 * width * slots));
      seed.fill(0);
      memory.kernels.bandSolve(solution, low, high, starts, values, width, pivots, slots);
      return memory.words.slice(solution / 8, solution / 8 + width * slots);
    });
  } finally {
    memory.wipe();
  }
}

export async function sendValues(lane: Lane, binding: Binding, randomness: Randomness, values: Values, most: number): Promise<void> {
  const solution = encode(binding, randomness, values, most);
  for (const [from, to] of ranges(slotsFor(most), slotsPerMessage(values.width))) {
    const channel = new Channel(bandFlow, 'sender', lane);
    await channel.send('slots', bytesOf(solution.subarray(from * values.width, to * values.width)));
    channel.finish();
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint32Array | BigUint64Array): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength);

/** The indices of numbers below `limit` in ascending order of them. */
function ascending(numbers: Uint32Array, limit: number): Uint32Array {
  const next = new Uint32Array(limit + 1);
  for (const each of numbers) next[each + 1]! += 1;
  for (let i = 1; i <= limit; i++) next[i]! += next[i - 1]!;
  const order = new Uint32Array(numbers.length);
  numbers.forEach((each, i) => (order[next[each]!++] = i));
  return order;
}
