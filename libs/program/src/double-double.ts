/**
 * A sum kept as an unevaluated pair of doubles, so about 106 bits: what rounding takes away from `high`, `low` keeps. The result
 * is a function of the row order alone, on every machine.
 *
 * Source: T. J. Dekker, "A floating-point technique for extending the available precision" (1971); D. E. Knuth, TAOCP 2, 4.2.2.
 */
export class DoubleDouble {
  high = 0;
  low = 0;

  /** Adds h + l, where |l| is at most half a unit in the last place of h. Error at most 2^-104 of the sum. */
  add(h: number, l: number): void {
    const s = this.high + h;
    const sError = twoSumError(this.high, h, s);
    const t = this.low + l;
    const tError = twoSumError(this.low, l, t);
    const c = sError + t;
    const v = s + c;
    const w = tError + (c - (v - s));
    this.high = v + w;
    this.low = w - (this.high - v);
  }

  /** Adds x − c exactly. */
  addDifference(x: number, c: number): void {
    const d = x - c;
    this.add(d, twoSumError(x, -c, d));
  }

  /** Adds (x − c)², up to 2^-104 of it. */
  addSquaredDifference(x: number, c: number): void {
    const d = x - c;
    const dError = twoSumError(x, -c, d);
    const square = d * d;
    const cross = twoSquareError(d, square) + 2 * d * dError;
    const high = square + cross;
    this.add(high, cross - (high - square));
  }

  /** Adds (x − c)·(y − d) · 2^−e, up to 2^-104 of it. */
  addProduct([x, c]: readonly [number, number], [y, d]: readonly [number, number], scale: number): void {
    const [a, b] = [x - c, y - d];
    const [aError, bError] = [twoSumError(x, -c, a), twoSumError(y, -d, b)];
    const product = a * b;
    const cross = twoProductError(a, b, product) + a * bError + b * aError;
    const high = product + cross;
    this.add(high * scale, (cross - (high - product)) * scale);
  }

  /** The integer nearest to (high + low) · 2^fractionBits; ties go up. */
  toFixed(fractionBits: number): bigint {
    const scale = 2 ** fractionBits;
    const high = this.high * scale;
    const whole = Math.floor(high);
    return BigInt(whole) + BigInt(Math.round(high - whole + this.low * scale));
  }
}

/** What `sum` = a + b lost by rounding (Knuth). */
function twoSumError(a: number, b: number, sum: number): number {
  const bRounded = sum - a;
  return a - (sum - bRounded) + (b - bRounded);
}

/** Veltkamp's split of a double into two halves of 26 bits. */
function split(a: number): [high: number, low: number] {
  const t = 134217729 * a;
  const high = t - (t - a);
  return [high, a - high];
}

/** What `square` = a·a lost by rounding (Dekker). */
function twoSquareError(a: number, square: number): number {
  const [high, low] = split(a);
  return low * low - (square - high * high - 2 * high * low);
}

/** What `product` = a·b lost by rounding (Dekker). */
function twoProductError(a: number, b: number, product: number): number {
  const [[aHigh, aLow], [bHigh, bLow]] = [split(a), split(b)];
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}
