/**
 * Silent OT extension (Ferret) with half-trees
 *
 * Afterwards the sender holds Δ and a block q_j for each transfer j, the receiver a block t_j = q_j ⊕ c_j·Δ for its choice c_j.
 *
 * Paper       Yang, Weng, Lan, Zhang, Wang: Ferret. CCS 2020, ePrint 2020/924: Fig. 6 (one point, with its check) for all points of
 *             a regular noise vector at once (Fig. 7), then primal LPN with the iterations of §5. Trees: Guo, Yang, Wang, Zhang, Xie,
 *             Liu, Zhao: Half-Tree. EUROCRYPT 2023, ePrint 2022/1431, Fig. 3, correlated by Δ itself.
 * Realises    correlated transfers with chosen choices, any number of them.
 * Security    semi-honest, static, about 127 bits (Δ has 127; LPN about 128, see libs/program/src/traffic/transfers/ferret.ts). With `checked` a sender that
 *             corrects wrongly is caught but with probability 2^-128 and a guess of noisy positions, as in Fig. 6; the transfers
 *             under it have no such check, so the composition is not claimed malicious.
 * Assumptions LPN over F_2 with regular noise and a 10-local code, whose matrix neither party chooses alone; AES-128 under a key per
 *             iteration as an ideal permutation for H(x) = E(σ(x)) ⊕ σ(x); those of `../softspoken`, which makes the first
 *             transfers. Believed post-quantum.
 * Cost        Set-up: that of `../softspoken`, its corrections of M = k + t·d + 128 transfers (depth 4: 32 bits each, M rounded up to
 *             128) and 96 bytes. Iteration: 16·t·d bytes from the sender (b10: 136,000, b11: 205,920), checked 64 more; leaves
 *             796,160 (b11: 2,252,032) transfers. Batch: 1 bit per transfer from the receiver. b10: 2.4, b11: 1.7 bits per
 *             transfer in sum. Per transfer 1 AES block in the trees and 1.5 in the code, each side.
 * Notation    t, d    trees, depth              n = t·2^d outputs of an iteration
 *             k       secret        blocks      what the code expands
 *             q, t_i  base          M blocks    the transfers that an iteration uses up: secret, levels of trees, check
 *             r_i     —             bit         lowest bit of t_i: the receiver's random choice. Δ ends in 1, q_i in 0
 *             α       hole          d bits      path to the leaf that the receiver lacks: the inverted r_i of a tree's levels
 *             K_l     sums          block       sum of the left children on level l
 *             w, v    leaves        n blocks    the sender's, the receiver's
 *             A       code          n × k bits  ten ones to a row, from AES-128 in counter mode under the matrix seed
 *             χ_j     weights       128 bits    of leaf j, public
 *             S_i     —             block       ⊕_j χ_j,i · leaf j
 * Deviations  1. Choices are chosen: the receiver sends c ⊕ its random ones.
 *             2. The 128 sums S_i are hashed as they are, instead of being packed into one element of F_2^128: the same linear
 *                check over F_2, stronger by what packing loses, and without multiplications.
 *             3. The check's weights come from the receiver's seed, sent once the corrections arrived.
 *             4. The matrix is a fresh one in each iteration, from one coin toss.
 *
 *     sender(Δ)                                                      receiver(c)
 *                    commitment: H(x_S)                    ───────▶
 *     0. M base transfers q_i                  (softspoken)          t_i = q_i ⊕ r_i·Δ
 *                    ◀───────   coins: x_R
 *                    opening: x_S                          ───────▶
 *        the matrix seed is H(x_S, x_R)
 *     for each iteration:
 *     1. roots ← uniform; per tree: root, root ⊕ Δ; children H(x), x ⊕ H(x)
 *                    sums: K_l ⊕ q_l, 128 trees at a time  ───▶
 *     2.                                                             K_l ⊕ r_l·Δ = the sum on the side off the path: the sibling of
 *                                                                    the hole, level by level; v_α = ⊕ of all others ⊕ 1
 *     3. if checked:
 *                    ◀───────   challenge: seed of χ ‖ x′            x′_i = lowest bit of S_i ⊕ t*_i
 *        S_i ⊕ q*_i ⊕ x′_i·Δ
 *                    digest: H(all of them)                ───────▶  = H(all S_i ⊕ t*_i), or abort
 *     4. q = w ⊕ A·q_secret                                          t = v ⊕ A·t_secret
 *        the last M become the next iteration's base
 *     for each batch:
 *     5.             ◀───────   choices: y = c ⊕ lowest bits of t
 *        q_j ⊕ y_j·Δ                                                 t_j
 *
 * All leaves of a tree add up to Δ, so v_α = w_α ⊕ Δ; the lowest bits of leaves are cleared, and the 1 marks the hole. The receiver
 * reads and writes every node, and where the hole is shows in no address and no branch.
 */
import { defineFlow } from '../../channel/index.js';

export const protocol = 'ferret/1';
const roles = ['sender', 'receiver'] as const;

export const coinsFlow = defineFlow({
  protocol, roles,
  arrows: [{ from: 'sender', message: 'commitment' }, { from: 'receiver', message: 'coins' }, { from: 'sender', message: 'opening' }],
});
export const sumsFlow = defineFlow({ protocol, roles, arrows: [{ from: 'sender', message: 'sums' }] });
export const checkFlow = defineFlow({ protocol, roles, arrows: [{ from: 'receiver', message: 'challenge' }, { from: 'sender', message: 'digest' }] });
export const choicesFlow = defineFlow({ protocol, roles, arrows: [{ from: 'receiver', message: 'choices' }] });

export { challengeBytes, checkDigestBytes, coinsBytes, commitmentBytes, sumsBytes, treeMessages } from '#program/plans';
