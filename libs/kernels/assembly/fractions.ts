// From residues modulo several primes to binary fractions and integers. Constants are five words of 31 bits each, so that the products of
// up to seven residues with one word of their constants add up below 2^64.

// Sums of residue * constant, column by column: sum of c_j 2^(31 j) mod 2^155 as three words.
let word0: u64 = 0, word1: u64 = 0, word2: u64 = 0;

// @ts-ignore: decorator
@inline function carry(c0: u64, c1: u64, c2: u64, c3: u64, c4: u64): void {
  const mask: u64 = 0x7fffffff;
  c1 += c0 >> 31;
  c2 += c1 >> 31;
  c3 += c2 >> 31;
  c4 += c3 >> 31;
  c0 = (c0 & mask) | ((c1 & mask) << 31);
  c2 = (c2 & mask) | ((c3 & mask) << 31);
  word0 = c0 | (c2 << 62);
  word1 = (c2 >> 2) | ((c4 & mask) << 60);
  word2 = (c4 & mask) >> 4;
}

// The 128 highest of 155 bits of the fractions sum of x_i / p_i mod 1, for x_i the residues number start + step j of polynomials `stride` bytes apart and
// constants floor(2^155 / p_i).
export function fractions(target: usize, polys: usize, stride: usize, limbs: u32, start: u32, step: u32, count: u32, constants: usize): void {
  for (let j: u32 = 0; j < count; j++, target += 16) {
    let c0: u64 = 0, c1: u64 = 0, c2: u64 = 0, c3: u64 = 0, c4: u64 = 0;
    let at = polys + ((<usize>(start + step * j)) << 2), k = constants;
    for (let i: u32 = 0; i < limbs; i++, at += stride, k += 20) {
      const x = <u64>load<u32>(at);
      c0 += x * <u64>load<u32>(k);
      c1 += x * <u64>load<u32>(k, 4);
      c2 += x * <u64>load<u32>(k, 8);
      c3 += x * <u64>load<u32>(k, 12);
      c4 += x * <u64>load<u32>(k, 16);
    }
    carry(c0, c1, c2, c3, c4);
    store<u64>(target, (word0 >> 27) | (word1 << 37));
    store<u64>(target, (word1 >> 27) | (word2 << 37), 8);
  }
}

// The integers V mod 2^128 with V = sum of x_i P / p_i mod P, -P/2 < V < P/2: constants are floor(2^60 / p_i) as 64-bit words, then P / p_i and last
// -P mod 2^155.
export function integers(target: usize, polys: usize, stride: usize, limbs: u32, start: u32, step: u32, count: u32, constants: usize): void {
  const words = constants + ((<usize>limbs) << 3);
  for (let j: u32 = 0; j < count; j++, target += 16) {
    let c0: u64 = 0, c1: u64 = 0, c2: u64 = 0, c3: u64 = 0, c4: u64 = 0, quotient: u64 = (<u64>1) << 59;
    let at = polys + ((<usize>(start + step * j)) << 2), k = words, f = constants;
    for (let i: u32 = 0; i < limbs; i++, at += stride, k += 20, f += 8) {
      const x = <u64>load<u32>(at);
      quotient += x * load<u64>(f);
      c0 += x * <u64>load<u32>(k);
      c1 += x * <u64>load<u32>(k, 4);
      c2 += x * <u64>load<u32>(k, 8);
      c3 += x * <u64>load<u32>(k, 12);
      c4 += x * <u64>load<u32>(k, 16);
    }
    // How often P fits, to the nearest.
    quotient >>= 60;
    c0 += quotient * <u64>load<u32>(k);
    c1 += quotient * <u64>load<u32>(k, 4);
    c2 += quotient * <u64>load<u32>(k, 8);
    c3 += quotient * <u64>load<u32>(k, 12);
    c4 += quotient * <u64>load<u32>(k, 16);
    carry(c0, c1, c2, c3, c4);
    store<u64>(target, word0);
    store<u64>(target, word1, 8);
  }
}

// fractions += words * 2^(shift - 128), shift from -63 to 64; a negative shift drops bits.
export function fractionAdd(target: usize, words: usize, shift: i32, count: u32): void {
  const right = <u64>max(-shift, 0), left = <u64>max(shift, 0);
  for (const end = target + ((<usize>count) << 4); target < end; target += 16, words += 8) {
    const w = load<u64>(words) >> right;
    const low = left == 64 ? 0 : w << left, high = left == 0 ? 0 : w >> (64 - left);
    const sum = load<u64>(target) + low;
    store<u64>(target, sum);
    store<u64>(target, load<u64>(target, 8) + high + <u64>(sum < low), 8);
  }
}

// The upper `bits` (33 to 96) of each fraction, rounded to the nearest (half = 1) or down (0), one after the other. Eight bytes beyond the end are overwritten.
export function fractionPack(target: usize, source: usize, count: u32, bits: u32, half: u32): void {
  const upper = <u64>bits - 32, highHalf: u64 = bits < 64 ? (<u64>half) << (63 - bits) : 0, lowHalf: u64 = bits < 64 ? 0 : (<u64>half) << (127 - bits);
  let pending: u64 = 0, fill: u64 = 0;
  for (const end = source + ((<usize>count) << 4); source < end; source += 16) {
    let low = load<u64>(source), high = load<u64>(source, 8) + highHalf;
    low += lowHalf;
    high += <u64>(low < lowHalf);
    // The value shifted down, as its lower 32 bits and the rest.
    const down = bits < 64 ? high >> (64 - bits) : bits == 64 ? high : (high << (bits - 64)) | (low >> (128 - bits));
    const rest = high >> (96 - bits);
    for (let part = 0; part < 2; part++) {
      const value = part == 0 ? down & 0xffffffff : rest, width: u64 = part == 0 ? 32 : upper;
      const joined = pending | (value << fill);
      store<u64>(target, joined);
      const next = fill + width, spill = next >> 6;
      pending = spill ? (value >> 1) >> (63 - fill) : joined;
      target += <usize>(spill << 3);
      fill = next & 63;
    }
  }
  store<u64>(target, pending);
}

// Back: the lower 32 bits and the rest of each number, as 64-bit words. Reads eight bytes beyond the end.
export function integerUnpack(low: usize, high: usize, source: usize, count: u32, bits: u32): void {
  const upper: u64 = (<u64>1 << (bits - 32)) - 1;
  let bit: usize = 0;
  for (let j: u32 = 0; j < count; j++, bit += bits) {
    store<u64>(low + ((<usize>j) << 3), (load<u64>(source + (bit >> 3)) >> (bit & 7)) & 0xffffffff);
    store<u64>(high + ((<usize>j) << 3), joined(source, bit + 32) & upper);
  }
}

// The 64 bits from `bit` on.
// @ts-ignore: decorator
@inline function joined(source: usize, bit: usize): u64 {
  const at = source + (bit >> 3), shift = <u64>(bit & 7);
  return (load<u64>(at) >> shift) | ((<u64>load<u8>(at, 8) << 1) << (63 - shift));
}

// The words nearest to T d mod T, for T = t1 t2 (0 stands for 2^64) and the fractions d = (high 2^32 + low) / 2^bits + integer / 2^scaleBits mod 1. `bits` is 33 to 96,
// `scaleBits` 65 to 127.
export function fractionDecode(words: usize, low: usize, high: usize, bits: u32, ints: usize, scaleBits: u32, t1: u32, t2: u32, count: u32): void {
  const modulus = <u64>t1 * <u64>t2;
  const down: u64 = 128 - scaleBits, place: u64 = 128 - bits;
  for (let j: u32 = 0; j < count; j++, words += 8, low += 8, high += 8, ints += 16) {
    const h = load<u64>(high), x0 = load<u64>(low) | (h << 32), x1 = h >> 32;
    let d0: u64 = place < 64 ? x0 << place : 0, d1: u64 = place < 64 ? (x1 << place) | (x0 >> (64 - place)) : x0 << (place - 64);
    const v0 = load<u64>(ints), y0 = v0 << down;
    d0 += y0;
    d1 += ((load<u64>(ints, 8) << down) | (v0 >> (64 - down))) + <u64>(d0 < y0);
    store<u64>(words, nearest(d0, d1, modulus));
  }
}

// @ts-ignore: decorator
@inline function nearest(low: u64, high: u64, modulus: u64): u64 {
  if (modulus == 0) return high + (low >> 63);
  // (high 2^64 + low) T + 2^127, its upper word.
  const sum = high * modulus, middle = sum + mulHigh64(low, modulus), rounded = middle + 0x8000000000000000;
  const word = mulHigh64(high, modulus) + <u64>(middle < sum) + <u64>(rounded < middle);
  return word * <u64>(word != modulus);
}

// @ts-ignore: decorator
@inline function mulHigh64(a: u64, b: u64): u64 {
  const a0 = a & 0xffffffff, a1 = a >> 32, b0 = b & 0xffffffff, b1 = b >> 32;
  const t = a1 * b0 + ((a0 * b0) >> 32), u = a0 * b1 + (t & 0xffffffff);
  return a1 * b1 + (t >> 32) + (u >> 32);
}

// Coefficients modulo T = t1 t2 < 2^62 as signed words in (-T/2, T/2), from x_1 t2 + x_2 t1.
export function combinePair(words: usize, first: usize, second: usize, n: u32, t1: u32, t2: u32): void {
  const modulus = <u64>t1 * <u64>t2, half = modulus >> 1;
  for (const end = first + ((<usize>n) << 2); first < end; first += 4, second += 4, words += 8) {
    let w = <u64>load<u32>(first) * <u64>t2 + <u64>load<u32>(second) * <u64>t1;
    w -= modulus * <u64>(w >= modulus);
    store<u64>(words, w - modulus * <u64>(w > half));
  }
}
