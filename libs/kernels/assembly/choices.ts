// Blocks whose lowest bit is a choice. `count` is a multiple of 8.

export function lowBits(bits: usize, blocks: usize, count: usize): void {
  for (const end = bits + (count >> 3); bits < end; bits++, blocks += 128) {
    let byte: u32 = 0;
    for (let i: u32 = 0; i < 8; i++) byte |= <u32>(load<u8>(blocks + (i << 4)) & 1) << i;
    store<u8>(bits, <u8>byte);
  }
}

export function setLowBits(blocks: usize, bits: usize, count: usize): void {
  for (const end = bits + (count >> 3); bits < end; bits++) {
    const byte: u32 = load<u8>(bits);
    for (let i: u32 = 0; i < 8; i++, blocks += 16) store<u8>(blocks, (load<u8>(blocks) & 254) | <u8>((byte >> i) & 1));
  }
}

export function xorWhere(blocks: usize, bits: usize, block: usize, count: usize): void {
  const b = v128.load(block);
  for (const end = bits + (count >> 3); bits < end; bits++) {
    const byte: u32 = load<u8>(bits);
    for (let i: u32 = 0; i < 8; i++, blocks += 16) {
      v128.store(blocks, v128.xor(v128.load(blocks), v128.and(b, i32x4.splat(-<i32>((byte >> i) & 1)))));
    }
  }
}
