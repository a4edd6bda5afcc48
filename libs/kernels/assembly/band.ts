// Linear systems over bits whose rows lie in bands of 256 columns. Row e is two blocks, bits 0 .. 127 at `low + 16e` and 128 .. 255 at `high + 16e`;
// its bit b stands in column starts[e] + b.

// @ts-ignore: decorator
@inline function word(low: usize, high: usize, e: usize, w: usize): u64 {
  return load<u64>(select<usize>(low, high, w < 2) + (e << 4) + ((w & 1) << 3));
}

// @ts-ignore: decorator
@inline function xorWords(target: usize, source: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 8) store<u64>(target + at, load<u64>(target + at) ^ load<u64>(source + at));
}

// The lowest set bit of a row, 256 if there is none.
// @ts-ignore: decorator
@inline function lowest(low: usize, high: usize, e: usize): usize {
  const a = word(low, high, e, 0);
  if (a) return <usize>ctz(a);
  const b = word(low, high, e, 1);
  if (b) return 64 + <usize>ctz(b);
  const c = word(low, high, e, 2);
  if (c) return 128 + <usize>ctz(c);
  const d = word(low, high, e, 3);
  return d ? 192 + <usize>ctz(d) : 256;
}

// Word w of row p shifted right by 64 * words + bits.
// @ts-ignore: decorator
@inline function shiftedWord(low: usize, high: usize, p: usize, w: usize, words: usize, bits: u64): u64 {
  const from = w + words;
  const here = from < 4 ? word(low, high, p, from) >> bits : 0;
  return from < 3 && bits != 0 ? here | (word(low, high, p, from + 1) << (64 - bits)) : here;
}

// @ts-ignore: decorator
@inline function xorShifted(low: usize, high: usize, e: usize, p: usize, by: usize): void {
  const words = by >> 6, bits = <u64>(by & 63);
  const l = low + (e << 4), h = high + (e << 4);
  store<u64>(l, load<u64>(l) ^ shiftedWord(low, high, p, 0, words, bits));
  store<u64>(l, load<u64>(l, 8) ^ shiftedWord(low, high, p, 1, words, bits), 8);
  store<u64>(h, load<u64>(h) ^ shiftedWord(low, high, p, 2, words, bits));
  store<u64>(h, load<u64>(h, 8) ^ shiftedWord(low, high, p, 3, words, bits), 8);
}

export function bandStarts(starts: usize, blocks: usize, range: u32, count: usize): void {
  for (let i: usize = 0; i < count; i++) {
    const x = load<u64>(blocks + (i << 4));
    const low = (x & 0xffffffff) * <u64>range;
    store<u32>(starts + (i << 2), <u32>(((x >> 32) * <u64>range + (low >> 32)) >> 32));
  }
}

export function bandEliminate(low: usize, high: usize, starts: usize, values: usize, width: usize, order: usize, pivots: usize, count: usize): u32 {
  const bytes = width << 3;
  for (let k: usize = 0; k < count; k++) {
    const e = <usize>load<u32>(order + (k << 2));
    const start = <usize>load<u32>(starts + (e << 2));
    for (;;) {
      const bit = lowest(low, high, e);
      if (bit == 256) return 0;
      const pivot = pivots + ((start + bit) << 2);
      const taken = <usize>load<u32>(pivot);
      if (taken == 0) {
        store<u32>(pivot, <u32>(e + 1));
        break;
      }
      const p = taken - 1;
      xorShifted(low, high, e, p, start - <usize>load<u32>(starts + (p << 2)));
      xorWords(values + e * bytes, values + p * bytes, bytes);
    }
  }
  return 1;
}

// target ^= the slots of row e from bit `from` on.
// @ts-ignore: decorator
@inline function xorSlots(target: usize, solution: usize, bytes: usize, low: usize, high: usize, e: usize, start: usize, from: usize): void {
  for (let w = from >> 6; w < 4; w++) {
    let bits = word(low, high, e, w);
    if (w == from >> 6) bits &= ~(<u64>0) << <u64>(from & 63);
    const base = solution + (start + (w << 6)) * bytes;
    while (bits) {
      xorWords(target, base + <usize>ctz(bits) * bytes, bytes);
      bits &= bits - 1;
    }
  }
}

export function bandSolve(solution: usize, low: usize, high: usize, starts: usize, values: usize, width: usize, pivots: usize, columns: usize): void {
  const bytes = width << 3;
  for (let c = columns; c-- > 0;) {
    const taken = <usize>load<u32>(pivots + (c << 2));
    if (taken == 0) continue;
    const p = taken - 1;
    const start = <usize>load<u32>(starts + (p << 2));
    const slot = solution + c * bytes;
    memory.copy(slot, values + p * bytes, bytes);
    const next = c - start + 1;
    if (next < 256) xorSlots(slot, solution, bytes, low, high, p, start, next);
  }
}

export function bandDecode(target: usize, solution: usize, low: usize, high: usize, starts: usize, width: usize, count: usize): void {
  const bytes = width << 3;
  for (let e: usize = 0; e < count; e++) xorSlots(target + e * bytes, solution, bytes, low, high, e, <usize>load<u32>(starts + (e << 2)), 0);
}
