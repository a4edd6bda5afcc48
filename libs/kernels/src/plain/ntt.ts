import { type PolynomialKernels } from '../polynomials.js';

type Transforms = Pick<PolynomialKernels, 'nttTables' | 'nttForward' | 'nttSpread' | 'nttInverse'>;

const reversed = (value: number, bits: number): number => Array.from({ length: bits }, (_, i) => ((value >> i) & 1) << (bits - 1 - i)).reduce((sum, bit) => sum + bit, 0);

/** Butterflies one at a time, fully reduced. */
export function plainNtt(memory: ArrayBuffer): Transforms {
  const view = new DataView(memory);
  const word = (at: number, i: number): bigint => BigInt(view.getUint32(at + 4 * i, true));
  const put = (at: number, i: number, value: bigint): void => view.setUint32(at + 4 * i, Number(value), true);
  const modulo = (value: bigint, p: bigint): bigint => ((value % p) + p) % p;

  /** Levels with `from` runs up to `to` runs, of `length` residues in all. */
  const levels = (poly: number, length: number, tables: number, p: bigint, from: number, to: number): void => {
    for (let m = from; m < to; m *= 2) {
      const t = length / (2 * m);
      for (let i = 0; i < m; i++) {
        for (let j = 2 * i * t; j < (2 * i + 1) * t; j++) {
          const x = word(poly, j);
          const y = word(poly, j + t) * word(tables, m + i);
          put(poly, j, modulo(x + y, p));
          put(poly, j + t, modulo(x - y, p));
        }
      }
    }
  };

  /** Eight values at a time: the even ones first, or back. */
  const places = [0, 2, 4, 6, 1, 3, 5, 7];
  const permute = (poly: number, n: number, back: boolean): void => {
    for (let b = 0; b < n; b += 8) {
      const values = places.map((place, i) => word(poly, b + (back ? i : place)));
      values.forEach((value, i) => put(poly, b + (back ? places[i]! : i), value));
    }
  };

  const kernels: Transforms = {
    nttTables(tables, n, root, prime) {
      const p = BigInt(prime);
      const bits = Math.log2(n);
      let power = 1n;
      for (let e = 0; e < n; e++) {
        const inverse = e === 0 ? [0, 1n] as const : [n - e, p - power] as const;
        for (const [plane, exponent, value] of [[0, e, power], [2, ...inverse]] as const) {
          put(tables + 4 * n * plane, reversed(exponent, bits), value);
          put(tables + 4 * n * (plane + 1), reversed(exponent, bits), (value << 32n) / p);
        }
        power = (power * BigInt(root)) % p;
      }
    },

    nttForward(poly, n, tables, prime, span) {
      levels(poly, n, tables, BigInt(prime), n / span, n);
      permute(poly, n, false);
    },

    nttSpread(poly, n, compact, blocks, width, tables, prime) {
      levels(compact, blocks * width, tables, BigInt(prime), 1, blocks);
      for (let i = 0; i < n; i++) put(poly, i, modulo(word(compact, Math.floor((i * blocks) / n) * width + (i % width)), BigInt(prime)));
      kernels.nttForward(poly, n, tables, prime, width);
    },

    nttInverse(poly, n, tables, prime, scale) {
      const p = BigInt(prime);
      permute(poly, n, true);
      for (let m = n / 2; m >= 1; m /= 2) {
        const t = n / (2 * m);
        for (let i = 0; i < m; i++) {
          for (let j = 2 * i * t; j < (2 * i + 1) * t; j++) {
            const [x, y] = [word(poly, j), word(poly, j + t)];
            put(poly, j, modulo(x + y, p));
            put(poly, j + t, modulo((x - y) * word(tables + 8 * n, m + i), p));
          }
        }
      }
      for (let i = 0; i < n; i++) put(poly, i, (word(poly, i) * BigInt(scale)) % p);
    },
  };
  return kernels;
}
