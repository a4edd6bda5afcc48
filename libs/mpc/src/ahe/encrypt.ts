import { type Coins } from './coins.js';
import { type SecretKey } from './secret-key.js';
import { type Mask } from './masks.js';
import { type Scheme, slackBytes } from './scheme.js';

/** Where the residues of prime number `limb` of a ciphertext lie, and how many bytes they take. */
function packedAt({ moduli, degree }: Scheme, limb: number): { readonly from: number; readonly bytes: number } {
  const bytesOf = (bits: number): number => (bits * degree) / 8;
  return { from: moduli.slice(0, limb).reduce((sum, { bits }) => sum + bytesOf(bits), 0), bytes: bytesOf(moduli[limb]!.bits) };
}

/**
 * c_0 for c_1 = a of `mask` and the plaintext in the degree words at `words`, or 0. Words are slots where T has slot primes (number i is the plaintext's value at the root
 * that the transform puts at i), or coefficients. Written to `ciphertext`, of `ciphertextBytes`.
 */
export function encryptInto(ciphertext: Uint8Array, scheme: Scheme, key: SecretKey, coins: Coins, mask: Mask, words?: number): void {
  const { memory, ring, moduli, degree, slotPrimes } = scheme;
  const inSlots = slotPrimes[0] !== 0;
  memory.within(() => {
    const error = coins.errors(memory, degree);
    const rest = words === undefined || inSlots ? undefined : roundAtRandom(scheme, coins, words, error);
    const [body, a, key32, offsets] = [memory.take(ring.polyBytes), memory.take(ring.polyBytes), memory.take(ring.polyBytes), memory.put(new Uint8Array(8))];
    new Uint32Array(memory.bytes.buffer, offsets, 2).set([a, key32]);
    const packed = memory.take(ring.polyBytes + slackBytes);
    moduli.forEach(({ prime, bits, plaintext }, i) => {
      ring.clear(body);
      memory.kernels.residueAddSmall(body, error, degree, prime);
      if (rest !== undefined) memory.kernels.residueAddWords(body, rest, degree, prime, plaintext);
      ring.forward(prime, body);
      // Δ is 0 modulo the other primes of q.
      if (words !== undefined && inSlots && plaintext !== 0) memory.kernels.residueAddWords(body, words, degree, prime, plaintext);
      mask.next(a);
      key.put(scheme, i, key32);
      memory.kernels.residueDot(body, offsets, offsets + 4, 1, degree, prime);
      memory.kernels.residuePack(packed, body, degree, bits);
      const { from, bytes } = packedAt(scheme, i);
      ciphertext.set(memory.bytes.subarray(packed, packed + bytes), from);
    });
    for (const secret of [error, body, key32]) memory.bytes.fill(0, secret, secret + ring.polyBytes);
    if (rest !== undefined) memory.bytes.fill(0, rest, rest + 8 * degree);
  });
}

/** The same, in memory of its own. */
export function encrypt(scheme: Scheme, key: SecretKey, coins: Coins, mask: Mask, words?: number): Uint8Array {
  const ciphertext = new Uint8Array(scheme.ciphertextBytes);
  encryptInto(ciphertext, scheme, key, coins, mask, words);
  return ciphertext;
}

/** q·x mod 2^64, at a fresh region: (q·x − that)/2^64 is q·x/2^64 rounded, and `error` takes what rounding at random adds. */
function roundAtRandom({ memory, degree, qWord }: Scheme, coins: Coins, words: number, error: number): number {
  const rest = memory.take(8 * degree);
  memory.bytes.fill(0, rest, rest + 8 * degree);
  memory.within(() => {
    memory.kernels.multiplyAdd(rest, words, memory.put(qWord), 0, degree);
    memory.kernels.smallRounding(error, rest, coins.draw(memory, 8 * degree), degree);
  });
  return rest;
}

/** Writes the residues modulo prime number `limb` of a ciphertext's body; false when one of them is no residue. */
export function readBody(scheme: Scheme, ciphertext: Uint8Array, limb: number, poly: number): boolean {
  const { memory, moduli, degree } = scheme;
  const { prime, bits } = moduli[limb]!;
  const { from, bytes } = packedAt(scheme, limb);
  return memory.within(() => {
    const packed = memory.put(ciphertext.subarray(from, from + bytes));
    memory.take(slackBytes);
    return memory.kernels.residueUnpack(poly, packed, degree, bits, prime) === 1;
  });
}

/** Both parts, transformed, prime after prime. */
export interface Ciphertext {
  readonly body: Uint8Array;
  readonly mask: Uint8Array;
}

/** A whole ciphertext, out of the kernels' memory; undefined when it is malformed. */
export function readCiphertext(scheme: Scheme, ciphertext: Uint8Array, mask: Mask): Ciphertext | undefined {
  const { memory, ring, moduli, elementBytes } = scheme;
  const read = { body: new Uint8Array(elementBytes), mask: new Uint8Array(elementBytes) };
  const wellFormed = memory.within(() => {
    const [body, a] = [memory.take(ring.polyBytes), memory.take(ring.polyBytes)];
    return moduli.map((_, i) => {
      const reduced = readBody(scheme, ciphertext, i, body);
      mask.next(a);
      read.body.set(memory.bytes.subarray(body, body + ring.polyBytes), i * ring.polyBytes);
      read.mask.set(memory.bytes.subarray(a, a + ring.polyBytes), i * ring.polyBytes);
      return reduced;
    }).every((reduced) => reduced);
  });
  return wellFormed ? read : undefined;
}
