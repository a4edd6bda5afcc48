// All regions are multiples of 16 bytes.

export function xorInto(target: usize, source: usize, bytes: usize): void {
  for (const end = target + bytes; target < end; target += 16, source += 16) {
    v128.store(target, v128.xor(v128.load(target), v128.load(source)));
  }
}

// mask is 0 or -1: the same loads and stores for both.
export function xorMasked(target: usize, source: usize, bytes: usize, mask: i32): void {
  const m = i32x4.splat(mask);
  for (const end = target + bytes; target < end; target += 16, source += 16) {
    v128.store(target, v128.xor(v128.load(target), v128.and(m, v128.load(source))));
  }
}

export function xorBlock(target: usize, source: usize, block: usize, blocks: usize): void {
  const b = v128.load(block);
  for (const end = target + (blocks << 4); target < end; target += 16, source += 16) {
    v128.store(target, v128.xor(v128.load(source), b));
  }
}

// The low words of left ^ right, block by block.
export function hashWords(target: usize, left: usize, right: usize, blocks: usize): void {
  for (const end = target + (blocks << 3); target < end; target += 8, left += 16, right += 16) {
    store<u64>(target, load<u64>(left) ^ load<u64>(right));
  }
}
