// Negacyclic transforms of polynomials modulo X^n + 1 and a prime below 2^30, four residues to a vector.
//
// Harvey (J. Symb. Comput. 2014): residues stay in [0, 4p) between levels, and a product with a known factor w costs two low products and
// a high one with floor(w 2^32 / p) (Shoup). Two levels at a time, so that each pass over the memory does four butterflies' work. Twiddles lie in
// bit-reversed order: group i of m groups takes number m + i, whatever n is.
//
// Tables: w | floor(w 2^32 / p) | 1/w | floor((1/w) 2^32 / p), n words of 32 bits each.

// @ts-ignore: decorator
@inline export function mulHigh(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(i64x2.extmul_low_i32x4_u(a, b), i64x2.extmul_high_i32x4_u(a, b), 1, 3, 5, 7);
}

// y w mod p in [0, 2p), for any y below 2^32.
// @ts-ignore: decorator
@inline export function shoup(y: v128, w: v128, quotient: v128, p: v128): v128 {
  return i32x4.sub(i32x4.mul(y, w), i32x4.mul(mulHigh(y, quotient), p));
}

// x below 2b becomes x mod b.
// @ts-ignore: decorator
@inline export function below(x: v128, b: v128): v128 {
  return i32x4.min_u(x, i32x4.sub(x, b));
}

// x - y + 2p
// @ts-ignore: decorator
@inline function minus(x: v128, y: v128, p2: v128): v128 {
  return i32x4.add(i32x4.sub(x, y), p2);
}

// @ts-ignore: decorator
@inline function logOf(n: u32): u32 { return ctz(n); }

export function nttTables(tables: usize, n: u32, root: u32, prime: u32): void {
  const p: u64 = prime, plane: usize = (<usize>n) << 2;
  let power: u64 = 1;
  for (let e: u32 = 0, at: u32 = 0; e < n; e++) {
    const entry = tables + ((<usize>at) << 2);
    store<u32>(entry, <u32>power);
    store<u32>(entry + plane, <u32>((power << 32) / p));
    // root^n = -1, so root^(n - e) is minus the inverse of root^e: it belongs to exponent n - e of the inverse tables.
    if (e > 0) storeInverse(tables, n, n - e, p - power, p);
    else storeInverse(tables, n, 0, 1, p);
    power = (power * root) % p;
    // The next number in bit-reversed order.
    let bit = n >> 1;
    while (at & bit) { at ^= bit; bit >>= 1; }
    at |= bit;
  }
}

function storeInverse(tables: usize, n: u32, e: u32, value: u64, p: u64): void {
  let at: u32 = 0;
  for (let i: u32 = 0, log = logOf(n); i < log; i++) at |= ((e >> i) & 1) << (log - 1 - i);
  const plane: usize = (<usize>n) << 2, entry = tables + 2 * plane + ((<usize>at) << 2);
  store<u32>(entry, <u32>value);
  store<u32>(entry + plane, <u32>((value << 32) / p));
}

// The levels of runs of `span` residues, the last log2(span) of all: span = n is the whole transform. span >= 4, n >= 16.
export function nttForward(poly: usize, n: u32, tables: usize, prime: u32, span: u32): void {
  const p = i32x4.splat(prime), p2 = i32x4.splat(prime << 1);
  const W = tables, Q = tables + ((<usize>n) << 2);
  let m: usize = n / span, t: usize = span >> 1;
  for (; t >= 8; m <<= 2, t >>= 2) {
    const o1 = t << 1, o2 = t << 2, o3 = o1 + o2;
    for (let i: usize = 0; i < m; i++) {
      const near = (m + i) << 2, far = (2 * m + 2 * i) << 2;
      const w1 = v128.load32_splat(W + near), q1 = v128.load32_splat(Q + near);
      const w2 = v128.load32_splat(W + far), q2 = v128.load32_splat(Q + far);
      const w3 = v128.load32_splat(W + far, 4), q3 = v128.load32_splat(Q + far, 4);
      let at = poly + i * (t << 3);
      for (const end = at + o1; at < end; at += 16) {
        const x0 = below(v128.load(at), p2), x1 = below(v128.load(at + o1), p2);
        const y0 = shoup(v128.load(at + o2), w1, q1, p), y1 = shoup(v128.load(at + o3), w1, q1, p);
        const u0 = below(i32x4.add(x0, y0), p2), u1 = shoup(i32x4.add(x1, y1), w2, q2, p);
        const v0 = below(minus(x0, y0, p2), p2), v1 = shoup(minus(x1, y1, p2), w3, q3, p);
        v128.store(at, i32x4.add(u0, u1));
        v128.store(at + o1, minus(u0, u1, p2));
        v128.store(at + o2, i32x4.add(v0, v1));
        v128.store(at + o3, minus(v0, v1, p2));
      }
    }
  }
  forwardTail(poly, n, W, Q, p, p2, t == 4);
}

// The last three levels (`three`) or two of eight residues at a time, which end up in [0, p).
// @ts-ignore: decorator
@inline function forwardTail(poly: usize, n: u32, W: usize, Q: usize, p: v128, p2: v128, three: bool): void {
  const blocks: usize = n >> 3;
  let at = poly;
  for (let b: usize = 0; b < blocks; b++, at += 32) {
    let x = v128.load(at), y = v128.load(at, 16);
    if (three) {
      const k = (blocks + b) << 2;
      const u = below(x, p2), v = shoup(y, v128.load32_splat(W + k), v128.load32_splat(Q + k), p);
      x = i32x4.add(u, v);
      y = minus(u, v, p2);
    }
    const k2 = (2 * blocks + 2 * b) << 2, k4 = k2 << 1;
    let w = v128.load64_splat(W + k2), q = v128.load64_splat(Q + k2);
    w = v128.shuffle<i32>(w, w, 0, 0, 1, 1);
    q = v128.shuffle<i32>(q, q, 0, 0, 1, 1);
    let u = below(v128.shuffle<i32>(x, y, 0, 1, 4, 5), p2), v = shoup(v128.shuffle<i32>(x, y, 2, 3, 6, 7), w, q, p);
    x = i32x4.add(u, v);
    y = minus(u, v, p2);
    u = below(v128.shuffle<i32>(x, y, 0, 4, 2, 6), p2);
    v = shoup(v128.shuffle<i32>(x, y, 1, 5, 3, 7), v128.load(W + k4), v128.load(Q + k4), p);
    // Residue 0, 2, 4, 6 and 1, 3, 5, 7 of the block: order within a block is the transform's own, and its inverse's.
    v128.store(at, below(below(i32x4.add(u, v), p2), p));
    v128.store(at, below(below(minus(u, v, p2), p2), p), 16);
  }
}

// The transform of a polynomial whose `blocks` runs of `width` residues, n / blocks apart, are all that is not zero. The runs lie one after the other
// at `compact` and are used up. A butterfly with zero copies, so what follows the levels between runs is copying down to `width`.
export function nttSpread(poly: usize, n: u32, compact: usize, blocks: u32, width: u32, tables: usize, prime: u32): void {
  const p = i32x4.splat(prime), p2 = i32x4.splat(prime << 1);
  const W = tables, Q = tables + ((<usize>n) << 2), runBytes = (<usize>width) << 2;
  for (let m: usize = 1, t: usize = (<usize>(blocks >> 1)) * width; m < blocks; m <<= 1, t >>= 1) {
    const o = t << 2;
    for (let i: usize = 0; i < m; i++) {
      const w = v128.load32_splat(W + ((m + i) << 2)), q = v128.load32_splat(Q + ((m + i) << 2));
      let at = compact + i * (t << 3);
      for (const end = at + o; at < end; at += 16) {
        const x = below(v128.load(at), p2), y = shoup(v128.load(at + o), w, q, p);
        v128.store(at, i32x4.add(x, y));
        v128.store(at + o, minus(x, y, p2));
      }
    }
  }
  const copies = n / (blocks * width);
  for (let b: u32 = 0, at = poly; b < blocks; b++, compact += runBytes) {
    for (let l: u32 = 0; l < copies; l++, at += runBytes) {
      for (let o: usize = 0; o < runBytes; o += 16) v128.store(at + o, v128.load(compact + o));
    }
  }
  nttForward(poly, n, tables, prime, width);
}

// Back, times `scale`: residues of a transform, in [0, 2p), become those of scale * n times the polynomial, in [0, p).
export function nttInverse(poly: usize, n: u32, tables: usize, prime: u32, scale: u32): void {
  const p = i32x4.splat(prime), p2 = i32x4.splat(prime << 1);
  const W = tables + ((<usize>n) << 3), Q = W + ((<usize>n) << 2);
  const three = (logOf(n) & 1) == 1;
  inverseHead(poly, n, W, Q, p, p2, three);
  let m: usize = three ? n >> 4 : n >> 3, t: usize = three ? 8 : 4;
  for (; m > 2; m >>= 2, t <<= 2) {
    const h = m >> 1, o1 = t << 2, o2 = t << 3, o3 = o1 + o2;
    for (let i: usize = 0; i < h; i++) {
      const far = (h + i) << 2, near = (m + 2 * i) << 2;
      const w1 = v128.load32_splat(W + far), q1 = v128.load32_splat(Q + far);
      const w2 = v128.load32_splat(W + near), q2 = v128.load32_splat(Q + near);
      const w3 = v128.load32_splat(W + near, 4), q3 = v128.load32_splat(Q + near, 4);
      let at = poly + i * (t << 4);
      for (const end = at + o1; at < end; at += 16) {
        const x0 = v128.load(at), x1 = v128.load(at + o1), y0 = v128.load(at + o2), y1 = v128.load(at + o3);
        const u0 = below(i32x4.add(x0, x1), p2), u1 = shoup(minus(x0, x1, p2), w2, q2, p);
        const v0 = below(i32x4.add(y0, y1), p2), v1 = shoup(minus(y0, y1, p2), w3, q3, p);
        v128.store(at, below(i32x4.add(u0, v0), p2));
        v128.store(at + o1, below(i32x4.add(u1, v1), p2));
        v128.store(at + o2, shoup(minus(u0, v0, p2), w1, q1, p));
        v128.store(at + o3, shoup(minus(u1, v1, p2), w1, q1, p));
      }
    }
  }
  inverseLast(poly, t, W, Q, prime, scale);
}

// The first three levels or two.
// @ts-ignore: decorator
@inline function inverseHead(poly: usize, n: u32, W: usize, Q: usize, p: v128, p2: v128, three: bool): void {
  const blocks: usize = n >> 3;
  let at = poly;
  for (let b: usize = 0; b < blocks; b++, at += 32) {
    const k2 = (2 * blocks + 2 * b) << 2, k4 = k2 << 1;
    let x = v128.load(at), y = v128.load(at, 16);
    let u = below(i32x4.add(x, y), p2), v = shoup(minus(x, y, p2), v128.load(W + k4), v128.load(Q + k4), p);
    x = v128.shuffle<i32>(u, v, 0, 4, 2, 6);
    y = v128.shuffle<i32>(u, v, 1, 5, 3, 7);
    let w = v128.load64_splat(W + k2), q = v128.load64_splat(Q + k2);
    w = v128.shuffle<i32>(w, w, 0, 0, 1, 1);
    q = v128.shuffle<i32>(q, q, 0, 0, 1, 1);
    u = below(i32x4.add(x, y), p2);
    v = shoup(minus(x, y, p2), w, q, p);
    x = v128.shuffle<i32>(u, v, 0, 1, 4, 5);
    y = v128.shuffle<i32>(u, v, 2, 3, 6, 7);
    if (three) {
      const k = (blocks + b) << 2;
      u = below(i32x4.add(x, y), p2);
      y = shoup(minus(x, y, p2), v128.load32_splat(W + k), v128.load32_splat(Q + k), p);
      x = u;
    }
    v128.store(at, x);
    v128.store(at, y, 16);
  }
}

// The last two levels, with `scale` in their factors.
// @ts-ignore: decorator
@inline function inverseLast(poly: usize, t: usize, W: usize, Q: usize, prime: u32, scale: u32): void {
  const p = i32x4.splat(prime), p2 = i32x4.splat(prime << 1), modulus: u64 = prime;
  const scaled = (<u64>load<u32>(W, 4) * scale) % modulus;
  const s = i32x4.splat(scale), qs = i32x4.splat(<u32>(((<u64>scale) << 32) / modulus));
  const w1 = i32x4.splat(<u32>scaled), q1 = i32x4.splat(<u32>((scaled << 32) / modulus));
  const w2 = v128.load32_splat(W, 8), q2 = v128.load32_splat(Q, 8), w3 = v128.load32_splat(W, 12), q3 = v128.load32_splat(Q, 12);
  const o1 = t << 2, o2 = t << 3, o3 = o1 + o2;
  for (let at = poly, end = poly + o1; at < end; at += 16) {
    const x0 = v128.load(at), x1 = v128.load(at + o1), y0 = v128.load(at + o2), y1 = v128.load(at + o3);
    const u0 = below(i32x4.add(x0, x1), p2), u1 = shoup(minus(x0, x1, p2), w2, q2, p);
    const v0 = below(i32x4.add(y0, y1), p2), v1 = shoup(minus(y0, y1, p2), w3, q3, p);
    v128.store(at, below(shoup(i32x4.add(u0, v0), s, qs, p), p));
    v128.store(at + o1, below(shoup(i32x4.add(u1, v1), s, qs, p), p));
    v128.store(at + o2, below(shoup(minus(u0, v0, p2), w1, q1, p), p));
    v128.store(at + o3, below(shoup(minus(u1, v1, p2), w1, q1, p), p));
  }
}
