// Products in F_p, p = 2^61 - 1, six at a time: four in SIMD, two with 64-bit multiplications, which keeps both units busy.
//
// With a = a1*2^32 + a0, where a1 < 2^29, and b alike: 2^64 = 8, so a1*b1 counts eightfold; 2^61 = 1 splits the middle at bit 29 and the
// low product at bit 61. Three of these summands and what is added are at most 2^61, the others below 2^34: all fits in 64 bits.
import { canonical, canonicalPair, folded, foldedPair, p } from './field';

// @ts-ignore: decorator
@inline function product(a: u64, b: u64, plus: u64): u64 {
  const a0 = a & 0xffffffff, a1 = a >> 32, b0 = b & 0xffffffff, b1 = b >> 32;
  const low = a0 * b0;
  const middle = a1 * b0 + a0 * b1;
  return canonical(folded(((a1 * b1) << 3) + (middle >> 29) + ((middle << 32) & p) + (low & p) + (low >> 61) + plus));
}

// @ts-ignore: decorator
@inline function reduced(low: v128, middle: v128, high: v128, plus: v128): v128 {
  const mask = i64x2.splat(p);
  const top = i64x2.add(i64x2.add(i64x2.shl(high, 3), i64x2.shr_u(middle, 29)), v128.and(i64x2.shl(middle, 32), mask));
  const sum = i64x2.add(top, i64x2.add(v128.and(low, mask), i64x2.shr_u(low, 61)));
  return canonicalPair(foldedPair(i64x2.add(sum, plus)));
}

// The halves b0, b1 of four factors times four words, plus two pairs.
// @ts-ignore: decorator
@inline function storeFour(target: usize, left: usize, b0: v128, b1: v128, plus: v128, plusNext: v128): void {
  const x = v128.load(left), y = v128.load(left, 16);
  const a0 = v128.shuffle<i32>(x, y, 0, 2, 4, 6), a1 = v128.shuffle<i32>(x, y, 1, 3, 5, 7);
  const middle = i64x2.add(i64x2.extmul_low_i32x4_u(a0, b1), i64x2.extmul_low_i32x4_u(a1, b0));
  const middleNext = i64x2.add(i64x2.extmul_high_i32x4_u(a0, b1), i64x2.extmul_high_i32x4_u(a1, b0));
  v128.store(target, reduced(i64x2.extmul_low_i32x4_u(a0, b0), middle, i64x2.extmul_low_i32x4_u(a1, b1), plus));
  v128.store(target, reduced(i64x2.extmul_high_i32x4_u(a0, b0), middleNext, i64x2.extmul_high_i32x4_u(a1, b1), plusNext), 16);
}

// `adds` is known when this is compiled.
// @ts-ignore: decorator
@inline function multiply(target: usize, left: usize, right: usize, count: usize, adds: bool): void {
  const end = target + (count << 3);
  for (; target + 48 <= end; target += 48, left += 48, right += 48) {
    const x = v128.load(right), y = v128.load(right, 16);
    const b0 = v128.shuffle<i32>(x, y, 0, 2, 4, 6), b1 = v128.shuffle<i32>(x, y, 1, 3, 5, 7);
    const four = product(load<u64>(left, 32), load<u64>(right, 32), adds ? load<u64>(target, 32) : 0);
    const five = product(load<u64>(left, 40), load<u64>(right, 40), adds ? load<u64>(target, 40) : 0);
    storeFour(target, left, b0, b1, adds ? v128.load(target) : i64x2(0, 0), adds ? v128.load(target, 16) : i64x2(0, 0));
    store<u64>(target, four, 32);
    store<u64>(target, five, 40);
  }
  for (; target < end; target += 8, left += 8, right += 8) {
    store<u64>(target, product(load<u64>(left), load<u64>(right), adds ? load<u64>(target) : 0));
  }
}

// @ts-ignore: decorator
@inline function scale(target: usize, source: usize, factor: usize, count: usize, adds: bool): void {
  const end = target + (count << 3);
  const f = load<u64>(factor);
  const b0 = i32x4.splat(<i32>f), b1 = i32x4.splat(<i32>(f >> 32));
  for (; target + 48 <= end; target += 48, source += 48) {
    const four = product(load<u64>(source, 32), f, adds ? load<u64>(target, 32) : 0);
    const five = product(load<u64>(source, 40), f, adds ? load<u64>(target, 40) : 0);
    storeFour(target, source, b0, b1, adds ? v128.load(target) : i64x2(0, 0), adds ? v128.load(target, 16) : i64x2(0, 0));
    store<u64>(target, four, 32);
    store<u64>(target, five, 40);
  }
  for (; target < end; target += 8, source += 8) store<u64>(target, product(load<u64>(source), f, adds ? load<u64>(target) : 0));
}

export function fieldMultiply(target: usize, left: usize, right: usize, count: usize): void {
  multiply(target, left, right, count, false);
}

export function fieldMultiplyAdd(target: usize, left: usize, right: usize, count: usize): void {
  multiply(target, left, right, count, true);
}

export function fieldScale(target: usize, source: usize, factor: usize, count: usize): void {
  scale(target, source, factor, count, false);
}

export function fieldScaleAdd(target: usize, source: usize, factor: usize, count: usize): void {
  scale(target, source, factor, count, true);
}
