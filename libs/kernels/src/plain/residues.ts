import { type PolynomialKernels } from '../polynomials.js';

type Residues = Pick<
  PolynomialKernels,
  'residueAddWords' | 'residueAddSmall' | 'residueScale' | 'residueDot' | 'residueUniform' | 'residuePack' | 'residueUnpack' | 'smallBinomial' | 'smallTernary' | 'smallRounding'
>;

/** Residues modulo one prime, and small numbers from coins, as the definitions have them. */
export function plainResidues(memory: ArrayBuffer): Residues {
  const bytes = new Uint8Array(memory);
  const view = new DataView(memory);
  const word = (at: number, i: number): bigint => BigInt(view.getUint32(at + 4 * i, true));
  const put = (at: number, i: number, value: bigint, prime: number): void => view.setUint32(at + 4 * i, Number(((value % BigInt(prime)) + BigInt(prime)) % BigInt(prime)), true);
  const ones = (value: number): number => Array.from({ length: 21 }, (_, i) => (value >>> i) & 1).reduce((sum, bit) => sum + bit, 0);
  const inverseOf2to32 = (prime: number): bigint => {
    const p = BigInt(prime);
    let [power, inverse] = [2n ** 32n % p, 1n];
    for (let e = p - 2n; e > 0n; e >>= 1n, power = (power * power) % p) if (e & 1n) inverse = (inverse * power) % p;
    return inverse;
  };
  return {
    residueAddWords(poly, words, n, prime, scale) {
      for (let i = 0; i < n; i++) put(poly, i, word(poly, i) + BigInt(scale) * view.getBigInt64(words + 8 * i, true), prime);
    },

    residueAddSmall(poly, small, n, prime) {
      for (let i = 0; i < n; i++) put(poly, i, word(poly, i) + BigInt(view.getInt32(small + 4 * i, true)), prime);
    },

    residueScale(poly, n, prime, scale) {
      for (let i = 0; i < n; i++) put(poly, i, word(poly, i) * BigInt(scale), prime);
    },

    residueDot(poly, lefts, rights, terms, n, prime) {
      const inverse = inverseOf2to32(prime);
      for (let i = 0; i < n; i++) {
        let sum = 0n;
        for (let t = 0; t < terms; t++) sum += word(Number(word(lefts, t)), i) * word(Number(word(rights, t)), i);
        put(poly, i, word(poly, i) + sum * inverse, prime);
      }
    },

    residueUniform(poly, stream, words, n, prime) {
      const mask = 2 ** (32 - Math.clz32(prime)) - 1;
      const kept = Array.from({ length: words }, (_, i) => view.getUint32(stream + 4 * i, true) & mask).filter((value) => value < prime).slice(0, n);
      kept.forEach((value, i) => view.setUint32(poly + 4 * i, value, true));
      return kept.length;
    },

    residuePack(target, poly, n, bits) {
      let packed = 0n;
      for (let i = n - 1; i >= 0; i--) packed = (packed << BigInt(bits)) | word(poly, i);
      for (let i = 0; i < (n * bits) / 8 + 8; i++, packed >>= 8n) bytes[target + i] = Number(packed & 255n);
    },

    residueUnpack(poly, source, n, bits, prime) {
      let good = 1;
      for (let i = 0; i < n; i++) {
        let value = 0;
        for (let b = bits - 1; b >= 0; b--) value = 2 * value + ((bytes[source + ((i * bits + b) >> 3)]! >> ((i * bits + b) & 7)) & 1);
        view.setUint32(poly + 4 * i, value, true);
        if (value >= prime) good = 0;
      }
      return good;
    },

    smallBinomial(small, coins, n) {
      for (let i = 0; i < n; i++) {
        const at = coins + 32 * (i >> 2) + 4 * (i & 3);
        view.setInt32(small + 4 * i, ones(view.getUint32(at, true)) - ones(view.getUint32(at + 16, true)), true);
      }
    },

    smallTernary(small, coins, n) {
      for (let i = 0; i < n; i++) view.setInt32(small + 4 * i, Number((view.getBigUint64(coins + 8 * i, true) * 3n) >> 64n) - 1, true);
    },

    smallRounding(small, words, coins, n) {
      for (let i = 0; i < n; i++) {
        const value = view.getBigInt64(words + 8 * i, true);
        const up = view.getBigUint64(coins + 8 * i, true) < (value < 0n ? -value : value) ? 1 : 0;
        view.setInt32(small + 4 * i, view.getInt32(small + 4 * i, true) + (value < 0n ? -up : up), true);
      }
    },
  };
}
