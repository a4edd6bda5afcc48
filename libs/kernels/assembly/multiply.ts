// target += left * right in Z_2^64, elementwise; `step` is 8, or 0 to use one element of `right` for all.
export function multiplyAdd(target: usize, left: usize, right: usize, step: usize, count: usize): void {
  for (const end = target + (count << 3); target < end; target += 8, left += 8, right += step) {
    store<u64>(target, load<u64>(target) + load<u64>(left) * load<u64>(right));
  }
}
