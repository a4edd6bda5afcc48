import { product } from '#program/plans';

/** What is worked out once for each set of parameters; nothing here is secret, and nothing is in a loop over data. */

export const modulo = (value: bigint, prime: number): number => Number(((value % BigInt(prime)) + BigInt(prime)) % BigInt(prime));

export function power(base: bigint, exponent: bigint, prime: number): bigint {
  const p = BigInt(prime);
  let [result, square] = [1n, BigInt(modulo(base, prime))];
  for (let e = exponent; e > 0n; e >>= 1n, square = (square * square) % p) if (e & 1n) result = (result * square) % p;
  return result;
}

/** 1/value modulo a prime. */
export const inverse = (value: bigint, prime: number): bigint => power(value, BigInt(prime) - 2n, prime);

/** A root of X^degree + 1: both ends must find the same one. */
export function rootOf(degree: number, prime: number): number {
  const exponent = (BigInt(prime) - 1n) / BigInt(2 * degree);
  for (let g = 2n; ; g++) {
    const root = power(g, exponent, prime);
    if (power(root, BigInt(degree), prime) === BigInt(prime) - 1n) return Number(root);
  }
}

/** The kernels' form of a constant: five words of 31 bits. */
export const in31Bits = (constant: bigint): number[] => Array.from({ length: 5 }, (_, i) => Number((constant >> BigInt(31 * i)) & 0x7fff_ffffn));

/** Fractions x_i/p_i of 155 bits. */
export const fractionConstants = (primes: readonly number[]): Uint32Array => Uint32Array.from(primes.flatMap((prime) => in31Bits(2n ** 155n / BigInt(prime))));

/** For `integers`: from residues times p_i/P to the integer between −P/2 and P/2. */
export function integerConstants(primes: readonly number[]): Uint32Array {
  const all = product(primes);
  const places = primes.map((prime) => 2n ** 60n / BigInt(prime));
  return Uint32Array.from([
    ...places.flatMap((place) => [Number(place & 0xffff_ffffn), Number(place >> 32n)]),
    ...primes.flatMap((prime) => in31Bits(all / BigInt(prime))),
    ...in31Bits(2n ** 155n - all),
  ]);
}

/** (P/p)^(−1) modulo p, for p one of `primes` and P their product. */
export const cofactorInverse = (primes: readonly number[], prime: number): bigint => inverse(product(primes) / BigInt(prime), prime);
