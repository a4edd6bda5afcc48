import { subtractFrom } from '#kernels';
import { type Gates, andAll } from './and.js';
import { addModulo } from './adder.js';
import { booleanProtocol } from './protocol.js';
import { invert } from './words.js';

/** Additive shares of elements in [0, 2^62), and a bound in [0, 2^53). */
export interface Comparison {
  readonly share: BigUint64Array;
  readonly bound: number;
}

/**
 * Opens one bit per comparison to every party: whether all of its elements are at least its bound. All comparisons run side by side.
 * Throws `ProtocolAbort`.
 */
export async function allAtLeast(gates: Gates, comparisons: readonly Comparison[]): Promise<boolean[]> {
  if (comparisons.length === 0) return [];
  const { self, parties } = gates.mesh;
  const differences = comparisons.map(({ share, bound }) => {
    const difference = share.slice();
    if (self === 0) subtractFrom(difference, BigUint64Array.of(BigInt(bound)));
    return difference;
  });
  const lengths = differences.map(({ length }) => length);
  const own = new BigUint64Array(lengths.reduce((sum, length) => sum + length, 0));
  differences.reduce((offset, difference) => (own.set(difference, offset), offset + difference.length), 0);

  // Operand p is party p's own word, which the others share by zeros.
  const zeros = new BigUint64Array(own.length);
  const sum = await addModulo(gates, Array.from({ length: parties }, (_, p) => (p === self ? own : zeros)));
  if (self === 0) invert(sum);
  for (const secret of [own, ...differences]) secret.fill(0n);

  let offset = 0;
  let levels = lengths.map((length) => sum.slice(offset, (offset += length)));
  while (levels.some(({ length }) => length > 1)) {
    const wide = levels.filter(({ length }) => length > 1);
    const joined = await andAll(gates, wide.map((words): readonly [BigUint64Array, BigUint64Array] => {
      const pairs = words.length >> 1;
      return [words.subarray(0, pairs), words.subarray(pairs, 2 * pairs)];
    }));
    let next = 0;
    levels = levels.map((words) => {
      if (words.length === 1) return words;
      const pairs = joined[next++]!;
      const halved = new BigUint64Array(Math.ceil(words.length / 2));
      halved.set(pairs);
      halved.set(words.subarray(2 * pairs.length), pairs.length);
      return halved;
    });
  }
  return openSigns(gates, levels);
}

/** Opens wire 63 of each word, one bit to a byte, and no other wire. */
async function openSigns({ mesh }: Gates, words: readonly BigUint64Array[]): Promise<boolean[]> {
  const bits = Uint8Array.from(words, (word) => new Uint8Array(word.buffer, word.byteOffset, 8)[7]! >> 7);
  const opened = bits.slice();
  for (const [party, body] of (await mesh.exchange(booleanProtocol, 'output', () => bits, () => bits.length)).entries()) {
    if (!body) continue;
    if (body.some((bit) => bit > 1)) throw mesh.peers.find((peer) => peer.party === party)!.abort('CS0703', 'a bit that is neither 0 nor 1', 'output');
    body.forEach((bit, i) => (opened[i]! ^= bit));
  }
  return Array.from(opened, (bit) => bit === 1);
}
