import { type KernelMemory } from './memory.js';

/**
 * Arithmetic on vectors of Z_2^64 that lie outside of the kernels' memory. A one-element operand is used for every element.
 * Sums work on 32-bit halves in place, which is as fast as a kernel with its copies and needs none; BigInt would allocate. Carries are
 * computed from the top bits, so that no branch depends on a word.
 */
const halves = (words: BigUint64Array): Uint32Array => new Uint32Array(words.buffer, words.byteOffset, words.length * 2);

/** target += addend */
export function addInto(target: BigUint64Array, addend: BigUint64Array): void {
  const t = halves(target);
  const a = halves(addend);
  const step = addend.length === 1 ? 0 : 2;
  for (let i = 0, j = 0; i < t.length; i += 2, j += step) {
    const x = t[i]! | 0;
    const y = a[j]! | 0;
    const low = (x + y) | 0;
    t[i] = low;
    t[i + 1] = t[i + 1]! + a[j + 1]! + (((x & y) | ((x | y) & ~low)) >>> 31);
  }
}

/** target −= subtrahend */
export function subtractFrom(target: BigUint64Array, subtrahend: BigUint64Array): void {
  const t = halves(target);
  const s = halves(subtrahend);
  const step = subtrahend.length === 1 ? 0 : 2;
  for (let i = 0, j = 0; i < t.length; i += 2, j += step) {
    const x = t[i]! | 0;
    const y = s[j]! | 0;
    const low = (x - y) | 0;
    t[i] = low;
    t[i + 1] = t[i + 1]! - s[j + 1]! - (((~x & y) | ((~x | y) & low)) >>> 31);
  }
}

/** target ⊕= other */
export function xorInto(target: BigUint64Array, other: BigUint64Array): void {
  const t = halves(target);
  const o = halves(other);
  for (let i = 0; i < t.length; i++) t[i]! ^= o[i]!;
}

/** target ⊕= left ∧ right */
export function andInto(target: BigUint64Array, left: BigUint64Array, right: BigUint64Array): void {
  const t = halves(target);
  const l = halves(left);
  const r = halves(right);
  for (let i = 0; i < t.length; i++) t[i]! ^= l[i]! & r[i]!;
}

const stagedWords = 8192;
/** What `multiplyAddInto` needs of the memory. */
export const stagingBytes = 3 * 8 * stagedWords + 256;

/** target += left · right */
export function multiplyAddInto(memory: KernelMemory, target: BigUint64Array, left: BigUint64Array, right: BigUint64Array): void {
  const scalar = right.length === 1;
  for (let from = 0; from < target.length; from += stagedWords) {
    const to = Math.min(from + stagedWords, target.length);
    memory.within(() => {
      const t = memory.put(target.subarray(from, to));
      const l = memory.put(left.subarray(from, to));
      const r = memory.put(scalar ? right : right.subarray(from, to));
      memory.kernels.multiplyAdd(t, l, r, scalar ? 0 : 8, to - from);
      memory.get(t, target.subarray(from, to));
    });
  }
}
