/**
 * Shares of a matrix times a vector in Z_2^64
 *
 * Afterwards the sender, who put in a matrix A of m rows and k columns, and the receiver, who put in k words y, hold uniform s and r
 * with s + r = A·y, m words each.
 *
 * Paper       Gilboa (see `../products/gilboa.ts`), one transfer per bit of y for a whole column of A: the vector form of
 *             Boyle, Couteau, Gilboa, Ishai: Compressing vector OLE. CCS 2018, ePrint 2019/273, §1.
 * Realises    one product of a private matrix and a private vector, in the correlated-transfer hybrid model.
 * Security    semi-honest, static; computational in the streams: a transfer's pad is the AES-128 keystream under its random string.
 * Assumptions those of the transfers (`../../ot`).
 * Cost        The corrections of 64·k transfers (SoftSpoken, depth 4: 256·k bytes; Ferret: 8·k; k rounded up to even), then 260·m·k bytes from the
 *             sender in ⌈m / 16,384⌉ messages per column, all in one direction. 2 messages in sequence.
 * Notation    j     column     0 … k−1    of A, and the word of y that it meets
 *             i     bit        0 … 63     of y_j
 *             P0,P1 pads       m words    keystreams under the strings of random transfer 64·j + i (`../../ot/random`)
 * Deviations  none.
 *
 *     sender(A)                                                      receiver(y)
 *     1.             ◀───────   corrections (transfers)              choices are the bits of all y_j
 *     for each column j:
 *     2. d_i = P0_i − P1_i + A_j mod 2^(64−i), for all rows
 *                    payload: d_i, for all i and rows  ───────▶
 *        s −= Σ 2^i·P0_i                                             r += Σ 2^i·(P_i + y_j,i·d_i)
 */
import { gilboaBytes, ranges } from '#program/plans';
import { defineFlow } from '../../channel/index.js';

export const matrixFlow = defineFlow({ protocol: 'matrix-gilboa/1', roles: ['sender', 'receiver'], arrows: [{ from: 'sender', message: 'payload' }] });

/** Rows of one pass through the kernels. */
const passRows = 1024;

/** The kernels' memory that a pass takes, on either side. */
export const matrixMemoryBytes = 2 * 64 * 8 * passRows + gilboaBytes(passRows) + 4 * 8 * passRows;

export const passesOf = (rows: number): (readonly [number, number])[] => ranges(rows, passRows);
