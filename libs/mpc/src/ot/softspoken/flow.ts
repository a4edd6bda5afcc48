/**
 * OT extension from 128 base transfers (SoftSpoken)
 *
 * Afterwards the sender holds Δ and a block q_j for each transfer j, the receiver a block t_j = q_j ⊕ c_j·Δ for its choice c_j:
 * correlated transfers. A hash turns them into random ones: the sender holds H(q_j) and H(q_j ⊕ Δ), the receiver H(t_j).
 *
 * Paper       Roy: SoftSpokenOT. CRYPTO 2022, ePrint 2022/192: the field F_(2^k) with the repetition code, semi-honest.
 *             Trees of seeds: Goldreich, Goldwasser, Micali (1986), punctured as in the paper's all-but-one transfer.
 *             Hash: Guo, Katz, Wang, Yu, S&P 2020, ePrint 2019/074, MMO.
 * Realises    n correlated (chosen choices) or random transfers.
 * Security    semi-honest, static, 128 bits; no consistency check. See the argument on H below.
 * Assumptions AES-128 and SHA-256 as pseudorandom generators; AES-128 as an ideal cipher for H; the base transfers.
 *             Post-quantum as far as the base transfers are: what is added here is symmetric only.
 * Cost        Set-up: the base transfers, then 1 message of 4,096 bytes. Each batch: 1 message, ⌈128/k⌉ bits per transfer from
 *             the receiver (k = 4: 32 bits). 2^k·⌈128/k⌉ bits of keystream per transfer on either side (k = 4: 64 bytes).
 * Notation    k      depth        2 … 8          a tree has 2^k leaves; if k does not divide 128 the last tree is smaller
 *             Δ      delta        128 bits       the sender's secret; δ_i the k bits of it that tree i punctures
 *             r_i,x  leaf         stream         pseudorandom stream of leaf x of tree i; the sender lacks x = δ_i
 *             u_i    u            row of bits    ⊕_x r_i,x
 *             v_i,j  v            row of bits    ⊕_x x_j·r_i,x, for bit j of x
 *             c      choices      row of bits    the receiver's choices, one bit per transfer
 *             d_i    corrections  row of bits    u_i ⊕ c
 * Deviations  1. Choices are always given, so all ⌈128/k⌉ rows are sent; random choices would save one of them.
 *             2. Tree nodes are expanded by SHA-256 with tree, level and node in its input. Streams are AES-128 in counter mode.
 *
 *     sender(Δ)                                                      receiver(c)
 *     0. receives 128 base keys K_Δ             as base sender:      holds K_0, K_1
 *     1.                                                             roots ← uniform; per level: S_0, S_1 = sums of even, odd nodes
 *                    ◀───────   trees: (S_1 ⊕ K_0) ‖ (S_0 ⊕ K_1), for all 128 levels
 *        all leaves of tree i but leaf δ_i
 *     for each batch:
 *     2.                                                             u_i, v_i from the streams;  d_i = u_i ⊕ c
 *                    ◀───────   corrections: d_i, for all i
 *     3. rows w_i,j = ⊕_y y_j·r_i,(y ⊕ δ_i) ⊕ δ_i,j·d_i              rows v_i,j
 *        q_j = column j of w (128 bits)                              t_j = column j of v
 *
 * w_i,j = v_i,j ⊕ δ_i,j·u_i ⊕ δ_i,j·d_i = v_i,j ⊕ δ_i,j·c, hence q_j = t_j ⊕ c_j·Δ.
 *
 * H, for a public key (K, K′) per batch and T_j the public XTS tweak of block j:
 *
 *     H(j, x) = XTS_j(x) ⊕ x = E_K(x ⊕ T_j) ⊕ T_j ⊕ x = MMO_K(x ⊕ T_j),    MMO_K(y) = E_K(y) ⊕ y.
 *
 * The receiver sees H(j, t_j) and must not tell H(j, t_j ⊕ Δ) = MMO_K(t_j ⊕ T_j ⊕ Δ) from uniform. That is correlation robustness of
 * MMO on the points t_j ⊕ T_j, which for a semi-honest receiver are pseudorandom and so distinct but with probability N²/2^129.
 * With E ideal, p evaluations of E_K and N transfers under K distinguish with advantage at most 2pN/2^128 + N²/2^129
 * (2019/074, Theorem on MMO). A fresh key per batch of N ≤ 2^16 keeps the total loss to 17 bits however many batches run:
 * 2^111 evaluations. A malicious receiver could choose t_j, so this H does not serve a malicious suite as it is.
 */
import { defineFlow } from '../../channel/index.js';

const protocol = 'softspoken/1';

export const treesFlow = defineFlow({ protocol, roles: ['sender', 'receiver'], arrows: [{ from: 'receiver', message: 'trees' }] });
export const extensionFlow = defineFlow({ protocol, roles: ['sender', 'receiver'], arrows: [{ from: 'receiver', message: 'corrections' }] });

export { correctionsBytes, extensionRows as baseTransfers, treeDepths, treesBytes } from '#program/plans';
