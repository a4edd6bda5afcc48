import { answerBodyBytes } from '#program/plans';
import { type Needed } from './answer.js';
import { type SecretKey } from './secret-key.js';
import { type Scheme, slackBytes } from './scheme.js';

/** The needed coefficients of an answer's plaintext, in [0, T), as words at a fresh region. Secret. */
export function decrypt(scheme: Scheme, key: SecretKey, answer: Uint8Array, needed: Needed): number {
  const { memory, ring, degree, parameters: { bodyBits, maskBits } } = scheme;
  const words = memory.take(8 * needed.count);
  memory.within(() => {
    const { kernels } = memory;
    const [low, high] = [memory.take(8 * degree), memory.take(8 * degree)];
    const bodyBytes = answerBodyBytes(scheme.parameters, needed.count);
    unpack(scheme, low, high, answer.subarray(bodyBytes), degree, maskBits);
    const limbs = timesSecret(scheme, key, low, high);
    const products = memory.take(16 * needed.count);
    const constants = memory.put(new Uint8Array(scheme.decryptionConstants.buffer));
    kernels.integers(products, limbs, ring.polyBytes, scheme.decryptionModuli.length, needed.start, needed.step, needed.count, constants);
    unpack(scheme, low, high, answer.subarray(0, bodyBytes), needed.count, bodyBits);
    kernels.fractionDecode(words, low, high, bodyBits, products, maskBits, ...scheme.slotPrimes, needed.count);
    memory.bytes.fill(0, limbs, products + 16 * needed.count);
  });
  return words;
}

function unpack({ memory }: Scheme, low: number, high: number, source: Uint8Array, count: number, bits: number): void {
  memory.within(() => {
    const packed = memory.put(source);
    memory.take(slackBytes);
    memory.kernels.integerUnpack(low, high, packed, count, bits);
  });
}

/** d'_1·s over the integers, by enough primes, each residue times its (P/p)^(−1); at a fresh region. */
function timesSecret(scheme: Scheme, key: SecretKey, low: number, high: number): number {
  const { memory, ring, degree, decryptionModuli } = scheme;
  const limbs = ring.zeros(decryptionModuli.length);
  memory.within(() => {
    const [mask, key32, offsets] = [memory.take(ring.polyBytes), memory.take(ring.polyBytes), memory.take(8)];
    new Uint32Array(memory.bytes.buffer, offsets, 2).set([mask, key32]);
    decryptionModuli.forEach(({ prime, limb, montgomery, negatedCofactor }, i) => {
      const product = limbs + i * ring.polyBytes;
      ring.clear(mask);
      memory.kernels.residueAddWords(mask, low, degree, prime, 1);
      memory.kernels.residueAddWords(mask, high, degree, prime, montgomery);
      ring.forward(prime, mask);
      key.put(scheme, limb, key32);
      memory.kernels.residueDot(product, offsets, offsets + 4, 1, degree, prime);
      ring.inverse(prime, product, negatedCofactor);
    });
    memory.bytes.fill(0, key32, key32 + ring.polyBytes);
  });
  return limbs;
}
