/**
 * Square pairs
 *
 * Afterwards n parties, each of whom put in uniform words a_p, hold words c_p with Σ c_p = (Σ a_p)² in Z_2^64, per element: with [x] and d = x − a opened,
 * [x²] = d² + 2·d·[a] + [c].
 *
 * Paper       Damgård, Pastro, Smart, Zakarias: Multiparty computation from somewhat homomorphic encryption. CRYPTO 2012, ePrint 2011/535, §5.2 (pairs for squaring);
 *             cross terms by Gilboa (`../products/gilboa.ts`).
 * Realises    shares of squares of random words, in the correlated-transfer hybrid model, one pair of parties at a time.
 * Security    semi-honest, static, n − 1 of n corrupted; as its products.
 * Assumptions those of the transfers (`../../ot`).
 * Cost        Per pair of parties and element one product, where a triple takes two; a squaring then opens one word instead of two. 2 messages in sequence.
 * Notation    p, q      parties
 *             a_p       words     uniform, p's own
 *             s, r      words     s + r = a_p·a_q, of p and of q
 * Deviations  none.
 * Used by     no plan yet: x·x takes a triple, as every product does. A correlation of its own here, held against its specs, for plans that square much.
 *
 *     every p:               c_p = a_p²
 *     p, q, each pair once:  s + r = a_p·a_q by a product            c_p += 2·s                c_q += 2·r
 */
export { maxBatchProducts as maxBatchSquares } from '../products/index.js';
