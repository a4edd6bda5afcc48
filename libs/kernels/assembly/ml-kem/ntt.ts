// The number-theoretic transform of FIPS 203 (Algorithms 9 to 12) on 256 signed coefficients of 16 bits, in place.

import { Q, montgomery, multiply, reduce } from './field';

// zeta^BitRev7(i) for zeta = 17, centred, and the quotients of `multiply`: 128 of each, computed when the module starts.
const ZETAS = memory.data(256);
const QUOTIENTS = memory.data(256);
for (let i: i32 = 0; i < 128; i++) {
  let power: i32 = 1;
  for (let bit: i32 = 0; bit < 7; bit++) {
    power = (power * power * (i >> bit & 1 ? 17 : 1)) % Q;
  }
  const centred = power > Q / 2 ? power - Q : power;
  store<i16>(ZETAS + (i << 1), <i16>centred);
  store<i16>(QUOTIENTS + (i << 1), <i16>((((centred + Q) * 65536 + Q) / (2 * Q)) - 32768));
}

// @ts-ignore: decorator
@inline function butterfly(low: usize, high: usize, z: v128, quotient: v128): void {
  const a = v128.load(low), b = multiply(v128.load(high), z, quotient);
  v128.store(low, i16x8.add(a, b));
  v128.store(high, i16x8.sub(a, b));
}

// A layer adds q/2 and 5 % at most: from [-q, q] on, all seven stay below 5.5 q, and 2^15, without a reduction.
export function ntt(f: usize): void {
  let i: usize = 2;
  for (let half: usize = 256; half >= 16; half >>= 1) {
    for (let start = f, end = f + 512; start < end; start += half << 1, i += 2) {
      const z = v128.load16_splat(ZETAS + i), quotient = v128.load16_splat(QUOTIENTS + i);
      for (let at = start, to = start + half; at < to; at += 16) butterfly(at, at + half, z, quotient);
    }
  }
  lastLayers(f);
}

// The layers of distance 4 and 2, two vectors at a time: first their halves meet, then their pairs.
function lastLayers(f: usize): void {
  for (let m: usize = 0; m < 16; m++, f += 32) {
    const v = v128.load(f), w = v128.load(f, 16);
    let low = v128.shuffle<u64>(v, w, 0, 2), high = v128.shuffle<u64>(v, w, 1, 3);
    high = multiply(high, fours(ZETAS + 64 + (m << 2)), fours(QUOTIENTS + 64 + (m << 2)));
    const sum = i16x8.add(low, high), difference = i16x8.sub(low, high);
    low = v128.shuffle<u32>(sum, difference, 0, 2, 4, 6);
    high = multiply(v128.shuffle<u32>(sum, difference, 1, 3, 5, 7), twos(ZETAS + 128 + (m << 3)), twos(QUOTIENTS + 128 + (m << 3)));
    const even = i16x8.add(low, high), odd = i16x8.sub(low, high);
    v128.store(f, v128.shuffle<u32>(even, odd, 0, 4, 2, 6));
    v128.store(f, v128.shuffle<u32>(even, odd, 1, 5, 3, 7), 16);
  }
}

// Two zetas, four times each.
// @ts-ignore: decorator
@inline function fours(at: usize): v128 {
  const pair = v128.load32_splat(at);
  return v128.shuffle<u16>(pair, pair, 0, 0, 0, 0, 1, 1, 1, 1);
}

// Four zetas of two vectors' blocks, twice each: first blocks of both, then second blocks.
// @ts-ignore: decorator
@inline function twos(at: usize): v128 {
  const four = v128.load64_splat(at);
  return v128.shuffle<u16>(four, four, 0, 0, 2, 2, 1, 1, 3, 3);
}

// From [-q, q]. The result times 128 is the inverse: `multiply` by 1/128 comes last.
export function inverse(f: usize): void {
  firstLayers(f);
  let i: usize = 62;
  for (let half: usize = 16; half <= 256; half <<= 1) {
    // INVARIANT: sums double in each layer and must stay below 2^15; 4 q come out of two layers at most.
    const reduces = half == 32 || half == 128;
    for (let start = f, end = f + 512; start < end; start += half << 1, i -= 2) {
      const z = v128.load16_splat(ZETAS + i), quotient = v128.load16_splat(QUOTIENTS + i);
      for (let at = start, to = start + half; at < to; at += 16) {
        const a = v128.load(at), b = v128.load(at + half);
        const sum = i16x8.add(a, b);
        v128.store(at, reduces ? reduce(sum) : sum);
        v128.store(at + half, multiply(i16x8.sub(b, a), z, quotient));
      }
    }
  }
  for (let at = f, end = f + 512; at < end; at += 16) v128.store(at, multiply(v128.load(at), i16x8.splat(-26), i16x8.splat(-256)));
}

// `lastLayers` backwards.
function firstLayers(f: usize): void {
  for (let m: usize = 0; m < 16; m++, f += 32) {
    const v = v128.load(f), w = v128.load(f, 16);
    let low = v128.shuffle<u32>(v, w, 0, 4, 2, 6), high = v128.shuffle<u32>(v, w, 1, 5, 3, 7);
    let sum = i16x8.add(low, high);
    let turned = multiply(i16x8.sub(high, low), twosBack(ZETAS + 248 - (m << 3)), twosBack(QUOTIENTS + 248 - (m << 3)));
    low = v128.shuffle<u32>(sum, turned, 0, 4, 1, 5);
    high = v128.shuffle<u32>(sum, turned, 2, 6, 3, 7);
    sum = reduce(i16x8.add(low, high));
    turned = multiply(i16x8.sub(high, low), foursBack(ZETAS + 124 - (m << 2)), foursBack(QUOTIENTS + 124 - (m << 2)));
    v128.store(f, v128.shuffle<u64>(sum, turned, 0, 2));
    v128.store(f, v128.shuffle<u64>(sum, turned, 1, 3), 16);
  }
}

// @ts-ignore: decorator
@inline function foursBack(at: usize): v128 {
  const pair = v128.load32_splat(at);
  return v128.shuffle<u16>(pair, pair, 1, 1, 1, 1, 0, 0, 0, 0);
}

// @ts-ignore: decorator
@inline function twosBack(at: usize): v128 {
  const four = v128.load64_splat(at);
  return v128.shuffle<u16>(four, four, 3, 3, 1, 1, 2, 2, 0, 0);
}

// target = sum of left_j * right_j over j = 0, 1, 2, divided by 2^16 (Algorithm 12). Coefficients of left lie in [0, q), those of right within
// 0.66 q. `leftStep` is from one polynomial to the next.
export function innerProduct(target: usize, left: usize, leftStep: usize, right: usize): void {
  for (let at: usize = 0; at < 512; at += 16) {
    const pair = v128.load32_splat(ZETAS + 128 + (at >> 2)), quotients = v128.load32_splat(QUOTIENTS + 128 + (at >> 2));
    // X^2 = gamma: what each coefficient of odd degree is worth when it meets another, gamma and -gamma in turn.
    const gammas = alternate(pair, i16x8(1, 0, 1, 0, 1, 0, 1, 0)), gammaQuotients = alternate(quotients, i16x8(10, 0, 10, 0, 10, 0, 10, 0));
    let even = i32x4.splat(0), odd = i32x4.splat(0);
    for (let j: usize = 0; j < 3; j++) {
      const a = v128.load(left + j * leftStep + at), b = v128.load(right + (j << 9) + at);
      even = i32x4.add(even, i32x4.dot_i16x8_s(a, multiply(b, gammas, gammaQuotients)));
      odd = i32x4.add(odd, i32x4.dot_i16x8_s(a, v128.shuffle<u16>(b, b, 1, 0, 3, 2, 5, 4, 7, 6)));
    }
    v128.store(target + at, v128.or(i32x4.shr_u(montgomery(even), 16), montgomery(odd)));
  }
}

// The first of the pair at lane 1, negated at lane 3, the second at lane 5, negated at lane 7, and the given even lanes.
// @ts-ignore: decorator
@inline function alternate(pair: v128, evenLanes: v128): v128 {
  return i16x8.add(i16x8.mul(v128.shuffle<u16>(pair, pair, 0, 0, 0, 0, 1, 1, 1, 1), i16x8(0, 1, 0, -1, 0, 1, 0, -1)), evenLanes);
}
