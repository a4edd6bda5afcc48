/**
 * Which rows of two tables have the same key, and the columns of the right one beside those of the left one
 *
 * Afterwards the left and the right party hold, for each of B bins, values a_j and t_j that are equal just where the key of the left row in bin j is also in
 * the right table, and additive shares in Z_2^64 of the right row's columns there (of random words elsewhere). The left party alone knows which of its
 * rows is in which bin; neither knows what is equal. The machine compares (a ⊕ t is a sharing of bits), and multiplies by the result.
 *
 * Paper       Pinkas, Schneider, Tkachenko, Yanai: Efficient circuit-based PSI with linear communication. EUROCRYPT 2019, ePrint 2019/241, Fig. 4 and §5
 *             (payloads); Rindal, Schoppmann: VOLE-PSI. EUROCRYPT 2021, ePrint 2021/266, Fig. 9.
 * Realises    circuit PSI with payloads of the sender, up to the comparison, for tables without two rows of one key.
 * Security    semi-honest, static. The right party sees only what is uniform by the OPRF; the left party sees slots that are uniform whatever the right table is,
 *             and learns in bin j the pair t_j, v − ρ_j for a row of the right table with its key: uniform, as t_j and ρ_j are drawn once for each bin. How many rows the
 *             tables have is hidden within `maxRows`. Two bins' values agree by chance with probability 2^-40 in all.
 * Assumptions those of `./oprf` and `./band`; SHAKE-256 as a random oracle for names. No elliptic curve, no lattice but for the base transfers.
 * Cost        The OPRF over B ≈ 1.3·n_left bins (56 bytes each), then slots for 3·n_right keys: 26.4 bytes for each row and word, of one word and one more
 *             for each column. 4 messages in sequence, of which 2 set up. 10^5 with 10^5 rows, one column: 13,145,924 bytes both ways. The comparison of ℓ bits is ℓ − 1 ANDs a bin.
 * Notation    n     rows        at most, declared: n_left, n_right
 *             B     bins        `joinBins(n_left)`
 *             ℓ     tag bits    `joinTagBits(B)`
 *             x     name        128 bits   SHAKE-256 of the session and a key's digest
 *             h_t   bin         of x in table t = 0, 1, 2
 *             F_j   OPRF        of bin j: words F_j,0, F_j,1 … F_j,c at a point (x, t)
 *             t, ρ  masks       words      the right party's, uniform for each bin (and column)
 * Deviations  1. Three tables of their own for three hash functions: a row's bins differ, so that no key is programmed twice.
 *             2. Slots for all bins together, in place of polynomials or of a second OPRF.
 *             3. Placing rows takes time that depends on the keys' hashes, before anything is sent for it.
 *
 *     left(keys x)                                                   right(keys y, columns v)
 *     1. bin of x ← one of h_0(x), h_1(x), h_2(x);                   t_j, ρ_j ← uniform
 *        a random point in every other bin
 *     2.             ◀──────▶   OPRF (right is its sender)
 *        F_j(point of bin j)                                         F_j(y, t) for every y, t and j = h_t(y)
 *     3.             ◀───────   slots: at (y, t):  t_j ⊕ F_j,0(y, t),  (v_y − ρ_j) ⊕ F_j,1(y, t)
 *        a_j, σ_j = value at the point of bin j ⊕ F_j                t_j, ρ_j
 */
import { type JoinSize } from '#program/plans';
import { type Binding, boundHash } from '../channel/index.js';

const protocol = 'join/1';

/** Words at each point: the tag, and one for each column. */
export const widthOf = ({ columns }: JoinSize): number => 1 + columns;

/** Where the parts of a join hash: the roles of both are sender, receiver, and so right, left. */
export const partOf = (part: 'oprf' | 'slots', { sessionId, roles }: Binding): Binding =>
  ({ sessionId: boundHash(protocol, part, { sessionId, roles }), roles: [roles[1], roles[0]] });
