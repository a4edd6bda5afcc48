import { LogError, LogErrorCode } from './errors.js';
import { emptyRoot, HASH_BYTES, nodeHash } from './hashing.js';

/** Largest power of two below `size`, which is at least 2: where RFC 6962 splits a tree. */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/**
 * The Merkle tree of RFC 6962 §2.1 over leaf hashes, in memory: 64 bytes a leaf. It only grows; roots and proofs of every earlier size
 * stay available. Appending costs two hashes on average; a root or proof costs O(log² size) at most.
 */
export class MerkleTree {
  /** `levels[h][i]` is the hash over leaves i·2^h … (i+1)·2^h − 1; only complete subtrees are kept. */
  readonly #levels: Uint8Array[][] = [[]];

  /** Rebuilds a tree from stored leaf hashes. */
  constructor(leafHashes: Iterable<Uint8Array> = []) {
    for (const hash of leafHashes) this.append(hash);
  }

  get size(): number {
    return this.#levels[0].length;
  }

  /** The index that the leaf got. @throws LogError CS0800 unless the hash has 32 bytes */
  append(leafHash: Uint8Array): number {
    if (leafHash.length !== HASH_BYTES) throw new LogError(LogErrorCode.outsideTree, `a leaf hash has ${HASH_BYTES} bytes, not ${leafHash.length}`);
    const index = this.size;
    let hash = leafHash;
    for (let height = 0, at = index; ; height++, at = (at - 1) / 2) {
      (this.#levels[height] ??= []).push(hash);
      if (at % 2 === 0) return index;
      hash = nodeHash(this.#levels[height][at - 1], hash);
    }
  }

  /** MTH(D[0:size]), 32 bytes, of the whole tree or of an earlier size. @throws LogError CS0800 */
  root(size = this.size): Uint8Array {
    this.#within(size, this.size);
    return size === 0 ? emptyRoot() : this.#hash(0, size);
  }

  /** PATH(index, D[0:size]) of RFC 6962 §2.1.1: the hashes from the leaf's sibling to the root's child. @throws LogError CS0800 */
  inclusionProof(index: number, size = this.size): Uint8Array[] {
    this.#within(size, this.size);
    this.#within(index, size - 1);
    return this.#path(index, 0, size);
  }

  /** PROOF(oldSize, D[0:newSize]) of RFC 6962 §2.1.2; empty when `oldSize` is 0 or `newSize`. @throws LogError CS0800 */
  consistencyProof(oldSize: number, newSize = this.size): Uint8Array[] {
    this.#within(newSize, this.size);
    this.#within(oldSize, newSize);
    return oldSize === 0 ? [] : this.#subproof(oldSize, 0, newSize, true);
  }

  #within(value: number, most: number): void {
    if (!Number.isSafeInteger(value) || value < 0 || value > most) {
      throw new LogError(LogErrorCode.outsideTree, `\`${value}\` is outside of the log, which has ${this.size} leaves`);
    }
  }

  #hash(start: number, end: number): Uint8Array {
    const size = end - start;
    const height = Math.log2(size);
    if (Number.isInteger(height) && start % size === 0) return this.#levels[height][start / size];
    const middle = start + splitOf(size);
    return nodeHash(this.#hash(start, middle), this.#hash(middle, end));
  }

  #path(index: number, start: number, end: number): Uint8Array[] {
    if (end - start === 1) return [];
    const middle = start + splitOf(end - start);
    return index < middle
      ? [...this.#path(index, start, middle), this.#hash(middle, end)]
      : [...this.#path(index, middle, end), this.#hash(start, middle)];
  }

  /** `known`: the old tree is a whole subtree here, so its verifier has the hash already. */
  #subproof(oldEnd: number, start: number, end: number, known: boolean): Uint8Array[] {
    if (oldEnd === end) return known ? [] : [this.#hash(start, end)];
    const middle = start + splitOf(end - start);
    return oldEnd <= middle
      ? [...this.#subproof(oldEnd, start, middle, known), this.#hash(middle, end)]
      : [...this.#subproof(oldEnd, middle, end, false), this.#hash(start, middle)];
  }
}
