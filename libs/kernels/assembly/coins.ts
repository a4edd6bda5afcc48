// Small secret numbers from uniform coins, the same steps for all of them.

// Numbers of variance 21/2 (centred binomial): 64 bits of coins each, of which 21 and 21 are counted.
export function smallBinomial(small: usize, coins: usize, n: u32): void {
  const mask = i32x4.splat(0x1fffff);
  for (const end = small + ((<usize>n) << 2); small < end; small += 16, coins += 32) {
    v128.store(small, i32x4.sub(ones(v128.and(v128.load(coins), mask)), ones(v128.and(v128.load(coins, 16), mask))));
  }
}

// @ts-ignore: decorator
@inline function ones(x: v128): v128 {
  return i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(i8x16.popcnt(x)));
}

// -1, 0 and 1 with probability 1/3 each, but for 2^-63: the upper word of coins * 3, less one.
export function smallTernary(small: usize, coins: usize, n: u32): void {
  for (const end = small + ((<usize>n) << 2); small < end; small += 4, coins += 8) {
    const c = load<u64>(coins);
    store<u32>(small, <u32>(((c >> 32) * 3 + (((c & 0xffffffff) * 3) >> 32)) >> 32) - 1);
  }
}

// small += the sign of each word, with probability |word| / 2^64: what rounding to the nearest leaves, rounded at random.
export function smallRounding(small: usize, words: usize, coins: usize, n: u32): void {
  for (const end = small + ((<usize>n) << 2); small < end; small += 4, words += 8, coins += 8) {
    const w = load<i64>(words), sign = w >> 63;
    const up = <i32>(load<u64>(coins) < <u64>((w ^ sign) - sign));
    store<i32>(small, load<i32>(small) + up * (1 + 2 * <i32>sign));
  }
}
