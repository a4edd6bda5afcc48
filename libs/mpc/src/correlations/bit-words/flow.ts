/**
 * Shares of products of a word and a bit
 *
 * Afterwards the sender, who put in words x, and the receiver, who put in bits y, hold uniform s and r with s + r = y·x in Z_2^64.
 *
 * Paper       Gilboa (CRYPTO 1999), one bit of it; correlated transfers as in Asharov, Lindell, Schneider, Zohner, CCS 2013, ePrint 2013/552, §5.
 * Realises    n products of a private word and a private bit, in the correlated-transfer hybrid model.
 * Security    semi-honest, static; perfect given the transfers' pads.
 * Assumptions those of the transfers (`../../ot`).
 * Cost        Per batch of m products: the corrections of m transfers from the receiver (m rounded up to 128; SoftSpoken, k = 4: 4·m bytes; Ferret:
 *             m/8), then 1 message of 8·m bytes from the sender.
 * Notation    r0,r1 pads       64 bits    H(q), H(q ⊕ Δ) of a transfer
 *             d     payload    r0 − r1 + x
 * Deviations  none.
 *
 *     sender(x)                                                      receiver(y)
 *     1.             ◀───────   corrections (transfers)              choices are y
 *     2.             payload: d = r0 − r1 + x              ───────▶
 *        s = −r0                                                     r = pad + y·d
 */
import { defineFlow } from '../../channel/index.js';
import { columnsFor } from '../../ot/index.js';

export const bitWordFlow = defineFlow({ protocol: 'bit-words/1', roles: ['sender', 'receiver'], arrows: [{ from: 'sender', message: 'payload' }] });

export { bitWordBytes } from '#program/plans';

/** The kernels' memory that a batch takes on top of the transfers'. */
export const bitWordMemoryBytes = (products: number): number => (products === 0 ? 0 : 5 * 8 * columnsFor(products) + 1024);
