import { type PolynomialKernels } from '../polynomials.js';

type Fractions = Pick<PolynomialKernels, 'fractions' | 'integers' | 'fractionAdd' | 'fractionPack' | 'integerUnpack' | 'fractionDecode' | 'combinePair'>;

/** Fractions of 128 bits, and integers in their place, as the definitions have them. */
export function plainFractions(memory: ArrayBuffer): Fractions {
  const view = new DataView(memory);
  const residue = (at: number): bigint => BigInt(view.getUint32(at, true));
  const word = (at: number): bigint => view.getBigUint64(at, true);
  const put = (at: number, value: bigint): void => view.setBigUint64(at, BigInt.asUintN(64, value), true);
  const wide = (at: number): bigint => word(at) | (word(at + 8) << 64n);
  const putWide = (at: number, value: bigint): void => {
    put(at, value);
    put(at + 8, BigInt.asUintN(128, value) >> 64n);
  };
  const constant = (at: number): bigint => Array.from({ length: 5 }, (_, j) => residue(at + 4 * j) << BigInt(31 * j)).reduce((sum, part) => sum + part, 0n);
  return {
    fractions(target, polys, stride, limbs, start, step, count, constants) {
      for (let j = 0; j < count; j++) {
        let sum = 0n;
        for (let i = 0; i < limbs; i++) sum += residue(polys + i * stride + 4 * (start + step * j)) * constant(constants + 20 * i);
        putWide(target + 16 * j, sum >> 27n);
      }
    },

    integers(target, polys, stride, limbs, start, step, count, constants) {
      for (let j = 0; j < count; j++) {
        const residues = Array.from({ length: limbs }, (_, i) => residue(polys + i * stride + 4 * (start + step * j)));
        const quotient = (residues.reduce((sum, x, i) => sum + x * word(constants + 8 * i), 1n << 59n) >> 60n);
        const sum = residues.reduce((total, x, i) => total + x * constant(constants + 8 * limbs + 20 * i), quotient * constant(constants + 28 * limbs));
        putWide(target + 16 * j, sum);
      }
    },

    fractionAdd(target, words, shift, count) {
      for (let j = 0; j < count; j++) putWide(target + 16 * j, wide(target + 16 * j) + (shift < 0 ? word(words + 8 * j) >> BigInt(-shift) : word(words + 8 * j) << BigInt(shift)));
    },

    fractionPack(target, source, count, bits, half) {
      let packed = 0n;
      for (let j = count - 1; j >= 0; j--) {
        packed = (packed << BigInt(bits)) | (BigInt.asUintN(128, wide(source + 16 * j) + (BigInt(half) << BigInt(127 - bits))) >> BigInt(128 - bits));
      }
      // Whole words, one more than the last that is full.
      for (let i = 0; i <= Math.floor((count * bits) / 64); i++, packed >>= 64n) put(target + 8 * i, packed);
    },

    integerUnpack(low, high, source, count, bits) {
      for (let j = 0; j < count; j++) {
        const first = source + ((j * bits) >> 3);
        const value = BigInt.asUintN(bits, (wide(first) >> BigInt((j * bits) & 7)));
        put(low + 8 * j, value & 0xffff_ffffn);
        put(high + 8 * j, value >> 32n);
      }
    },

    fractionDecode(words, low, high, bits, ints, scaleBits, t1, t2, count) {
      const modulus = t1 * t2 === 0 ? 2n ** 64n : BigInt(t1) * BigInt(t2);
      for (let j = 0; j < count; j++) {
        const value = (word(low + 8 * j) | (word(high + 8 * j) << 32n)) << BigInt(128 - bits);
        const d = BigInt.asUintN(128, value + (wide(ints + 16 * j) << BigInt(128 - scaleBits)));
        put(words + 8 * j, ((d * modulus + (1n << 127n)) >> 128n) % modulus);
      }
    },

    combinePair(words, first, second, n, t1, t2) {
      const modulus = BigInt(t1) * BigInt(t2);
      for (let i = 0; i < n; i++) {
        const value = (residue(first + 4 * i) * BigInt(t2) + residue(second + 4 * i) * BigInt(t1)) % modulus;
        put(words + 8 * i, value > modulus / 2n ? value - modulus : value);
      }
    },
  };
}
