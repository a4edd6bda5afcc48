/** One instance of learning with errors over Z_q[X]/(X^N + 1), and what its ciphertexts hold. */
export interface AheParameters {
  readonly name: string;
  /** N: coefficients of a polynomial. */
  readonly degree: number;
  /** q is their product. Each is 1 modulo 2N and below 2^30. */
  readonly primes: readonly number[];
  /** How many of them, from the first on, multiply to the plaintext modulus T: 2 (a plaintext is N slots modulo each of the two), or 0 for T = 2^64 (N coefficients). */
  readonly slotPrimes: 0 | 2;
  /** w_0, w_1: an answer's body is rounded to multiples of q/2^w_0, its mask to multiples of q/2^w_1. */
  readonly bodyBits: number;
  readonly maskBits: number;
}

/** The largest primes below 2^30 that are 1 modulo 2^14. */
const scalePrimes = [1_073_692_673, 1_073_643_521, 1_073_479_681, 1_073_430_529] as const;

const slots = (name: string, first: number, second: number): AheParameters => (
  { name, degree: 8192, primes: [first, second, ...scalePrimes], slotPrimes: 2, bodyBits: 59, maskBits: 70 });

/**
 * N = 8192, uniform ternary secrets, errors centred binomial of standard deviation 3.24 (√(21/2)). Two tables say how large q may be for 128 bits at this N, with ternary secrets:
 *
 *   Homomorphic Encryption Security Standard (homomorphicencryption.org, November 2018; LWE estimator of Albrecht, Player, Scott): log q ≤ 218 classical, 202 quantum.
 *   Security Guidelines for Implementing Homomorphic Encryption (ePrint 2024/463, lattice estimator): log q ≤ 214 classical; by its quantum model 161.
 *
 * `slots` has log q = 177.5, `words` 195.99: 128 bits classically by both and against quantum attacks by the first. By the second's quantum model, cost being about proportional to
 * N / log q, it is 116 and 105 bits. Counted as NIST's candidates are, by core-SVP without what a sieve takes besides, it is 127 and 110 bits classically, where ML-KEM-768 has 182.
 * libs/mpc/src/ahe/estimate.spec.ts computes the estimates of the standard and of core-SVP.
 *
 * `slots`: products of words by the Chinese remainder theorem over all six slot primes, whose product exceeds 2^172. The two of a set also divide its q. `words`: T = 2^64.
 */
export const aheSets = {
  slots: [
    slots('slots a', 451_362_817, 450_428_929),
    slots('slots b', 451_215_361, 450_543_617),
    slots('slots c', 451_084_289, 450_969_601),
  ],
  words: {
    name: 'words', degree: 8192, primes: [268_369_921, 268_271_617, 268_238_849, 268_189_697, 268_091_393, 268_042_241, 267_943_937], slotPrimes: 0, bodyBits: 66, maskBits: 75,
  },
} as const satisfies Record<string, AheParameters | readonly AheParameters[]>;

/** Largest log q for N = 8192, ternary secrets and 128 bits: the lower of both classical columns, and the quantum one of the standard. */
export const largestLogQ = { classical: 214, quantum: 202 } as const;

/** σ² of the errors. */
export const errorVariance = 21 / 2;
/** No error is larger. */
export const errorBound = 21;
