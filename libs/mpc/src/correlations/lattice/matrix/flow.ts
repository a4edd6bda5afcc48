/**
 * Shares of a product of matrices in Z_2^64, by lattices
 *
 * Afterwards the sender, who put in X of m rows and k columns, and the receiver, who put in Y of k rows and n columns, hold uniform S and R with S + R = X·Y, m rows and
 * n columns each.
 *
 * Paper       Huang, Lu, Hong, Ding: Cheetah. USENIX Security 2022, ePrint 2022/207, §3 and §4.1: coefficients in place of slots, T = 2^64, and only the coefficients that
 *             are needed leave.
 * Realises    one product of two private matrices, with the encrypting party's key set up (`../keys`).
 * Security    semi-honest, static. Of the encrypted matrix: IND-CPA of the scheme. Of the other: perfect in the plaintext, whose masks are uniform; statistical in the noise, at
 *             most 2^-40 per answer (libs/program/src/traffic/lattice/matrix.ts takes no partition with more).
 * Assumptions those of the scheme (`../../../ahe/scheme.ts`).
 * Cost        Let the owner encrypt a matrix of κ rows and ν columns, and the evaluator have one of μ rows. ⌈κ/k_w⌉·⌈ν/n_w⌉ messages of 200,720 bytes, then
 *             ⌈μ/m_w⌉·⌈ν/n_w⌉ of 76,800 bytes and 8.25 for each coefficient that is needed. Which party encrypts, and the windows, are chosen to send least: `latticeMatrixPlan`.
 *             784 × 128 by 128 × 128: 11.0 MB. 2 messages in sequence. 7 short transforms for each product of windows, m·k·n/N of them in all, and products with 14 residues.
 * Notation    A     evaluator's matrix    μ rows, κ columns   X, or Y transposed
 *             B     owner's matrix        κ rows, ν columns   Y, or X transposed
 *             k_w, n_w, m_w  windows      powers of two, k_w·n_w·m_w = N
 *             B̂_h,l   Σ B[j, c]·X^(c·k_w + k_w − 1 − j)              over a window of rows j and columns c
 *             Â_i,h   Σ A[r, j]·X^(r·n_w·k_w + j)                    over a window of rows r and columns j
 *             M_i,l   masks       uniform words, one per coefficient that is needed
 * Deviations  1. Every answer is re-randomised and flooded; Cheetah's are not flooded. That is why q has 196 bits and N is 8,192.
 *             2. B is reversed within a window rather than A, so that A's windows are runs that a transform can begin with alone.
 *
 *     owner(B)                                                       evaluator(A)
 *     for each window l of columns:
 *     1. query: seed ‖ Enc(B̂_h,l), for each window h of rows   ───────▶
 *     2.                                                             C_i = Σ_h Â_i,h·Enc(B̂_h,l) + M_i,l, for each window i of rows
 *                    ◀───────   answer: C_i, re-randomised, flooded and rounded, its needed coefficients
 *        A·B + M, decrypted                                          −M
 *
 * Coefficient r·n_w·k_w + c·k_w + k_w − 1 of Σ_h Â·B̂ is Σ_j A[r, j]·B[j, c]: others differ from it by j − j', which is less than k_w, and what wraps around X^N = −1 ends below
 * coefficient k_w − 1.
 */
import { defineFlow } from '../../../channel/index.js';

const protocol = 'lattice-matrix/1';

export const queryFlow = defineFlow({ protocol, roles: ['owner', 'evaluator'], arrows: [{ from: 'owner', message: 'query' }] });
export const answerFlow = defineFlow({ protocol, roles: ['owner', 'evaluator'], arrows: [{ from: 'evaluator', message: 'answer' }] });
