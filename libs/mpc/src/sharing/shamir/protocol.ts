/**
 * Shamir sharing over F_p, p = 2^61 − 1, and of bits over GF(2^8)
 *
 * Afterwards party i holds f(i + 1) for a polynomial f of degree t with f(0) = x: of words over F_p, of bits over GF(2^8), a byte for each. Opened values
 * are known to whom they are opened and to nobody else.
 *
 * Paper       Shamir: How to share a secret. CACM 1979. Ben-Or, Goldwasser, Wigderson, STOC 1988; degree reduction as in Gennaro, Rabin, Rabin, PODC 1998,
 *             §3 (every dealer shares its product, the shares are combined by Lagrange weights). Shares from seeds: Cramer, Damgård, Ishai, TCC 2005.
 *             Random bits for both fields: daBits, ePrint 2019/207, semi-honest.
 * Realises    the arithmetic and Boolean black box over F_p and Z_2 for n ≥ 3 parties, honest majority; sessions run 3 to 5.
 * Security    semi-honest, static, t = ⌊(n − 1)/2⌋ of n corrupted; perfect but for the seeds. More than t parties together hold all values. Parties may
 *             vanish once inputs are shared: see `recovery.ts`.
 * Assumptions AES-128 in counter mode as a pseudorandom generator, SHA-256 to derive its keys; private and authenticated links. Symmetric only, so
 *             post-quantum as far as the links are. p itself may come up as a mask, with probability 2^-61 per element.
 * Cost        Set-up: 1 round, 16 bytes from each party to each of t others. Input of m words: 1 round, 8·m bytes from the owner to each of n − 1 − t
 *             others. A product is dealt by 2t + 1 parties, 8 bytes from each to each of n − 1 − t others; a product of matrices the same for each
 *             element of the result; an AND 1 byte. An opened word 8 bytes, an opened bit 1 byte, from each party to each other. A round of any number of
 *             operations is one round. Random bits: dealt by t + 1 parties (9 bytes to each of n − 1 − t others) and joined by t products in
 *             ⌈log₂(t + 1)⌉ rounds, 65,536 at a time. Plus 20 bytes per message of up to 128 KiB.
 * Notation    t        threshold
 *             [x]      share      word, byte    f(i + 1)
 *             d_i      dealing    of party i: its local product, shared with degree t
 *             λ_i      weights    of Lagrange, from points 1 … 2t + 1 to 0
 * Deviations  1. The t parties before a dealer expand their share of its dealing from a seed each, and the polynomial is the one through these t shares
 *                and the dealt value: it is as uniform as one drawn by the dealer, since t shares and the value determine it.
 *             2. Every opening interpolates t + 1 shares and holds all others against them: wrong shares end the session, they yield no wrong number.
 *             3. A random bit is the exclusive or of the bits of t + 1 dealers, of whom one at least is honest.
 *
 *     input:     owner → receivers: f(j)                        expanders: F(seed, exchange)
 *     multiply:  d_i = [x]·[y]                                  i → receivers: g_i(j) with g_i(0) = d_i;  [z] = Σ λ_i·g_i(j)
 *     open:      all → all, or all → receivers: [x]             x = Σ λ_i·[x]_i, and every further share on the same polynomial
 */
export const shamirProtocol = 'shamir-p61/1';

/** t: how many parties may be corrupt. */
export const thresholdOf = (parties: number): number => Math.floor((parties - 1) / 2);

/** How many parties reduce the degree of a product: it has degree 2t. */
export const reducersOf = (threshold: number): number => 2 * threshold + 1;
