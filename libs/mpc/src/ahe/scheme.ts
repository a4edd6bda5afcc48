/**
 * Additively homomorphic encryption from ring learning with errors
 *
 * Afterwards the owner of a key holds z = Σ x·y + r for its own x and an evaluator's y and r, in the plaintext ring, and nothing else of y and r; the evaluator
 * holds nothing of x.
 *
 * Paper       Brakerski (CRYPTO 2012, ePrint 2012/078), Fan, Vercauteren (ePrint 2012/144): BFV, in its secret-key form. Circuit privacy: Gentry (STOC 2009, §4) for
 *             re-randomising and flooding. Residue by residue: Bajard, Eynard, Hasan, Zucca (SAC 2016, ePrint 2016/510).
 * Realises    encryption with sums of plaintext multiples and circuit-private answers, against semi-honest parties.
 * Security    of x: IND-CPA, 128 bits (libs/program/src/traffic/lattice/parameters.ts). Of y: statistical in the noise, at most 2^-40 per answer
 *             (`noise.ts` there), and computational in the mask, by the
 *             same problem; an answer decrypts wrongly with probability below 2^-70.
 * Assumptions decisional RLWE with ternary secrets; AES-128 in counter mode as a pseudorandom generator for coins, and under public seeds as a random oracle for a.
 *             Post-quantum as far as the quantum columns quoted there go.
 * Cost        A ciphertext takes ⌈log p⌉ bits for each coefficient and prime p of q; its mask is a seed. An answer takes w_1 bits for each coefficient, and w_0
 *             for each that is needed. One transform per prime and encryption, 2 per prime and answer, and those of the plaintexts.
 * Notation    R      ring        Z[X]/(X^N + 1)   q, T   moduli of ciphertexts and plaintexts
 *             s      secret      ternary          a      mask, uniform modulo q        e   error, centred binomial of variance 21/2
 *             x, y   plaintexts  R/T              Δ      q/T, rounded if T does not divide q
 *             r      mask of the plaintext        u      ternary, fresh for each answer
 *             pk     (−a_0·s + e_0, a_0)          e_1    error, fresh for each answer
 *             U      uniform in [0, 1), fresh for each coefficient
 * Deviations  1. T divides q (two of its primes) where plaintexts are slots: then Δ·x is exact, touches two residues of six, and is there the vector of slots itself.
 *             2. Where T = 2^64, q·x/T is rounded at random, up with probability its fraction, so that rounding adds to e an error of mean 0 whatever x is.
 *             3. Flooding and switching modulus are one step, rounding at random: U spreads over a whole multiple of q/2^w_0. See the argument below.
 *
 *     encrypt(x)    c_0 = −a·s + e + Δ·x,  c_1 = a
 *     answer(y, r)  d_0 = Σ c_0·y + pk_0·u + Δ·r,  d_1 = Σ c_1·y + pk_1·u + e_1
 *                   d'_0 = ⌊2^w_0·d_0/q + U⌋,  d'_1 = ⌊2^w_1·d_1/q + 1/2⌋
 *     decrypt       ⌊T·(d'_0/2^w_0 + d'_1·s/2^w_1) + 1/2⌋ mod T
 *
 * What an answer tells the owner, who knows s, e, e_0 and x. Let v = Σ e·y + e_0·u + e_1·s (e with its rounding), so that d_0 = −d_1·s + (q/T)·z + v.
 *   (i)   Leave v out of d_0. A coefficient of 2^w_0·d_0/q + U is uniform in an interval of length 1, which v moves by |v|·2^w_0/q: that is the statistical distance, and
 *         rounding down adds nothing. `answerDistance` takes the mean of |v| over the owner's errors, for the worst y, times the number of coefficients, and
 *         adds what fixed-point arithmetic is off by.
 *   (ii)  Now u enters through d_1 = Σ c_1·y + a_0·u + e_1 alone, which RLWE with the ternary secret u lets us replace by uniform.
 *   (iii) What is left is made of z, s and coins.
 */
import { type KernelMemory } from '#kernels';
import { type AheParameters, ciphertextBytes, product } from '#program/plans';
import { cofactorInverse, fractionConstants, integerConstants, inverse, modulo } from './constants.js';
import { type Ring } from './ring.js';

/** Bytes that kernels may write, or read, beyond the end of packed numbers. */
export const slackBytes = 8;

/** What is known of one prime of q. */
export interface Modulus {
  readonly prime: number;
  /** As many as a residue has. */
  readonly bits: number;
  /** 2^32, which a product takes away again. */
  readonly montgomery: number;
  /** (q/p)^(−1): what a residue is multiplied by before fractions are summed. */
  readonly cofactor: bigint;
  /** What a plaintext is multiplied by: Δ; for T = 2^64, −1/T of q·x mod T. */
  readonly plaintext: number;
}

/** Parameters with all that follows from them, and the tables to work with them in `memory`. */
export class Scheme {
  readonly memory: KernelMemory;
  readonly moduli: readonly Modulus[];
  /** q mod 2^64 */
  readonly qWord: BigUint64Array;
  readonly fractionConstants: Uint32Array;
  /** Enough primes for d'_1·s as an integer: the last ones. */
  readonly decryptionModuli: readonly (Modulus & { readonly limb: number; readonly negatedCofactor: bigint })[];
  readonly decryptionConstants: Uint32Array;
  /** The two primes of T, or zeros for 2^64. */
  readonly slotPrimes: readonly [number, number];

  constructor(readonly parameters: AheParameters, readonly ring: Ring) {
    this.memory = ring.memory;
    const { primes, slotPrimes, degree, maskBits } = parameters;
    const q = product(primes);
    const t = slotPrimes === 0 ? 2n ** 64n : product(primes.slice(0, slotPrimes));
    this.qWord = BigUint64Array.of(BigInt.asUintN(64, q));
    this.slotPrimes = slotPrimes === 0 ? [0, 0] : [primes[0]!, primes[1]!];
    this.moduli = primes.map((prime, limb) => ({
      prime,
      bits: 32 - Math.clz32(prime),
      montgomery: modulo(2n ** 32n, prime),
      cofactor: cofactorInverse(primes, prime),
      plaintext: slotPrimes === 0 ? modulo(-inverse(t, prime), prime) : limb < slotPrimes ? modulo(q / t, prime) : 0,
    }));
    this.fractionConstants = fractionConstants(primes);
    // |d'_1·s| ≤ N·2^w_1, with its sign; an eighth of the range is left to spare.
    let first = primes.length;
    while (first > 0 && Math.log2(Number(product(primes.slice(first)))) < maskBits + Math.log2(degree) + 4) first -= 1;
    const last = primes.slice(first);
    this.decryptionModuli = last.map((prime, i) => ({ ...this.moduli[first + i]!, limb: first + i, negatedCofactor: BigInt(prime) - cofactorInverse(last, prime) }));
    this.decryptionConstants = integerConstants(last);
  }

  get degree(): number {
    return this.parameters.degree;
  }

  /** A polynomial modulo q. */
  get elementBytes(): number {
    return this.moduli.length * this.ring.polyBytes;
  }

  /** A ciphertext without its seed. */
  get ciphertextBytes(): number {
    return ciphertextBytes(this.parameters);
  }
}
