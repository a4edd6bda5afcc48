// Coefficients in [0, q) as bytes (FIPS 203, section 4.2.1). No division: round(2^d * x / q) is a multiplication by 2^32 / q, rounded up, which is
// exact for all x and d in use.

import { Q, canonical } from './field';
import { unpack12 } from './sample';

const INVERSE: u64 = 1290168;

// @ts-ignore: decorator
@inline function compress(x: u64, d: u64): u64 {
  return ((((x << d) + 1664) * INVERSE) >> 32) & (((<u64>1) << d) - 1);
}

// ByteEncode12 of `coefficients`, a multiple of 8.
export function byteEncode12(bytes: usize, source: usize, coefficients: usize): void {
  for (const end = source + (coefficients << 1); source < end; source += 16, bytes += 12) {
    const x = v128.load(source);
    const pairs = v128.or(v128.and(x, i32x4.splat(0xfff)), i32x4.shr_u(v128.and(x, i32x4.splat(0x0fff0000)), 4));
    const packed = v128.shuffle<u8>(pairs, pairs, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 15, 15, 15, 15);
    v128.store64_lane(bytes, packed, 0);
    v128.store32_lane(bytes + 8, packed, 2);
  }
}

// ByteDecode12; 1 when all are below q.
export function byteDecode12(target: usize, bytes: usize, coefficients: usize): i32 {
  let beyond = i16x8.splat(0);
  for (const end = target + (coefficients << 1); target < end; target += 16, bytes += 12) {
    const x = unpack12(bytes);
    beyond = v128.or(beyond, i16x8.gt_s(x, i16x8.splat(Q - 1)));
    v128.store(target, x);
  }
  return <i32>!v128.any_true(beyond);
}

// ByteEncode10(Compress10(f)): 320 bytes.
export function compress10(bytes: usize, f: usize): void {
  for (const end = f + 512; f < end; f += 8, bytes += 5) {
    const word = compress(load<u16>(f), 10) | (compress(load<u16>(f, 2), 10) << 10)
      | (compress(load<u16>(f, 4), 10) << 20) | (compress(load<u16>(f, 6), 10) << 30);
    store<u32>(bytes, <u32>word);
    store<u8>(bytes, <u8>(word >> 32), 4);
  }
}

// Decompress10(ByteDecode10).
export function decompress10(f: usize, bytes: usize): void {
  for (const end = f + 512; f < end; f += 8, bytes += 5) {
    const word = <u64>load<u32>(bytes) | (<u64>load<u8>(bytes, 4) << 32);
    for (let i: u64 = 0; i < 4; i++) store<u16>(f + <usize>(i << 1), <u16>((((word >> (10 * i)) & 1023) * 3329 + 512) >> 10));
  }
}

// ByteEncode4(Compress4(f)): 128 bytes.
export function compress4(bytes: usize, f: usize): void {
  for (const end = f + 512; f < end; f += 4, bytes++) store<u8>(bytes, <u8>(compress(load<u16>(f), 4) | (compress(load<u16>(f, 2), 4) << 4)));
}

// Decompress4(ByteDecode4).
export function decompress4(f: usize, bytes: usize): void {
  for (const end = f + 512; f < end; f += 4, bytes++) {
    const both = <u32>load<u8>(bytes);
    store<u16>(f, <u16>(((both & 15) * 3329 + 8) >> 4));
    store<u16>(f, <u16>(((both >> 4) * 3329 + 8) >> 4), 2);
  }
}

// f += Decompress1(ByteDecode1): q/2, rounded up, for each bit of 32 bytes.
export function addMessage(f: usize, bytes: usize): void {
  const bits = i16x8(1, 2, 4, 8, 16, 32, 64, 128);
  for (const end = f + 512; f < end; f += 16, bytes++) {
    const set = i16x8.eq(v128.and(i16x8.splat(load<u8>(bytes)), bits), bits);
    v128.store(f, i16x8.add(v128.load(f), v128.and(set, i16x8.splat(1665))));
  }
}

// ByteEncode1(Compress1(f)): a bit is set between q/4 and 3q/4.
export function compress1(bytes: usize, f: usize): void {
  for (const end = f + 512; f < end; f += 16, bytes++) {
    const x = v128.load(f);
    store<u8>(bytes, <u8>i16x8.bitmask(v128.and(i16x8.gt_s(x, i16x8.splat(832)), i16x8.lt_s(x, i16x8.splat(2497)))));
  }
}

// target += source modulo q, for reduced coefficients.
export function addModQ(target: usize, source: usize, coefficients: usize): void {
  for (const end = target + (coefficients << 1); target < end; target += 16, source += 16) {
    v128.store(target, canonical(i16x8.sub(i16x8.add(v128.load(target), v128.load(source)), i16x8.splat(Q))));
  }
}

// target -= source modulo q.
export function subtractModQ(target: usize, source: usize, coefficients: usize): void {
  for (const end = target + (coefficients << 1); target < end; target += 16, source += 16) {
    v128.store(target, canonical(i16x8.sub(v128.load(target), v128.load(source))));
  }
}
