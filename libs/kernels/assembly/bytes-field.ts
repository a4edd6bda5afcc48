// GF(2^8), sixteen elements at a time, by shifting and adding: no table, so no address depends on an element.

// x times each element: what shifts out comes back as x^4 + x^3 + x + 1.
// @ts-ignore: decorator
@inline function timesX(a: v128): v128 {
  return v128.xor(i8x16.add(a, a), v128.and(i8x16.lt_s(a, i64x2(0, 0)), i8x16.splat(0x1b)));
}

// Horner's rule over the bits of b, highest first: each comes to the sign of its byte.
// @ts-ignore: decorator
@inline function product(a: v128, b: v128): v128 {
  const zero = i64x2(0, 0);
  let sum = v128.and(a, i8x16.lt_s(b, zero));
  b = i8x16.add(b, b);
  sum = v128.xor(timesX(sum), v128.and(a, i8x16.lt_s(b, zero)));
  b = i8x16.add(b, b);
  sum = v128.xor(timesX(sum), v128.and(a, i8x16.lt_s(b, zero)));
  b = i8x16.add(b, b);
  sum = v128.xor(timesX(sum), v128.and(a, i8x16.lt_s(b, zero)));
  b = i8x16.add(b, b);
  sum = v128.xor(timesX(sum), v128.and(a, i8x16.lt_s(b, zero)));
  b = i8x16.add(b, b);
  sum = v128.xor(timesX(sum), v128.and(a, i8x16.lt_s(b, zero)));
  b = i8x16.add(b, b);
  sum = v128.xor(timesX(sum), v128.and(a, i8x16.lt_s(b, zero)));
  b = i8x16.add(b, b);
  return v128.xor(timesX(sum), v128.and(a, i8x16.lt_s(b, zero)));
}

export function byteFieldMultiply(target: usize, left: usize, right: usize, bytes: usize): void {
  for (const end = target + bytes; target < end; target += 16, left += 16, right += 16) {
    v128.store(target, product(v128.load(left), v128.load(right)));
  }
}

export function byteFieldMultiplyXor(target: usize, left: usize, right: usize, bytes: usize): void {
  for (const end = target + bytes; target < end; target += 16, left += 16, right += 16) {
    v128.store(target, v128.xor(v128.load(target), product(v128.load(left), v128.load(right))));
  }
}

// The factor is public, so that one may branch on its bits.
// @ts-ignore: decorator
@inline function multiple(a: v128, factor: u32): v128 {
  let sum = i64x2(0, 0);
  for (; factor != 0; factor >>= 1, a = timesX(a)) {
    if (factor & 1) sum = v128.xor(sum, a);
  }
  return sum;
}

export function byteFieldScale(target: usize, source: usize, factor: u32, bytes: usize): void {
  for (const end = target + bytes; target < end; target += 16, source += 16) {
    v128.store(target, multiple(v128.load(source), factor));
  }
}

export function byteFieldScaleXor(target: usize, source: usize, factor: u32, bytes: usize): void {
  for (const end = target + bytes; target < end; target += 16, source += 16) {
    v128.store(target, v128.xor(v128.load(target), multiple(v128.load(source), factor)));
  }
}

export function bitsToBytes(target: usize, bits: usize, count: usize): void {
  const places = i64x2.splat(<i64>0x8040201008040201), ones = i8x16.splat(1);
  for (const end = target + count; target < end; target += 16, bits += 2) {
    const pair = v128.load16_splat(bits);
    const spread = v128.shuffle<u8>(pair, pair, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
    v128.store(target, v128.and(i8x16.eq(v128.and(spread, places), places), ones));
  }
}

export function bytesToBits(bits: usize, source: usize, count: usize): void {
  for (const end = source + count; source < end; source += 16, bits += 2) {
    store<u16>(bits, <u16>i8x16.bitmask(i64x2.shl(v128.load(source), 7)));
  }
}
