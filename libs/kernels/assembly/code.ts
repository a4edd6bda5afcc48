// The 10-local linear code of Ferret: each output adds ten blocks of the secret. 24 bytes of `rows` say which: three words of three
// 18-bit fields and ten bits more, of which the tenth index takes six each.

// @ts-ignore: decorator
@inline function pick(secret: usize, word: u64, shift: u64, mask: u64): v128 {
  return v128.load(secret + <usize>(((word >> shift) & mask) << 4));
}

export function encode(outputs: usize, secret: usize, rows: usize, indexMask: u32, count: usize): void {
  const mask: u64 = indexMask;
  for (const end = outputs + (count << 4); outputs < end; outputs += 16, rows += 24) {
    const a = load<u64>(rows), b = load<u64>(rows, 8), c = load<u64>(rows, 16);
    const last = ((a >> 54) & 63) | (((b >> 54) & 63) << 6) | (((c >> 54) & 63) << 12);
    let x = v128.load(outputs), y = pick(secret, a, 0, mask);
    x = v128.xor(x, pick(secret, a, 18, mask));
    y = v128.xor(y, pick(secret, a, 36, mask));
    x = v128.xor(x, pick(secret, b, 0, mask));
    y = v128.xor(y, pick(secret, b, 18, mask));
    x = v128.xor(x, pick(secret, b, 36, mask));
    y = v128.xor(y, pick(secret, c, 0, mask));
    x = v128.xor(x, pick(secret, c, 18, mask));
    y = v128.xor(y, pick(secret, c, 36, mask));
    x = v128.xor(x, pick(secret, last, 0, mask));
    v128.store(outputs, v128.xor(x, y));
  }
}

// Adds block j to the bucket that byte b of weight j names, for all sixteen b. Weights are public.
export function bucketSums(buckets: usize, blocks: usize, weights: usize, count: usize): void {
  for (const end = blocks + (count << 4); blocks < end; blocks += 16, weights += 16) {
    const x = v128.load(blocks);
    for (let b: usize = 0; b < 16; b++) {
      const at = buckets + (b << 12) + (<usize>load<u8>(weights + b) << 4);
      v128.store(at, v128.xor(v128.load(at), x));
    }
  }
}
