import { answerBodyBytes, answerBytes } from '#program/plans';
import { type Coins } from './coins.js';
import { type PublicKey } from './keys.js';
import { type Scheme, slackBytes } from './scheme.js';

/** Which coefficients of an answer the owner needs. */
export interface Needed {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

export const allOf = ({ degree }: Scheme): Needed => ({ start: 0, step: 1, count: degree });

/** Polynomials modulo q, residue after residue: Σ c_0·y and Σ c_1·y, first transformed, in the end as `finish` takes them. */
export interface Sums {
  readonly body: number;
  readonly mask: number;
}

/** Adds a fresh encryption of 0: c += pk·u + (0, e_1). */
export class Rerandomiser {
  readonly #u: number;
  readonly #error: number;
  readonly #poly: number;
  readonly #key: number;
  readonly #offsets: number;

  /** Takes regions that last as long as the `within` that this is called in. */
  constructor(readonly scheme: Scheme, readonly key: PublicKey, coins: Coins) {
    const { memory, ring, degree } = scheme;
    this.#u = coins.ternary(memory, degree);
    this.#error = coins.errors(memory, degree);
    this.#poly = memory.take(ring.polyBytes);
    this.#key = memory.take(ring.polyBytes);
    this.#offsets = memory.take(8);
    new Uint32Array(memory.bytes.buffer, this.#offsets, 2).set([this.#poly, this.#key]);
  }

  /** Does so modulo prime number `limb`, at offsets of that one residue, after which both sums are taken back, ready for `finish`. */
  add(limb: number, { body, mask }: Sums): void {
    const { memory, ring, moduli, degree } = this.scheme;
    const { prime, cofactor } = moduli[limb]!;
    ring.clear(this.#poly);
    memory.kernels.residueAddSmall(this.#poly, this.#u, degree, prime);
    ring.forward(prime, this.#poly);
    for (const [sum, part] of [[body, this.key.body], [mask, this.key.mask]] as const) {
      memory.bytes.set(part.subarray(limb * ring.polyBytes, (limb + 1) * ring.polyBytes), this.#key);
      memory.kernels.residueDot(sum, this.#offsets, this.#offsets + 4, 1, degree, prime);
    }
    ring.inverse(prime, body, cofactor);
    ring.inverse(prime, mask, 1n);
    memory.kernels.residueAddSmall(mask, this.#error, degree, prime);
    memory.kernels.residueScale(mask, degree, prime, Number(cofactor));
  }

  wipe(): void {
    for (const secret of [this.#u, this.#error, this.#poly]) this.scheme.ring.clear(secret);
  }
}

/**
 * The answer d'_0 ‖ d'_1: the sums, to whose needed coefficients the words at `masks` (T = 2^64 only) are added, flooded and rounded. Everything is in the sums by then: u, and r where
 * plaintexts are slots. Written to `answer`, of `answerBytes`.
 */
export function finishInto(answer: Uint8Array, scheme: Scheme, coins: Coins, sums: Sums, needed: Needed, masks?: number): void {
  const { memory, ring, moduli, degree, parameters: { bodyBits, maskBits } } = scheme;
  memory.within(() => {
    const { kernels } = memory;
    const constants = memory.put(new Uint8Array(scheme.fractionConstants.buffer));
    const fractions = memory.take(16 * degree);
    const packed = memory.take(16 * degree + slackBytes);
    kernels.fractions(fractions, sums.body, ring.polyBytes, moduli.length, needed.start, needed.step, needed.count, constants);
    // Δ·r/q = r/2^64
    if (masks !== undefined) kernels.fractionAdd(fractions, masks, 64, needed.count);
    // U has 64 bits below 2^-w_0, or as many as there are.
    kernels.fractionAdd(fractions, coins.draw(memory, 8 * needed.count), 64 - bodyBits, needed.count);
    kernels.fractionPack(packed, fractions, needed.count, bodyBits, 0);
    const bodyBytes = answerBodyBytes(scheme.parameters, needed.count);
    answer.set(memory.bytes.subarray(packed, packed + bodyBytes));
    kernels.fractions(fractions, sums.mask, ring.polyBytes, moduli.length, 0, 1, degree, constants);
    kernels.fractionPack(packed, fractions, degree, maskBits, 1);
    answer.set(memory.bytes.subarray(packed, packed + (maskBits * degree) / 8), bodyBytes);
    memory.bytes.fill(0, fractions, fractions + 16 * degree);
  });
}

/** The same, in memory of its own. */
export function finish(scheme: Scheme, coins: Coins, sums: Sums, needed: Needed, masks?: number): Uint8Array {
  const answer = new Uint8Array(answerBytes(scheme.parameters, needed.count));
  finishInto(answer, scheme, coins, sums, needed, masks);
  return answer;
}
