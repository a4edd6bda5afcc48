import { createHash } from 'node:crypto';
import { type Binding, boundHash, counters, domain, lengthPrefixed } from '../../channel/index.js';
import { baseOtFlow, keyBytes, layout } from './flow.js';

/** Three polynomials of 256 coefficients in [0, q), as FIPS 203 has them for ML-KEM-768. */
export type Vector = Uint16Array;

const q = 3329;
export const coefficients = 768;
const shakeBlockBytes = 168;
/** 768 coefficients need 945 candidates of 12 bits on average; these 1,232 fall short with probability below 2^-170. */
const candidateBytes = 11 * shakeBlockBytes;
const candidates = (candidateBytes / 3) * 2;

/** FIPS 203 ByteDecode12, or undefined when a coefficient is not reduced; reduced ones take one path, as t̂ is secret until it is masked. */
export function decode(bytes: Uint8Array): Vector | undefined {
  const vector = new Uint16Array(coefficients);
  let reduced = true;
  for (let i = 0, at = 0; i < coefficients; i += 2, at += 3) {
    const first = bytes[at]! | ((bytes[at + 1]! & 15) << 8);
    const second = (bytes[at + 1]! >> 4) | (bytes[at + 2]! << 4);
    vector[i] = first;
    vector[i + 1] = second;
    reduced = reduced && first < q && second < q;
  }
  return reduced ? vector : undefined;
}

/** FIPS 203 ByteEncode12. */
export function encode(vector: Vector): Uint8Array {
  const bytes = new Uint8Array(layout.vectorBytes);
  for (let i = 0, at = 0; i < coefficients; i += 2, at += 3) {
    const first = vector[i]!;
    const second = vector[i + 1]!;
    bytes[at] = first;
    bytes[at + 1] = (first >> 8) | (second << 4);
    bytes[at + 2] = second >> 4;
  }
  return bytes;
}

export function add(left: Vector, right: Vector): Vector {
  const sum = new Uint16Array(coefficients);
  for (let i = 0; i < coefficients; i++) sum[i] = reduce(left[i]! + right[i]! - q);
  return sum;
}

export function subtract(left: Vector, right: Vector): Vector {
  const difference = new Uint16Array(coefficients);
  for (let i = 0; i < coefficients; i++) difference[i] = reduce(left[i]! - right[i]!);
  return difference;
}

/** From (−q, q) to [0, q) without a branch: t̂ is secret until it is masked. */
const reduce = (value: number): number => value + (q & (value >> 31));

/** H(i, branch, other): uniform coefficients, by rejection from SHAKE-128. */
export function mask(binding: Binding, index: number, branch: number, other: Uint8Array): Vector {
  return uniform(lengthPrefixed(domain(baseOtFlow.protocol, 'mask', binding), counters(index, branch), other));
}

/**
 * Uniform coefficients from `seed`: 12-bit candidates below q, in order. Which of two public masks a receiver expands is its choice, so
 * all candidates are looked at, whenever enough were found, and without a branch.
 */
export function uniform(seed: Uint8Array): Vector {
  const stream = createHash('shake128', { outputLength: candidateBytes }).update(seed).digest();
  const accepted = new Uint16Array(candidates);
  let found = 0;
  for (let at = 0; at < candidateBytes; at += 3) {
    const first = stream[at]! | ((stream[at + 1]! & 15) << 8);
    const second = (stream[at + 1]! >> 4) | (stream[at + 2]! << 4);
    accepted[found] = first;
    found += (first - q) >>> 31;
    accepted[found] = second;
    found += (second - q) >>> 31;
  }
  if (found < coefficients) throw new Error('SHAKE-128 gave too few coefficients');
  return accepted.slice(0, coefficients);
}

/** RO(i, branch, shared secret): 16 bytes. */
export function keyOf(binding: Binding, index: number, branch: number, sharedSecret: Uint8Array): Uint8Array {
  return boundHash(baseOtFlow.protocol, 'key', binding, counters(index, branch), sharedSecret).subarray(0, keyBytes);
}
