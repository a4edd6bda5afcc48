/**
 * Arithmetic on vectors of Z_2^64, held as little-endian words. Plain TypeScript: these functions define what the kernels of
 * the same name compute. Words are taken as two 32-bit halves because BigInt arithmetic allocates.
 */

const halves = (words: BigUint64Array): Uint32Array => new Uint32Array(words.buffer, words.byteOffset, words.length * 2);

/** target += addend, elementwise; a one-element addend is added to every element. */
export function addInto(target: BigUint64Array, addend: BigUint64Array): void {
  const t = halves(target);
  const a = halves(addend);
  const step = addend.length === 1 ? 0 : 2;
  for (let i = 0, j = 0; i < t.length; i += 2, j += step) {
    const low = t[i]! + a[j]!;
    t[i] = low;
    t[i + 1] = t[i + 1]! + a[j + 1]! + (low > 0xffffffff ? 1 : 0);
  }
}

/** target −= subtrahend, elementwise; a one-element subtrahend is subtracted from every element. */
export function subtractFrom(target: BigUint64Array, subtrahend: BigUint64Array): void {
  const t = halves(target);
  const s = halves(subtrahend);
  const step = subtrahend.length === 1 ? 0 : 2;
  for (let i = 0, j = 0; i < t.length; i += 2, j += step) {
    const low = t[i]! - s[j]!;
    t[i] = low;
    t[i + 1] = t[i + 1]! - s[j + 1]! - (low < 0 ? 1 : 0);
  }
}
