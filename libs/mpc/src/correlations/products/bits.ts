/**
 * Shares of bitwise products
 *
 * Afterwards the sender, who put in words x, and the receiver, who put in words y, hold uniform s and r with s ⊕ r = x ∧ y.
 *
 * Paper       Goldreich, Micali, Wigderson (STOC 1987) with transfers preprocessed as in Beaver (CRYPTO 1995); the one-bit
 *             correlated form of Asharov, Lindell, Schneider, Zohner, CCS 2013, ePrint 2013/552, §5.
 * Realises    n products of private bits, in the correlated-transfer hybrid model.
 * Security    semi-honest, static; perfect given the transfers' pads.
 * Assumptions those of the transfers (`../../ot`).
 * Cost        Per batch of m words: the corrections of 64·m transfers from the receiver (SoftSpoken, k = 4: 256·m bytes; Ferret: 8·m; m rounded
 *             up to even), then 1 message of 8·m bytes from the sender. 2 messages; 264 or 16 bytes per word in sum.
 * Notation    r0,r1 pads       lowest bits of H(q), H(q ⊕ Δ), 64 of them to a word
 *             d     payload    r0 ⊕ r1 ⊕ x
 * Deviations  none.
 *
 *     sender(x)                                                      receiver(y)
 *     1.             ◀───────   corrections (transfers)              choices are the bits of y
 *     2.             payload: d = r0 ⊕ r1 ⊕ x              ───────▶
 *        s = r0                                                      r = pad ⊕ (y ∧ d)
 */
import { bitProductsBytes } from '#program/plans';
import { type ProductKind } from './kind.js';
import { productFlow } from './flow.js';

export const bitProducts: ProductKind = {
  flow: productFlow('bit-products/1'),
  payloadBytes: bitProductsBytes,
  send: ({ kernels }, { pads0, pads1, x, payload, shares, count }) => kernels.bitSend(pads0, pads1, x, payload, shares, count),
  receive: ({ kernels }, { pads, y, payload, shares, count }) => kernels.bitReceive(pads, y, payload, shares, count),
};
