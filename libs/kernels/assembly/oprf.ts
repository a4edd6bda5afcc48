// Rows of 512 bits as four planes of blocks: bits 128g .. 128g + 127 of row i are block i of plane g.

// target_i ^= source_i & block, for blocks i.
export function xorAndBlock(target: usize, source: usize, block: usize, blocks: usize): void {
  const b = v128.load(block);
  for (const end = target + (blocks << 4); target < end; target += 16, source += 16) {
    v128.store(target, v128.xor(v128.load(target), v128.and(v128.load(source), b)));
  }
}

export function oprfInputs(
  inputs: usize, stride: usize, rows: usize, rowPlane: usize, bins: usize, firstBin: u32, codes: usize, codePlane: usize, delta: usize, count: usize,
): void {
  const d0 = v128.load(delta), d1 = v128.load(delta, 16), d2 = v128.load(delta, 32), d3 = v128.load(delta, 48);
  for (let e: usize = 0; e < count; e++, inputs += stride) {
    const bin = load<u32>(bins + (e << 2));
    const row = rows + (<usize>(bin - firstBin) << 4), code = codes + (e << 4);
    store<u64>(inputs, bin);
    v128.store(inputs, v128.xor(v128.load(row), v128.and(v128.load(code), d0)), 8);
    v128.store(inputs, v128.xor(v128.load(row + rowPlane), v128.and(v128.load(code + codePlane), d1)), 24);
    v128.store(inputs, v128.xor(v128.load(row + 2 * rowPlane), v128.and(v128.load(code + 2 * codePlane), d2)), 40);
    v128.store(inputs, v128.xor(v128.load(row + 3 * rowPlane), v128.and(v128.load(code + 3 * codePlane), d3)), 56);
  }
}
