// target += left * right over F_p, four rows of `right` at a time, so that their products are reduced once.
import { canonical, folded, p } from './field';
import { fieldScaleAdd } from './field-multiply';

// @ts-ignore: decorator
@inline const lowLimb: u64 = 0x7fffffff;

export function fieldMatrixMultiplyAdd(target: usize, left: usize, right: usize, rows: usize, inner: usize, columns: usize): void {
  const row = columns << 3;
  for (let i: usize = 0; i < rows; i++, target += row) {
    let b = right;
    const end = left + (inner << 3);
    for (; left + 32 <= end; left += 32, b += row << 2) addFourRows(target, left, b, row);
    for (; left < end; left += 8, b += row) fieldScaleAdd(target, b, left, columns);
  }
}

// Adds the sum of a_k times row k. Limbs are a = a1*2^31 + a0, where a1 < 2^30: each of the sums of four low products (below 2^62), of
// eight middle ones (2^61) and of four high ones (2^60) is below 2^64, and so is all that is folded in the end.
function addFourRows(target: usize, a: usize, b: usize, row: usize): void {
  const p0 = load<u64>(a) & lowLimb, p1 = load<u64>(a) >> 31;
  const q0 = load<u64>(a, 8) & lowLimb, q1 = load<u64>(a, 8) >> 31;
  const r0 = load<u64>(a, 16) & lowLimb, r1 = load<u64>(a, 16) >> 31;
  const s0 = load<u64>(a, 24) & lowLimb, s1 = load<u64>(a, 24) >> 31;
  for (const end = target + row; target < end; target += 8, b += 8) {
    let x = load<u64>(b), x0 = x & lowLimb, x1 = x >> 31;
    let low = p0 * x0, middle = p0 * x1 + p1 * x0, high = p1 * x1;
    x = load<u64>(b + row), x0 = x & lowLimb, x1 = x >> 31;
    low += q0 * x0, middle += q0 * x1 + q1 * x0, high += q1 * x1;
    x = load<u64>(b + 2 * row), x0 = x & lowLimb, x1 = x >> 31;
    low += r0 * x0, middle += r0 * x1 + r1 * x0, high += r1 * x1;
    x = load<u64>(b + 3 * row), x0 = x & lowLimb, x1 = x >> 31;
    low += s0 * x0, middle += s0 * x1 + s1 * x0, high += s1 * x1;
    // 2^62 = 2, and 2^61 = 1 splits the middle at bit 30.
    const sum = (high << 1) + (middle >> 30) + ((middle << 31) & p) + (low & p) + (low >> 61);
    store<u64>(target, canonical(folded(sum + load<u64>(target))));
  }
}
