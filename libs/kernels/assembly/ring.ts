// Vectors over Z_2^64. Sums go two words at a time; products one at a time, since a 64-bit product in SIMD is three of 32 bits.

export function addWords(target: usize, left: usize, right: usize, count: usize): void {
  const end = target + (count << 3);
  for (const pairs = end - ((count & 1) << 3); target < pairs; target += 16, left += 16, right += 16) {
    v128.store(target, i64x2.add(v128.load(left), v128.load(right)));
  }
  if (target < end) store<u64>(target, load<u64>(left) + load<u64>(right));
}

export function subtractWords(target: usize, left: usize, right: usize, count: usize): void {
  const end = target + (count << 3);
  for (const pairs = end - ((count & 1) << 3); target < pairs; target += 16, left += 16, right += 16) {
    v128.store(target, i64x2.sub(v128.load(left), v128.load(right)));
  }
  if (target < end) store<u64>(target, load<u64>(left) - load<u64>(right));
}

export function multiplyWords(target: usize, left: usize, right: usize, count: usize): void {
  for (const end = target + (count << 3); target < end; target += 8, left += 8, right += 8) {
    store<u64>(target, load<u64>(left) * load<u64>(right));
  }
}

export function multiplyAddWords(target: usize, left: usize, right: usize, count: usize): void {
  for (const end = target + (count << 3); target < end; target += 8, left += 8, right += 8) {
    store<u64>(target, load<u64>(target) + load<u64>(left) * load<u64>(right));
  }
}

export function scaleWords(target: usize, source: usize, factor: usize, count: usize): void {
  const f = load<u64>(factor);
  for (const end = target + (count << 3); target < end; target += 8, source += 8) store<u64>(target, load<u64>(source) * f);
}

export function scaleAddWords(target: usize, source: usize, factor: usize, count: usize): void {
  const f = load<u64>(factor);
  for (const end = target + (count << 3); target < end; target += 8, source += 8) {
    store<u64>(target, load<u64>(target) + load<u64>(source) * f);
  }
}

export function fillWords(target: usize, word: usize, count: usize): void {
  const value = load<u64>(word);
  for (const end = target + (count << 3); target < end; target += 8) store<u64>(target, value);
}

export function shiftRightWords(target: usize, source: usize, bits: i32, count: usize): void {
  const end = target + (count << 3);
  for (const pairs = end - ((count & 1) << 3); target < pairs; target += 16, source += 16) {
    v128.store(target, i64x2.shr_u(v128.load(source), bits));
  }
  if (target < end) store<u64>(target, load<u64>(source) >> bits);
}

// Indices are public, so that one may branch on the one that stands for zero.
export function gatherWords(target: usize, source: usize, indices: usize, count: usize): void {
  for (const end = target + (count << 3); target < end; target += 8, indices += 4) {
    const index = load<u32>(indices);
    store<u64>(target, index == 0xffffffff ? 0 : load<u64>(source + (<usize>index << 3)));
  }
}

export function sumAxis(target: usize, source: usize, outer: usize, length: usize, inner: usize): void {
  const row = inner << 3;
  const matrix = length * row;
  for (let o: usize = 0; o < outer; o++, source += matrix) {
    if (inner == 1) {
      store<u64>(target, sumOf(source, length));
      target += 8;
    } else {
      for (let i: usize = 0; i < row; i += 64) {
        if (i + 64 <= row) sumEightColumns(target + i, source + i, row, length);
        else for (let j = i; j < row; j += 8) sumColumn(target + j, source + j, row, length);
      }
      target += row;
    }
  }
}

function sumOf(source: usize, length: usize): u64 {
  let a = i64x2(0, 0), b = a, c = a, d = a;
  const end = source + (length << 3);
  for (; source + 64 <= end; source += 64) {
    a = i64x2.add(a, v128.load(source));
    b = i64x2.add(b, v128.load(source, 16));
    c = i64x2.add(c, v128.load(source, 32));
    d = i64x2.add(d, v128.load(source, 48));
  }
  a = i64x2.add(i64x2.add(a, b), i64x2.add(c, d));
  let sum = i64x2.extract_lane(a, 0) + i64x2.extract_lane(a, 1);
  for (; source < end; source += 8) sum += load<u64>(source);
  return sum;
}

function sumEightColumns(target: usize, source: usize, stride: usize, length: usize): void {
  let a = i64x2(0, 0), b = a, c = a, d = a;
  for (let l: usize = 0; l < length; l++, source += stride) {
    a = i64x2.add(a, v128.load(source));
    b = i64x2.add(b, v128.load(source, 16));
    c = i64x2.add(c, v128.load(source, 32));
    d = i64x2.add(d, v128.load(source, 48));
  }
  v128.store(target, a);
  v128.store(target, b, 16);
  v128.store(target, c, 32);
  v128.store(target, d, 48);
}

function sumColumn(target: usize, source: usize, stride: usize, length: usize): void {
  let sum: u64 = 0;
  for (let l: usize = 0; l < length; l++, source += stride) sum += load<u64>(source);
  store<u64>(target, sum);
}
