import { addInto, subtractFrom, xorInto } from '#kernels';
import { type Mesh } from '../../channel/index.js';
import { openingParts } from '../opening-parts.js';
import { type Keys } from './keys.js';
import { drawWords } from './masks.js';
import { nextOf, previousOf, replicatedParties, replicatedProtocol } from './protocol.js';

/** Components of `length` words each, one after the other. */
const componentsOf = (words: BigUint64Array, length: number): [BigUint64Array, BigUint64Array] => {
  if (words.length !== 2 * length) throw new RangeError(`a replicated share of ${length} words has ${2 * length}, not ${words.length}`);
  return [words.subarray(0, length), words.subarray(length)];
};

/** Opens words to the parties in `to`: each gets the place that it lacks from the party that follows it. One round. */
export async function openToParties(mesh: Mesh, words: BigUint64Array, length: number, to: readonly number[]): Promise<BigUint64Array | undefined> {
  const [own, next] = componentsOf(words, length);
  const total = to.includes(mesh.self) ? own.slice() : undefined;
  if (total) addInto(total, next);
  await mesh.exchangeParts(replicatedProtocol, 'output', openingParts(
    next, { to: to.filter((peer) => peer === previousOf(mesh.self)), from: total ? [nextOf(mesh.self)] : [] }, (part, at) => {
      addInto(total!.subarray(at, at + part.length), part);
      part.fill(0n);
    }));
  return total;
}

/** A uniform sharing of the same words: masks under the common key that add up to zero. All parties call it alike. */
export function refreshed({ common }: Keys, self: number, words: BigUint64Array, length: number): BigUint64Array {
  const [first, second] = [drawWords(common, length), drawWords(common, length)];
  const fresh = words.slice();
  componentsOf(fresh, length).forEach((component, c) => {
    const place = (self + c) % 3;
    if (place === 0) addInto(component, first);
    else if (place === 1) addInto(component, second);
    else {
      subtractFrom(component, first);
      subtractFrom(component, second);
    }
  });
  first.fill(0n);
  second.fill(0n);
  return fresh;
}

/** Two copies of one place of a replicated share differ: of the parties that sent them one at least left the protocol. */
export class InconsistentShares extends Error {
  override readonly name = 'InconsistentShares';
}

/**
 * The words that are shared, for a receiver that is no party, from what the parties gave it (`refreshed`), by party: 2 · length words each.
 * Two parties suffice; every place that two of them hold must be the same. Throws `InconsistentShares`.
 */
export function reconstructReplicated(shares: readonly (BigUint64Array | undefined)[], length: number): BigUint64Array {
  const components = shares.map((words) => words && componentsOf(words, length));
  const total = new BigUint64Array(length);
  let different = 0;
  for (let place = 0; place < replicatedParties; place++) {
    const copies = [components[place]?.[0], components[previousOf(place)]?.[1]].filter((copy) => copy !== undefined);
    const [copy, other = copy] = copies;
    if (!copy || !other) throw new InconsistentShares('fewer than two of three replicated shares');
    addInto(total, copy);
    const difference = copy.slice();
    xorInto(difference, other);
    // All of them are looked at, and as halves of 32 bits.
    for (const half of new Uint32Array(difference.buffer)) different |= half;
  }
  if (different === 0) return total;
  total.fill(0n);
  throw new InconsistentShares('two parties gave different copies of a replicated share');
}
