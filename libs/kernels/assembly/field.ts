// Vectors over F_p, p = 2^61 - 1. Since 2^61 = 1, what lies above bit 61 is added at the bottom. No branch depends on an element.

// @ts-ignore: decorator
@inline const p: u64 = 0x1fffffffffffffff;

// x < 2^64 to x mod p or p more, at most p + 7.
// @ts-ignore: decorator
@inline export function folded(x: u64): u64 {
  return (x & p) + (x >> 61);
}

// x < 2p to x mod p: x + 1 has bit 61 iff x >= p, and then x + 1 less that bit is x - p.
// @ts-ignore: decorator
@inline export function canonical(x: u64): u64 {
  return (x + ((x + 1) >> 61)) & p;
}
// @ts-ignore: decorator
@inline function canonicalPair(x: v128): v128 {
  return v128.and(i64x2.add(x, i64x2.shr_u(i64x2.add(x, i64x2.splat(1)), 61)), i64x2.splat(p));
}

// A product plus `plus`, which is at most p, below 2^64. With a = a1*2^32 + a0, where a1 < 2^29, and b alike:
// 2^64 = 8, so a1*b1 counts eightfold; 2^61 = 1 splits the middle at bit 29 and the low product at bit 61.
// @ts-ignore: decorator
@inline function productOf(a: u64, b0: u64, b1: u64, plus: u64): u64 {
  const a0 = a & 0xffffffff, a1 = a >> 32;
  const low = a0 * b0;
  const middle = a1 * b0 + a0 * b1;
  return canonical(folded(((a1 * b1) << 3) + (middle >> 29) + ((middle << 32) & p) + (low & p) + (low >> 61) + plus));
}

export function fieldAdd(target: usize, left: usize, right: usize, count: usize): void {
  const end = target + (count << 3);
  for (const pairs = end - ((count & 1) << 3); target < pairs; target += 16, left += 16, right += 16) {
    v128.store(target, canonicalPair(i64x2.add(v128.load(left), v128.load(right))));
  }
  if (target < end) store<u64>(target, canonical(load<u64>(left) + load<u64>(right)));
}

export function fieldSubtract(target: usize, left: usize, right: usize, count: usize): void {
  const end = target + (count << 3);
  for (const pairs = end - ((count & 1) << 3); target < pairs; target += 16, left += 16, right += 16) {
    v128.store(target, canonicalPair(i64x2.sub(i64x2.add(v128.load(left), i64x2.splat(p)), v128.load(right))));
  }
  if (target < end) store<u64>(target, canonical(load<u64>(left) + p - load<u64>(right)));
}

export function fieldMultiply(target: usize, left: usize, right: usize, count: usize): void {
  for (const end = target + (count << 3); target < end; target += 8, left += 8, right += 8) {
    const b = load<u64>(right);
    store<u64>(target, productOf(load<u64>(left), b & 0xffffffff, b >> 32, 0));
  }
}

export function fieldMultiplyAdd(target: usize, left: usize, right: usize, count: usize): void {
  for (const end = target + (count << 3); target < end; target += 8, left += 8, right += 8) {
    const b = load<u64>(right);
    store<u64>(target, productOf(load<u64>(left), b & 0xffffffff, b >> 32, load<u64>(target)));
  }
}

export function fieldScale(target: usize, source: usize, factor: usize, count: usize): void {
  const f0: u64 = load<u32>(factor), f1: u64 = load<u32>(factor, 4);
  for (const end = target + (count << 3); target < end; target += 8, source += 8) {
    store<u64>(target, productOf(load<u64>(source), f0, f1, 0));
  }
}

export function fieldScaleAdd(target: usize, source: usize, factor: usize, count: usize): void {
  const f0: u64 = load<u32>(factor), f1: u64 = load<u32>(factor, 4);
  for (const end = target + (count << 3); target < end; target += 8, source += 8) {
    store<u64>(target, productOf(load<u64>(source), f0, f1, load<u64>(target)));
  }
}

export function fieldSumAxis(target: usize, source: usize, outer: usize, length: usize, inner: usize): void {
  const row = inner << 3;
  for (let o: usize = 0; o < outer; o++, source += length * row) {
    for (const end = target + row, first = source; target < end; target += 8) {
      let sum: u64 = 0;
      for (let at = first + target - (end - row), last = at + length * row; at < last; at += row) sum = folded(sum + load<u64>(at));
      store<u64>(target, canonical(sum));
    }
  }
}

export function fieldFromWords(target: usize, source: usize, count: usize): void {
  for (const end = target + (count << 3); target < end; target += 8, source += 8) {
    store<u64>(target, canonical(load<u64>(source) & p));
  }
}

export function fieldFromSigned(target: usize, source: usize, count: usize): void {
  for (const end = target + (count << 3); target < end; target += 8, source += 8) {
    const x = load<i64>(source);
    store<u64>(target, <u64>x + (p & <u64>(x >> 63)));
  }
}

export function fieldToSigned(target: usize, source: usize, count: usize): void {
  for (const end = target + (count << 3); target < end; target += 8, source += 8) {
    const x = load<u64>(source);
    store<u64>(target, x - (p & <u64>(<i64>((p >> 1) - x) >> 63)));
  }
}
