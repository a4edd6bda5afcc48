import { type Randomness } from '../channel/index.js';
import { Coins } from './coins.js';
import { type Scheme } from './scheme.js';

/** The owner's key: −s·2^32, transformed, prime after prime. Secret. */
export class SecretKey {
  readonly #negated: Uint8Array;

  constructor(negated: Uint8Array) {
    this.#negated = negated;
  }

  /** Writes the residues modulo prime number `limb` to the kernels' memory. */
  put({ memory, ring: { polyBytes } }: Scheme, limb: number, poly: number): void {
    memory.bytes.set(this.#negated.subarray(limb * polyBytes, (limb + 1) * polyBytes), poly);
  }

  wipe(): void {
    this.#negated.fill(0);
  }
}

/** A fresh key. Secret. */
export function makeSecretKey({ memory, ring, moduli, degree, elementBytes }: Scheme, randomness: Randomness): SecretKey {
  return memory.within(() => {
    const small = new Coins(randomness).ternary(memory, degree);
    const limbs = ring.zeros(moduli.length);
    moduli.forEach(({ prime, montgomery }, i) => {
      const limb = limbs + i * ring.polyBytes;
      memory.kernels.residueAddSmall(limb, small, degree, prime);
      ring.forward(prime, limb);
      memory.kernels.residueScale(limb, degree, prime, prime - montgomery);
    });
    const key = new SecretKey(memory.bytes.slice(limbs, limbs + elementBytes));
    memory.bytes.fill(0, small, small + 4 * degree);
    memory.bytes.fill(0, limbs, limbs + elementBytes);
    return key;
  });
}
