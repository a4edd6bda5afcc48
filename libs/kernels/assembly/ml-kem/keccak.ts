// Keccak-f[1600] (FIPS 202) on two states at once: lane i of both is the vector at `state + 16 * i`, i = x + 5y.

const ROUNDS: usize = 24;
const STATE: usize = 25 * 16;

const CONSTANTS = memory.data<u64>([
  0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b, 0x0000000080000001,
  0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
  0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
  0x000000000000800a, 0x800000008000000a, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
]);

// @ts-ignore: decorator
@inline function rotate(x: v128, n: i32): v128 {
  return v128.or(i64x2.shl(x, n), i64x2.shr_u(x, 64 - n));
}

// @ts-ignore: decorator
@inline function lane(a: usize, i: usize): v128 {
  return v128.load(a + (i << 4));
}

// @ts-ignore: decorator
@inline function column(a: usize, x: usize): v128 {
  return v128.xor(v128.xor(v128.xor(lane(a, x), lane(a, x + 5)), v128.xor(lane(a, x + 10), lane(a, x + 15))), lane(a, x + 20));
}

// Row y after rho, pi and chi: lane k of `a` with theta's d for its column, turned by r.
// @ts-ignore: decorator
@inline function row(
  a: usize, b: usize, iota: v128,
  k0: usize, d0: v128, r0: i32, k1: usize, d1: v128, r1: i32, k2: usize, d2: v128, r2: i32, k3: usize, d3: v128, r3: i32, k4: usize, d4: v128, r4: i32,
): void {
  const b0 = rotate(v128.xor(lane(a, k0), d0), r0), b1 = rotate(v128.xor(lane(a, k1), d1), r1), b2 = rotate(v128.xor(lane(a, k2), d2), r2);
  const b3 = rotate(v128.xor(lane(a, k3), d3), r3), b4 = rotate(v128.xor(lane(a, k4), d4), r4);
  v128.store(b, v128.xor(iota, v128.xor(b0, v128.andnot(b2, b1))));
  v128.store(b, v128.xor(b1, v128.andnot(b3, b2)), 16);
  v128.store(b, v128.xor(b2, v128.andnot(b4, b3)), 32);
  v128.store(b, v128.xor(b3, v128.andnot(b0, b4)), 48);
  v128.store(b, v128.xor(b4, v128.andnot(b1, b0)), 64);
}

function round(a: usize, b: usize, constant: u64): void {
  const c0 = column(a, 0), c1 = column(a, 1), c2 = column(a, 2), c3 = column(a, 3), c4 = column(a, 4);
  const d0 = v128.xor(c4, rotate(c1, 1)), d1 = v128.xor(c0, rotate(c2, 1)), d2 = v128.xor(c1, rotate(c3, 1));
  const d3 = v128.xor(c2, rotate(c4, 1)), d4 = v128.xor(c3, rotate(c0, 1));
  const none = i64x2.splat(0);
  row(a, b, i64x2.splat(constant), 0, d0, 0, 6, d1, 44, 12, d2, 43, 18, d3, 21, 24, d4, 14);
  row(a, b + 80, none, 3, d3, 28, 9, d4, 20, 10, d0, 3, 16, d1, 45, 22, d2, 61);
  row(a, b + 160, none, 1, d1, 1, 7, d2, 6, 13, d3, 25, 19, d4, 8, 20, d0, 18);
  row(a, b + 240, none, 4, d4, 27, 5, d0, 36, 11, d1, 10, 17, d2, 15, 23, d3, 56);
  row(a, b + 320, none, 2, d2, 62, 8, d3, 55, 14, d4, 39, 15, d0, 41, 21, d1, 2);
}

function permute(state: usize): void {
  for (let r: usize = 0; r < ROUNDS; r += 2) {
    round(state, state + STATE, load<u64>(CONSTANTS + (r << 3)));
    round(state + STATE, state, load<u64>(CONSTANTS + (r << 3), 8));
  }
}

// @ts-ignore: decorator
@inline function absorb(state: usize, first: usize, second: usize, rate: usize): void {
  for (let at: usize = 0; at < rate; at += 8) {
    const pair = v128.load64_lane(second + at, v128.load64_zero(first + at), 1);
    v128.store(state + (at << 1), v128.xor(v128.load(state + (at << 1)), pair));
  }
}

// Two inputs at a time; the last of an odd number goes with itself. `scratch`: two states, two last blocks of 208 bytes.
export function sponge(
  rate: usize, suffix: u8, input: usize, inputStride: usize, inputBytes: usize,
  output: usize, outputStride: usize, outputBytes: usize, count: usize, scratch: usize,
): void {
  const lastFirst = scratch + 2 * STATE, lastSecond = lastFirst + 208;
  const tail = inputBytes % rate, whole = inputBytes - tail;
  for (let i: usize = 0; i < count; i += 2) {
    const next = select<usize>(1, 0, i + 1 < count);
    const first = input + i * inputStride, second = first + next * inputStride;
    memory.fill(scratch, 0, 2 * STATE + 2 * 208);
    for (let at: usize = 0; at < whole; at += rate) {
      absorb(scratch, first + at, second + at, rate);
      permute(scratch);
    }
    memory.copy(lastFirst, first + whole, tail);
    memory.copy(lastSecond, second + whole, tail);
    store<u8>(lastFirst + tail, suffix);
    store<u8>(lastSecond + tail, suffix);
    store<u8>(lastFirst + rate - 1, load<u8>(lastFirst + rate - 1) | 0x80);
    store<u8>(lastSecond + rate - 1, load<u8>(lastSecond + rate - 1) | 0x80);
    absorb(scratch, lastFirst, lastSecond, rate);

    const to = output + i * outputStride, nextTo = to + next * outputStride;
    for (let at: usize = 0; at < outputBytes; at += rate) {
      permute(scratch);
      const bytes = min<usize>(rate, outputBytes - at);
      for (let word: usize = 0; word < bytes; word += 8) {
        const pair = v128.load(scratch + (word << 1));
        v128.store64_lane(to + at + word, pair, 0);
        v128.store64_lane(nextTo + at + word, pair, 1);
      }
    }
  }
}
