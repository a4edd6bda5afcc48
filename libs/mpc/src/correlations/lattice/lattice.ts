import { type KernelMemory } from '#kernels';
import { type LatticeKind, setsOf } from '#program/plans';
import { type PublicKey, Ring, Scheme, type SecretKey } from '../../ahe/index.js';
import { type Lane, type Randomness } from '../../channel/index.js';

export { type LatticeKind } from '#program/plans';

/** Parameters with their tables, in the kernels' memory for good. Serves all keys and lanes; holds no secret. */
export class Lattice {
  readonly schemes: readonly Scheme[];

  /** Not to be called in `memory.within`. */
  constructor(readonly memory: KernelMemory, readonly kind: LatticeKind) {
    const sets = setsOf(kind);
    const ring = new Ring(memory, sets[0]!.degree, sets.flatMap(({ primes }) => primes));
    this.schemes = sets.map((set) => new Scheme(set, ring));
  }
}

/** What the tables take. */
export const latticeTableBytes = (kind: LatticeKind): number => Ring.memoryBytes(setsOf(kind)[0]!.degree, setsOf(kind).flatMap(({ primes }) => primes as readonly number[]));

/** A key for each scheme of a lattice, and what the other party of the pair got of it. */
export type LatticeSecretKeys = readonly SecretKey[];
export type LatticePublicKeys = readonly PublicKey[];

/** One end of a pair. Its keys, if it has made any, and the other end's, if it was sent any. */
export interface LatticeParty {
  readonly lane: Lane;
  readonly lattice: Lattice;
  readonly randomness: Randomness;
  readonly own?: LatticeSecretKeys;
  readonly peers?: LatticePublicKeys;
}
