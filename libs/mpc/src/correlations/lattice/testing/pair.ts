import { randomBytes } from 'node:crypto';
import { KernelMemory } from '#kernels';
import { type Link, Peer, type Randomness } from '../../../channel/index.js';
import { Lattice, type LatticeKind, type LatticeParty, latticeTableBytes, receiveLatticeKeys, sendLatticeKeys } from '../index.js';

export type Pair = readonly [LatticeParty, LatticeParty];

/** Two ends without keys. */
export function endsOf(kind: LatticeKind, passingBytes: number, links: readonly (readonly (Link | undefined)[])[], randomness: (self: number) => Randomness): Pair {
  const end = (self: 0 | 1): LatticeParty => ({
    lane: new Peer(1 - self, links[self]![1 - self]!).lane(2),
    lattice: new Lattice(new KernelMemory(latticeTableBytes(kind) + passingBytes), kind),
    randomness: randomness(self),
  });
  return [end(0), end(1)];
}

/** With keys both ways. */
export async function withKeys([a, b]: Pair): Promise<Pair> {
  const [ownA, peersB] = await Promise.all([sendLatticeKeys(a), receiveLatticeKeys(b)]);
  const [peersA, ownB] = await Promise.all([receiveLatticeKeys(a), sendLatticeKeys(b)]);
  return [{ ...a, own: ownA, peers: peersA }, { ...b, own: ownB, peers: peersB }];
}

export const sentBy = ({ lane: { peer } }: LatticeParty): number => peer.bytesSent + peer.bytesReceived;

const edges = [0n, 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n];
/** Random words, every third one from the edges of what there is. */
export const anyWords = (length: number): BigUint64Array =>
  new BigUint64Array(new Uint8Array(randomBytes(8 * length)).buffer).map((word, i) => (i % 3 === 0 ? edges[(i / 3) % edges.length]! : word));

export const addUp = (s: BigUint64Array, r: BigUint64Array): BigUint64Array => s.map((share, i) => BigInt.asUintN(64, share + r[i]!));
