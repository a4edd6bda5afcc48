/**
 * One pseudorandom function for each of m bins, evaluated by the receiver at one point
 *
 * Afterwards the receiver, who put in a point x_j for every bin j, holds F_j(x_j); the sender can evaluate every F_j anywhere, and has done so at the
 * points that it put in.
 *
 * Paper       Kolesnikov, Kumaresan, Rosulek, Trieu: Efficient batched oblivious PRF with applications to private set intersection. CCS 2016,
 *             ePrint 2016/799, Fig. 2; the code as in its §4.3.
 * Realises    m instances of a related-key oblivious PRF with one query each.
 * Security    semi-honest, static; 128 bits. A receiver that knows t_j can tell F_j(x) for x ≠ x_j from random only by guessing (C(x) ⊕ C(x_j)) ∧ s,
 *             which has as many unknown bits as the code words differ in: fewer than 128 of 448 with probability 2^-66.5 for one pair, so 2^-40 for up to
 *             2^26 points of the sender.
 * Assumptions SHAKE-256 as a 448-bit correlation robust hash, AES-128 as a pseudorandom permutation for the code, those of the transfers. Symmetric but for the
 *             base transfers (K-PKE): post-quantum.
 * Cost        Set-up: 128 base transfers, SoftSpoken's trees (4,096 bytes) and 512 transfers (2,048 bytes), 3 messages. Each batch of at most 65,536
 *             bins: 1 message of 56 bytes for each bin. 168 or 112 bytes of keystream for a bin, a SHAKE-256 call for each bin and each point.
 * Notation    w      width        448          bits of a code word; 512 are kept in memory, the last 64 zeros
 *             s      choices      w bits       the sender's secret
 *             C      code         w bits       AES_k0(x) ‖ … ‖ AES_k3(x), cut to w
 *             T,T′   rows         w bits       row j of what the two seeds of every transfer expand to
 *             u      corrections  w bits       T_j ⊕ T′_j ⊕ C(x_j)
 *             q      rows         w bits       T_j ⊕ (C(x_j) ∧ s)
 * Deviations  1. The w transfers of seeds are extended from 128, which sends a quarter of w base transfers for one message more.
 *             2. Corrections are sent by rows, in the order of the bins, so that the code is not transposed.
 *
 *     sender(points)                                                 receiver(x_0 … x_m−1)
 *     0. holds seeds k_(i,s_i)                                       holds seeds k_(i,0), k_(i,1) of w transfers
 *     for each batch of bins:
 *     1.                                                             T, T′ from the seeds;  u_j = T_j ⊕ T′_j ⊕ C(x_j)
 *                    ◀───────   corrections: u_j, for all bins j
 *     2. q_j = row j of the seeds ⊕ (u_j ∧ s)
 *        F_j(x) = H(j, q_j ⊕ (C(x) ∧ s))                             F_j(x_j) = H(j, T_j)
 */
import { defineFlow } from '../../channel/index.js';

export const oprfFlow = defineFlow({ protocol: 'kkrt/1', roles: ['sender', 'receiver'], arrows: [{ from: 'receiver', message: 'corrections' }] });

/** w. */
export const codeBits = 448;
/** Rows in memory: four blocks. */
export const rowBits = 512;
