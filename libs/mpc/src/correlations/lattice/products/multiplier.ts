import { type Scheme, inverse } from '../../../ahe/index.js';

/** A plaintext y to multiply ciphertexts with. Offsets; secret. */
export interface Multiplier {
  /** Its coefficients, signed and at most T/2. */
  readonly coefficients: number;
  /** Modulo the slot primes, where it is its slots when transformed; times 2^32. */
  readonly slots: readonly [number, number];
}

/** From slots, at fresh regions. */
export function multiplier({ memory, ring, moduli, degree, slotPrimes }: Scheme, words: number): Multiplier {
  const slots = [ring.zero(), ring.zero()] as const;
  const coefficients = memory.take(8 * degree);
  memory.within(() => {
    const [first, second] = slots.map((slot, j) => {
      const { prime, montgomery } = moduli[j]!;
      memory.kernels.residueAddWords(slot, words, degree, prime, montgomery);
      const poly = memory.take(ring.polyBytes);
      memory.bytes.copyWithin(poly, slot, slot + ring.polyBytes);
      ring.inverse(prime, poly, inverse(BigInt(montgomery) * BigInt(slotPrimes[1 - j]!), prime));
      return poly;
    });
    memory.kernels.combinePair(coefficients, first!, second!, degree, ...slotPrimes);
  });
  return { coefficients, slots };
}

/** Where its residues modulo prime number `limb` times 2^32 lie, transformed: at `poly` unless they are slots. */
export function multiplierLimb({ memory, ring, moduli, degree }: Scheme, { coefficients, slots }: Multiplier, limb: number, poly: number): number {
  const slot = slots[limb];
  if (slot !== undefined) return slot;
  const { prime, montgomery } = moduli[limb]!;
  ring.clear(poly);
  memory.kernels.residueAddWords(poly, coefficients, degree, prime, montgomery);
  ring.forward(prime, poly);
  return poly;
}
