/**
 * Shares of products in Z_2^64 (Gilboa)
 *
 * Afterwards the sender, who put in x, and the receiver, who put in y, hold uniform s and r with s + r = x·y in Z_2^64, per element.
 *
 * Paper       Gilboa: Two party RSA key generation. CRYPTO 1999, §4.1; over Z_2^ℓ with shrinking widths as in Demmler,
 *             Schneider, Zohner: ABY. NDSS 2015, §III-A (correlated transfers in place of chosen ones).
 * Realises    n products of private factors, in the correlated-transfer hybrid model.
 * Security    semi-honest, static; perfect given the transfers' pads.
 * Assumptions those of the transfers (`../../ot`).
 * Cost        Per batch of m products: the corrections of 64·m transfers from the receiver (SoftSpoken, k = 4: 256·m bytes; Ferret: 8·m; m rounded
 *             up to even), then 1 message of 260·m bytes from the sender. 2 messages; 516 or 268 bytes per product in sum.
 * Notation    i     bit        0 … 63     a bit of y, and the number of a transfer within its product
 *             r0,r1 pads       64 bits    H(q), H(q ⊕ Δ) of a transfer
 *             d     payload    64−i bits  what turns r1 into r0 + x
 * Deviations  none.
 *
 *     sender(x)                                                      receiver(y)
 *     1.             ◀───────   corrections (transfers)              choices are the bits of y
 *     2. d_i = r0_i − r1_i + x mod 2^(64−i)
 *                    payload: d_i, for all i and products ───────▶
 *        s = −Σ 2^i·r0_i                                             r = Σ 2^i·(pad_i + y_i·d_i)
 */
import { gilboaBytes } from '#program/plans';
import { type ProductKind } from './kind.js';
import { productFlow } from './flow.js';

export const gilboa: ProductKind = {
  flow: productFlow('gilboa/1'),
  payloadBytes: gilboaBytes,
  send: ({ kernels }, { pads0, pads1, x, payload, shares, count }) => kernels.gilboaSend(pads0, pads1, 8, 8 * 64, x, payload, shares, count),
  receive: ({ kernels }, { pads, y, payload, shares, count }) => kernels.gilboaReceive(pads, 8, 8 * 64, y, 8, payload, shares, count),
};
