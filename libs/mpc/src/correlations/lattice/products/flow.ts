/**
 * Shares of sums of products in Z_2^64, by lattices
 *
 * Afterwards the sender, who put in f words x_i (f = 1 or 2), and the receiver, who put in f words y_i, hold uniform s and r with s + r = Σ x_i·y_i in Z_2^64, per
 * element. Two factors are both cross terms of a Beaver triple: x = (a_0, b_0) meets y = (b_1, a_1).
 *
 * Paper       Additively homomorphic products as in Keller, Pastro, Rotaru: Overdrive. EUROCRYPT 2018, ePrint 2017/1230, §3 (Low Gear), semi-honest, over the
 *             integers. Slots: Smart, Vercauteren (DCC 2014, ePrint 2011/133).
 * Realises    n sums of f products of private words, with keys set up (`../keys`).
 * Security    semi-honest, static. Of x: IND-CPA of the scheme. Of y: what the receiver's mask r̂ leaves, 2^-45 per element, and what an answer tells beside its
 *             plaintext, 2^-40 for each of the three answers of a batch (libs/program/src/traffic/lattice/noise.ts). These add up over a session: n elements tell y from uniform with
 *             advantage at most n·2^-44.8, 2^-25 for a million (what 2^-40 would take: ADR 9).
 * Assumptions those of the scheme (`../../../ahe/scheme.ts`).
 * Cost        Per batch of 8,192 elements, begun ones included: 1 message of 16 + f·546,816 bytes from the sender, and 1 of 396,288 bytes from the receiver. For f = 2:
 *             181.9 bytes per triple. 2 messages in sequence; 4 batches are under way at a time. The receiver does 54 + 18·f transforms per batch, the sender 24 + 18·f.
 * Notation    t_j   primes     j = 1 … 6      two for each of three schemes, product T > 2^172
 *             x, y  words      signed         |x|, |y| ≤ 2^63: z = Σ x_i·y_i has |z| ≤ 2^127
 *             r̂     mask       172 bits       uniform in an interval of length 2^172; its lowest word is −r
 *             v     sum        z + r̂          |v| < 2^171 + 2^129 < T/2: it does not wrap
 * Deviations  1. Overdrive's triples are over a field, where a uniform mask hides all; here z is an integer, so the mask is wide, and v mod 2^64 is the share.
 *             2. All three schemes have keys of their own.
 *
 *     sender(x_1 … x_f)                                              receiver(y_1 … y_f)
 *     for each batch:
 *     1. query: seed ‖ Enc(x_i mod t_j), for all schemes and i   ───────▶
 *     2.                                                             r̂ ← uniform;  c = Σ Enc(x_i)·y_i + r̂ mod t_j
 *                    ◀───────   answer: c, re-randomised, flooded and rounded, for all schemes
 *        v from v mod t_j;  s = v mod 2^64                           r = −r̂ mod 2^64
 */
import { slotCount } from '#program/plans';
import { defineFlow } from '../../../channel/index.js';

export { batchesAhead, productBatches, productsAnswerBytes, productsQueryBytes, slotCount } from '#program/plans';

export const productsFlow = defineFlow({
  protocol: 'lattice-products/1',
  roles: ['sender', 'receiver'],
  arrows: [{ from: 'sender', message: 'query' }, { from: 'receiver', message: 'answer' }],
});

/** r̂ has so many bits. */
export const maskBits = 172;

const maxFactors = 2;

/** Both ends' check of what they were called with: how many elements there are. */
export function elementsOf(factors: readonly BigUint64Array[]): number {
  const [first] = factors;
  if (!first || factors.length > maxFactors || factors.some(({ length }) => length !== first.length)) throw new RangeError(`products take 1 or ${maxFactors} factors of one length`);
  return first.length;
}

/** Polynomials' worth of kernels' memory that a batch takes on either side, and more. */
const passingPolys = 64;
export const productsMemoryBytes = passingPolys * 4 * slotCount;
