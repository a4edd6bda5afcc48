import { seedBytes } from '../transfers/blocks.js';
import { type AheParameters, aheSets } from './parameters.js';

export const product = (factors: readonly number[]): bigint => factors.reduce((result, factor) => result * BigInt(factor), 1n);

/** A ciphertext without its seed. */
export const ciphertextBytes = ({ degree, primes }: AheParameters): number => primes.reduce((sum, prime) => sum + ((32 - Math.clz32(prime)) * degree) / 8, 0);

/** An answer of which `coefficients` are needed. */
export const answerBytes = (parameters: AheParameters, coefficients: number): number => answerBodyBytes(parameters, coefficients) + (parameters.maskBits * parameters.degree) / 8;

export const answerBodyBytes = ({ bodyBits }: AheParameters, coefficients: number): number => Math.ceil((bodyBits * coefficients) / 8);

/** What a lattice is set up for: elementwise products, or products of matrices. */
export type LatticeKind = 'products' | 'matrix';

export const setsOf = (kind: LatticeKind): readonly (typeof aheSets.slots[number] | typeof aheSets.words)[] => (kind === 'products' ? aheSets.slots : [aheSets.words]);

/** The public keys of one direction: a seed, and a ciphertext for each scheme. */
export const latticeKeyBytes = (kind: LatticeKind): number => setsOf(kind).reduce((sum, set) => sum + ciphertextBytes(set), seedBytes);
