// target += left * right over Z_2^64. `right` is packed into panels of six columns, which stay in the first cache while all of `left` passes
// by, two rows at a time. Of a panel, four columns are multiplied in SIMD from halves of words, two with 64-bit multiplications: both
// units are busy. Where there are too few rows to pay for packing, or too few products per sum, rows of `right` are added instead.
import { scaleAddWords } from './ring';

// A panel's depth and width. They stand in src/ring.ts too, for the size of `scratch`.
// @ts-ignore: decorator
@inline const panelRows: usize = 256;
// @ts-ignore: decorator
@inline const panelColumns: usize = 6;

export function matrixMultiplyAdd(
  target: usize, left: usize, right: usize, rows: usize, inner: usize, columns: usize, scratch: usize,
): void {
  const width = columns << 3, length = inner << 3;
  const paired: usize = rows < 4 || inner < 4 ? 0 : rows - (rows & 1);
  for (let k: usize = 0; paired > 0 && k < inner; k += panelRows) {
    const depth = min(panelRows, inner - k);
    const a = left + (k << 3), b = right + k * width;
    let j: usize = 0;
    for (; j + panelColumns <= columns; j += panelColumns) {
      packSix(scratch, b + (j << 3), width, depth);
      for (let i: usize = 0; i < paired; i += 2) twoBySix(target + i * width + (j << 3), width, a + i * length, length, scratch, depth);
    }
    for (; j + 2 <= columns; j += 2) {
      packTwo(scratch, b + (j << 3), width, depth);
      for (let i: usize = 0; i < paired; i += 2) twoByTwo(target + i * width + (j << 3), width, a + i * length, length, scratch, depth);
    }
    if (j < columns) {
      packOne(scratch, b + (j << 3), width, depth);
      for (let i: usize = 0; i < paired; i += 2) twoByOne(target + i * width + (j << 3), width, a + i * length, length, scratch, depth);
    }
  }
  for (let i: usize = paired; i < rows; i++) addRows(target + i * width, left + i * length, right, inner, columns);
}

// Six columns: the low halves of four words, their high halves, two words.
function packSix(panel: usize, right: usize, width: usize, depth: usize): void {
  for (let k: usize = 0; k < depth; k++, right += width, panel += 48) {
    const x = v128.load(right), y = v128.load(right, 16);
    v128.store(panel, v128.shuffle<i32>(x, y, 0, 2, 4, 6));
    v128.store(panel, v128.shuffle<i32>(x, y, 1, 3, 5, 7), 16);
    v128.store(panel, v128.load(right, 32), 32);
  }
}

function packTwo(panel: usize, right: usize, width: usize, depth: usize): void {
  for (let k: usize = 0; k < depth; k++, right += width, panel += 16) v128.store(panel, v128.load(right));
}

function packOne(panel: usize, right: usize, width: usize, depth: usize): void {
  for (let k: usize = 0; k < depth; k++, right += width, panel += 8) store<u64>(panel, load<u64>(right));
}

// (x1*2^32 + x0)(y1*2^32 + y0) = x0*y0 + 2^32*(x0*y1 + x1*y0) mod 2^64: low products are summed with 64 bits, cross ones with 32.
// @ts-ignore: decorator
@inline function cross(x0: v128, x1: v128, y0: v128, y1: v128): v128 {
  return i32x4.add(i32x4.mul(x0, y1), i32x4.mul(x1, y0));
}

// @ts-ignore: decorator
@inline function addFour(target: usize, low: v128, high: v128, crossed: v128): void {
  const zero = i64x2(0, 0);
  low = i64x2.add(low, v128.shuffle<i32>(zero, crossed, 0, 4, 0, 5));
  high = i64x2.add(high, v128.shuffle<i32>(zero, crossed, 0, 6, 0, 7));
  v128.store(target, i64x2.add(v128.load(target), low));
  v128.store(target, i64x2.add(v128.load(target, 16), high), 16);
}

// @ts-ignore: decorator
@inline function addTwo(target: usize, first: u64, second: u64): void {
  store<u64>(target, load<u64>(target) + first);
  store<u64>(target, load<u64>(target, 8) + second, 8);
}

function twoBySix(target: usize, width: usize, a: usize, length: usize, b: usize, depth: usize): void {
  const zero = i64x2(0, 0);
  let low0 = zero, high0 = zero, cross0 = zero, low1 = zero, high1 = zero, cross1 = zero;
  let sum04: u64 = 0, sum05: u64 = 0, sum14: u64 = 0, sum15: u64 = 0;
  for (const end = a + (depth << 3); a < end; a += 8, b += 48) {
    const y0 = v128.load(b), y1 = v128.load(b, 16);
    const y4 = load<u64>(b, 32), y5 = load<u64>(b, 40);
    let x0 = v128.load32_splat(a), x1 = v128.load32_splat(a, 4);
    low0 = i64x2.add(low0, i64x2.extmul_low_i32x4_u(y0, x0));
    high0 = i64x2.add(high0, i64x2.extmul_high_i32x4_u(y0, x0));
    cross0 = i32x4.add(cross0, cross(x0, x1, y0, y1));
    x0 = v128.load32_splat(a + length), x1 = v128.load32_splat(a + length, 4);
    low1 = i64x2.add(low1, i64x2.extmul_low_i32x4_u(y0, x0));
    high1 = i64x2.add(high1, i64x2.extmul_high_i32x4_u(y0, x0));
    cross1 = i32x4.add(cross1, cross(x0, x1, y0, y1));
    const x = load<u64>(a), xNext = load<u64>(a + length);
    sum04 += x * y4, sum05 += x * y5, sum14 += xNext * y4, sum15 += xNext * y5;
  }
  addFour(target, low0, high0, cross0);
  addTwo(target + 32, sum04, sum05);
  addFour(target + width, low1, high1, cross1);
  addTwo(target + width + 32, sum14, sum15);
}

function twoByTwo(target: usize, width: usize, a: usize, length: usize, b: usize, depth: usize): void {
  let sum00: u64 = 0, sum01: u64 = 0, sum10: u64 = 0, sum11: u64 = 0;
  for (const end = a + (depth << 3); a < end; a += 8, b += 16) {
    const y0 = load<u64>(b), y1 = load<u64>(b, 8), x0 = load<u64>(a), x1 = load<u64>(a + length);
    sum00 += x0 * y0, sum01 += x0 * y1, sum10 += x1 * y0, sum11 += x1 * y1;
  }
  addTwo(target, sum00, sum01);
  addTwo(target + width, sum10, sum11);
}

function twoByOne(target: usize, width: usize, a: usize, length: usize, b: usize, depth: usize): void {
  let sum0: u64 = 0, sum1: u64 = 0;
  for (const end = a + (depth << 3); a < end; a += 8, b += 8) {
    const y = load<u64>(b);
    sum0 += load<u64>(a) * y, sum1 += load<u64>(a + length) * y;
  }
  store<u64>(target, load<u64>(target) + sum0);
  store<u64>(target + width, load<u64>(target + width) + sum1);
}

// One row of the target: the sum of a_k times row k of `right`, four rows at a time.
function addRows(target: usize, a: usize, right: usize, inner: usize, columns: usize): void {
  const width = columns << 3;
  const last = a + (inner << 3);
  for (; a + 32 <= last; a += 32, right += width << 2) {
    const x0 = load<u64>(a), x1 = load<u64>(a, 8), x2 = load<u64>(a, 16), x3 = load<u64>(a, 24);
    let b = right;
    for (let t = target, end = target + width; t < end; t += 8, b += 8) {
      const sum = x0 * load<u64>(b) + x1 * load<u64>(b + width);
      store<u64>(t, load<u64>(t) + sum + (x2 * load<u64>(b + 2 * width) + x3 * load<u64>(b + 3 * width)));
    }
  }
  for (; a < last; a += 8, right += width) scaleAddWords(target, right, a, columns);
}
