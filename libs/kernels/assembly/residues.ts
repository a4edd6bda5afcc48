// Polynomials as residues modulo one prime below 2^30: vectors of 32-bit words in [0, p).

import { below, mulHigh, shoup } from './ntt';

// poly += scale * words, for signed 64-bit words: low half, and high half lifted by 2^31 with the lift taken back.
export function residueAddWords(poly: usize, words: usize, n: u32, prime: u32, scale: u32): void {
  const modulus: u64 = prime;
  const high = (((<u64>scale) << 32) % modulus);
  const lift = modulus - (high * ((<u64>1 << 31) % modulus)) % modulus;
  const p = i32x4.splat(prime), offset = i32x4.splat(<u32>lift), top = i32x4.splat(0x80000000);
  const w0 = i32x4.splat(scale), q0 = i32x4.splat(<u32>(((<u64>scale) << 32) / modulus));
  const w1 = i32x4.splat(<u32>high), q1 = i32x4.splat(<u32>((high << 32) / modulus));
  for (const end = poly + ((<usize>n) << 2); poly < end; poly += 16, words += 32) {
    const a = v128.load(words), b = v128.load(words, 16);
    const low = below(shoup(v128.shuffle<i32>(a, b, 0, 2, 4, 6), w0, q0, p), p);
    const upper = below(shoup(v128.xor(v128.shuffle<i32>(a, b, 1, 3, 5, 7), top), w1, q1, p), p);
    const sum = below(i32x4.add(low, upper), p), rest = below(i32x4.add(v128.load(poly), offset), p);
    v128.store(poly, below(i32x4.add(sum, rest), p));
  }
}

// poly += small, for signed 32-bit numbers of absolute value below p.
export function residueAddSmall(poly: usize, small: usize, n: u32, prime: u32): void {
  const p = i32x4.splat(prime);
  for (const end = poly + ((<usize>n) << 2); poly < end; poly += 16, small += 16) {
    const s = v128.load(small);
    const residue = i32x4.add(s, v128.and(p, i32x4.shr_s(s, 31)));
    v128.store(poly, below(i32x4.add(v128.load(poly), residue), p));
  }
}

// poly *= scale
export function residueScale(poly: usize, n: u32, prime: u32, scale: u32): void {
  const p = i32x4.splat(prime), w = i32x4.splat(scale), q = i32x4.splat(<u32>(((<u64>scale) << 32) / prime));
  for (const end = poly + ((<usize>n) << 2); poly < end; poly += 16) v128.store(poly, below(shoup(v128.load(poly), w, q, p), p));
}

// hi - hi(m p) + p with m = lo / p mod 2^32: (hi 2^32 + lo) / 2^32 mod p in [0, 2p), for sums below 2^32 p (Montgomery).
// @ts-ignore: decorator
@inline function reduce(a: v128, b: v128, p: v128, inverse: v128): v128 {
  const m = i32x4.mul(v128.shuffle<i32>(a, b, 0, 2, 4, 6), inverse);
  return i32x4.add(i32x4.sub(v128.shuffle<i32>(a, b, 1, 3, 5, 7), mulHigh(m, p)), p);
}

// poly += sum of left_t * right_t / 2^32 over `terms` pairs, whose offsets are the 32-bit words at `lefts` and `rights`; 16 residues at a time,
// so that a cache line of each operand is read once.
export function residueDot(poly: usize, lefts: usize, rights: usize, terms: u32, n: u32, prime: u32): void {
  let inv: u32 = prime;
  for (let i = 0; i < 4; i++) inv *= 2 - prime * inv;
  const p = i32x4.splat(prime), inverse = i32x4.splat(inv), zero = i64x2.splat(0);
  // As many products as stay below 2^32 p.
  const lazy = <u32>(0x100000000 / <u64>prime);
  for (let at: usize = 0, end: usize = (<usize>n) << 2; at < end; at += 64) {
    let r0 = v128.load(poly + at), r1 = v128.load(poly + at, 16), r2 = v128.load(poly + at, 32), r3 = v128.load(poly + at, 48);
    for (let t: u32 = 0; t < terms;) {
      let a0 = zero, b0 = zero, a1 = zero, b1 = zero, a2 = zero, b2 = zero, a3 = zero, b3 = zero;
      for (const stop = min(t + lazy, terms); t < stop; t++) {
        const left = <usize>load<u32>(lefts + ((<usize>t) << 2)) + at, right = <usize>load<u32>(rights + ((<usize>t) << 2)) + at;
        let x = v128.load(left), y = v128.load(right);
        a0 = i64x2.add(a0, i64x2.extmul_low_i32x4_u(x, y));
        b0 = i64x2.add(b0, i64x2.extmul_high_i32x4_u(x, y));
        x = v128.load(left, 16), y = v128.load(right, 16);
        a1 = i64x2.add(a1, i64x2.extmul_low_i32x4_u(x, y));
        b1 = i64x2.add(b1, i64x2.extmul_high_i32x4_u(x, y));
        x = v128.load(left, 32), y = v128.load(right, 32);
        a2 = i64x2.add(a2, i64x2.extmul_low_i32x4_u(x, y));
        b2 = i64x2.add(b2, i64x2.extmul_high_i32x4_u(x, y));
        x = v128.load(left, 48), y = v128.load(right, 48);
        a3 = i64x2.add(a3, i64x2.extmul_low_i32x4_u(x, y));
        b3 = i64x2.add(b3, i64x2.extmul_high_i32x4_u(x, y));
      }
      r0 = below(i32x4.add(r0, below(reduce(a0, b0, p, inverse), p)), p);
      r1 = below(i32x4.add(r1, below(reduce(a1, b1, p, inverse), p)), p);
      r2 = below(i32x4.add(r2, below(reduce(a2, b2, p, inverse), p)), p);
      r3 = below(i32x4.add(r3, below(reduce(a3, b3, p, inverse), p)), p);
    }
    v128.store(poly + at, r0);
    v128.store(poly + at, r1, 16);
    v128.store(poly + at, r2, 32);
    v128.store(poly + at, r3, 48);
  }
}

// The first n words of a public stream that are below p, of as many bits as p has. Returns how many there were. Where p is next to a power of two, few are dropped: four that
// stay are kept at once.
export function residueUniform(poly: usize, stream: usize, words: u32, n: u32, prime: u32): u32 {
  const mask = <u32>0xffffffff >> clz(prime), together: u32 = mask - prime < mask >> 6 ? 4 : 1;
  const masks = i32x4.splat(mask), top = i32x4.splat(prime);
  let found: u32 = 0;
  for (let i: u32 = 0; i < words && found < n; ) {
    if (together == 4 && i + 4 <= words && found + 4 <= n) {
      const x = v128.and(v128.load(stream + ((<usize>i) << 2)), masks);
      if (!v128.any_true(i32x4.ge_u(x, top))) {
        v128.store(poly + ((<usize>found) << 2), x);
        found += 4;
        i += 4;
        continue;
      }
    }
    const x = load<u32>(stream + ((<usize>i) << 2)) & mask;
    store<u32>(poly + ((<usize>found) << 2), x);
    found += <u32>(x < prime);
    i++;
  }
  return found;
}

// Eight residues to `bits` bytes, for 24 to 31 bits and n a multiple of 8. Eight bytes beyond the end are overwritten.
export function residuePack(target: usize, poly: usize, n: u32, bits: u32): void {
  const b: u64 = bits;
  for (const end = poly + ((<usize>n) << 2); poly < end; poly += 32, target += bits) {
    const x0 = <u64>load<u32>(poly) | ((<u64>load<u32>(poly, 4)) << b), x1 = <u64>load<u32>(poly, 8) | ((<u64>load<u32>(poly, 12)) << b);
    const x2 = <u64>load<u32>(poly, 16) | ((<u64>load<u32>(poly, 20)) << b), x3 = <u64>load<u32>(poly, 24) | ((<u64>load<u32>(poly, 28)) << b);
    store<u64>(target, x0 | (x1 << (2 * b)));
    store<u64>(target, (x1 >> (64 - 2 * b)) | (x2 << (4 * b - 64)), 8);
    store<u64>(target, (x2 >> (128 - 4 * b)) | (x3 << (6 * b - 128)), 16);
    store<u64>(target, x3 >> (192 - 6 * b), 24);
  }
}

// Back. Returns 1 when all are below p, or else 0. Reads eight bytes beyond the end.
export function residueUnpack(poly: usize, source: usize, n: u32, bits: u32, prime: u32): u32 {
  const b: u64 = bits, mask = (<u64>1 << b) - 1;
  // p - 1 in both halves of a word: less two residues, a half's top bit tells that one was larger. The lower half may borrow from the upper, which only happens then.
  const top: u64 = (<u64>(prime - 1) << 32) | (prime - 1);
  let bad: u64 = 0;
  for (const end = poly + ((<usize>n) << 2); poly < end; poly += 32, source += bits) {
    const s0 = load<u64>(source), s1 = load<u64>(source, 8), s2 = load<u64>(source, 16), s3 = load<u64>(source, 24);
    const x1 = (s0 >> (2 * b)) | (s1 << (64 - 2 * b)), x2 = (s1 >> (4 * b - 64)) | (s2 << (128 - 4 * b)), x3 = (s2 >> (6 * b - 128)) | (s3 << (192 - 6 * b));
    const y0 = (s0 & mask) | (((s0 >> b) & mask) << 32), y1 = (x1 & mask) | (((x1 >> b) & mask) << 32);
    const y2 = (x2 & mask) | (((x2 >> b) & mask) << 32), y3 = (x3 & mask) | (((x3 >> b) & mask) << 32);
    store<u64>(poly, y0);
    store<u64>(poly, y1, 8);
    store<u64>(poly, y2, 16);
    store<u64>(poly, y3, 24);
    bad |= (top - y0) | (top - y1) | (top - y2) | (top - y3);
  }
  return <u32>((bad & 0x8000000080000000) == 0);
}
