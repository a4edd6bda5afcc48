/**
 * A key for encrypted products
 *
 * Afterwards the owner holds a secret key for each scheme of a lattice, the evaluator the public keys to them.
 *
 * Paper       see `../../../ahe/scheme.ts`.
 * Realises    the set-up of one direction between a pair, for any number of products.
 * Security    semi-honest, static: an owner that made its keys otherwise could learn what answers are made of.
 * Assumptions RLWE, as there.
 * Cost        1 message: 16 bytes and a ciphertext per scheme: 546,832 bytes for products, 200,720 for matrices.
 * Notation    s_i   secret     of scheme i
 *             a_i   mask       stream i of the seed
 * Deviations  none.
 *
 *     owner                                                          evaluator
 *     1. s_i ← ternary;  b_i = −a_i·s_i + e_i   key: seed ‖ b_i   ───────▶   (b_i, a_i)
 */
import { defineFlow } from '../../../channel/index.js';

export const keysFlow = defineFlow({ protocol: 'lattice-keys/1', roles: ['owner', 'evaluator'], arrows: [{ from: 'owner', message: 'key' }] });
