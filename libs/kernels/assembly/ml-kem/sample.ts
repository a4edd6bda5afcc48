// Uniform and short coefficients from byte streams (FIPS 203, Algorithms 7 and 8), in time that depends on neither.

import { Q } from './field';

// Eight coefficients of 12 bits from 12 bytes.
// @ts-ignore: decorator
@inline export function unpack12(bytes: usize): v128 {
  const x = v128.load32_lane(bytes + 8, v128.load64_zero(bytes), 2);
  const spread = v128.shuffle<u8>(x, x, 0, 1, 1, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9, 10, 10, 11);
  return v128.bitselect(i16x8.shr_u(spread, 4), v128.and(spread, i16x8.splat(0xfff)), i32x4.splat(0xffff0000));
}

// The first `coefficients` candidates of 12 bits below q of each stream. Where candidates lie, or how many are refused before one, shows in no
// address: each knows how far it moves and does so one power of two after the other, the smallest first, in which order no two meet
// (Goodrich: Data-oblivious external-memory algorithms, SPAA 2011, section 3).
export function sampleUniform(
  streams: usize, streamStride: usize, streamBytes: usize, target: usize, targetStride: usize, coefficients: usize, count: usize, scratch: usize,
): i32 {
  const candidatesBytes = streamBytes / 3 * 4;
  const surplus = (candidatesBytes >> 1) - coefficients;
  const moves = scratch + candidatesBytes + 1024;
  memory.fill(moves + candidatesBytes, 0, 1024);
  let enough: i32 = 1;
  for (let n: usize = 0; n < count; n++) {
    const refused = unpackAll(streams + n * streamStride, scratch, moves, candidatesBytes);
    enough &= <i32>(refused <= surplus);
    for (let distance: usize = 1; distance <= surplus; distance <<= 1) move(scratch, moves, candidatesBytes, distance);
    memory.copy(target + n * targetStride, scratch, coefficients << 1);
  }
  return enough;
}

// All candidates at `values`; at `moves`, how many were refused before each that is not refused itself. Returns how many were.
function unpackAll(stream: usize, values: usize, moves: usize, candidatesBytes: usize): usize {
  const none = i16x8.splat(0);
  let before = none;
  for (let at: usize = 0; at < candidatesBytes; at += 16, stream += 12) {
    const value = unpack12(stream);
    const refused = i16x8.gt_s(value, i16x8.splat(Q - 1));
    let through = v128.shuffle<u16>(none, refused, 0, 8, 9, 10, 11, 12, 13, 14);
    through = i16x8.add(through, refused);
    through = i16x8.add(through, v128.shuffle<u16>(none, through, 0, 0, 8, 9, 10, 11, 12, 13));
    through = i16x8.add(through, v128.shuffle<u16>(none, through, 0, 0, 0, 0, 8, 9, 10, 11));
    v128.store(values + at, value);
    v128.store(moves + at, v128.andnot(i16x8.sub(before, through), refused));
    before = i16x8.sub(before, v128.shuffle<u16>(through, through, 7, 7, 7, 7, 7, 7, 7, 7));
  }
  return <usize>i16x8.extract_lane_u(before, 0);
}

// Whatever still has `distance` to go does so. What it leaves behind goes nowhere any more.
function move(values: usize, moves: usize, candidatesBytes: usize, distance: usize): void {
  const bit = i16x8.splat(<i16>distance);
  for (let at: usize = 0; at < candidatesBytes; at += 16) {
    const coming = v128.load(moves + at + (distance << 1)), own = v128.load(moves + at);
    const comes = i16x8.eq(v128.and(coming, bit), bit), leaves = i16x8.eq(v128.and(own, bit), bit);
    v128.store(moves + at, v128.bitselect(coming, v128.andnot(own, leaves), comes));
    v128.store(values + at, v128.bitselect(v128.load(values + at + (distance << 1)), v128.load(values + at), comes));
  }
}

// SamplePolyCBD with eta = 2: 256 coefficients from 128 bytes.
export function sampleShort(bytes: usize, target: usize): void {
  const pairs = i8x16.splat(0x55), low = i8x16.splat(3);
  for (const end = bytes + 128; bytes < end; bytes += 16, target += 64) {
    const x = v128.load(bytes);
    const sums = i8x16.add(v128.and(x, pairs), v128.and(i16x8.shr_u(x, 1), pairs));
    const first = i8x16.sub(v128.and(sums, low), v128.and(i16x8.shr_u(sums, 2), low));
    const second = i8x16.sub(v128.and(i16x8.shr_u(sums, 4), low), v128.and(i16x8.shr_u(sums, 6), low));
    const a = v128.shuffle<u8>(first, second, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const b = v128.shuffle<u8>(first, second, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    v128.store(target, i16x8.extend_low_i8x16_s(a));
    v128.store(target, i16x8.extend_high_i8x16_s(a), 16);
    v128.store(target, i16x8.extend_low_i8x16_s(b), 32);
    v128.store(target, i16x8.extend_high_i8x16_s(b), 48);
  }
}
