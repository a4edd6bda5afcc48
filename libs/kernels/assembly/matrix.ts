// target += left * right over Z_2^64.

export function matrixMultiplyAdd(
  target: usize, left: usize, right: usize, rows: usize, inner: usize, columns: usize, scratch: usize,
): void {
  for (let i: usize = 0; i < rows; i++) {
    for (let k: usize = 0; k < inner; k++, left += 8) {
      const f = load<u64>(left);
      const row = right + k * (columns << 3);
      for (let j: usize = 0; j < columns << 3; j += 8) store<u64>(target + j, load<u64>(target + j) + f * load<u64>(row + j));
    }
    target += columns << 3;
  }
}
