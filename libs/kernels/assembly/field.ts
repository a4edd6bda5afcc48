// Vectors over F_p, p = 2^61 - 1. Since 2^61 = 1, what lies above bit 61 is added at the bottom. No branch depends on an element.

// @ts-ignore: decorator
@inline export const p: u64 = 0x1fffffffffffffff;

// x < 2^64 to x mod p or p more, at most p + 7.
// @ts-ignore: decorator
@inline export function folded(x: u64): u64 {
  return (x & p) + (x >> 61);
}
// @ts-ignore: decorator
@inline export function foldedPair(x: v128): v128 {
  return i64x2.add(v128.and(x, i64x2.splat(p)), i64x2.shr_u(x, 61));
}

// x < 2p to x mod p: x + 1 has bit 61 iff x >= p, and then x + 1 less that bit is x - p.
// @ts-ignore: decorator
@inline export function canonical(x: u64): u64 {
  return (x + ((x + 1) >> 61)) & p;
}
// @ts-ignore: decorator
@inline export function canonicalPair(x: v128): v128 {
  return v128.and(i64x2.add(x, i64x2.shr_u(i64x2.add(x, i64x2.splat(1)), 61)), i64x2.splat(p));
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
