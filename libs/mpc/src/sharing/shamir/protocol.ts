/**
 * Shamir sharing over F_p, p = 2^61 − 1, and of bits over GF(2^8), with products by degree reduction
 *
 * Afterwards party i holds [x]_i = f(α_i), α_i = i + 1, for a polynomial f of degree at most t with f(0) = x: of inputs, sums and products over
 * F_p, of bits over GF(2^8), where x is 0 or 1. Opened values are known to whom they are opened and to nobody else.
 *
 * Paper       Shamir: How to share a secret. CACM 22(11), 1979. Ben-Or, Goldwasser, Wigderson: Completeness theorems for non-cryptographic
 *             fault-tolerant distributed computation. STOC 1988. Degree reduction: Gennaro, Rabin, Rabin: Simplified VSS and fast-track
 *             multiparty computations. PODC 1998, §3. Shares from seeds: after Cramer, Damgård, Ishai, TCC 2005, here between pairs only.
 *             Bits shared both ways: Rotaru, Wood: MArBled circuits, ePrint 2019/207.
 * Realises    the arithmetic and Boolean black box over F_p and F_2 for n ≥ 3 parties, honest majority (sessions run 3 to 16). Parties may
 *             vanish once inputs are shared: see `recovery.ts`.
 * Security    semi-honest, static, t = ⌊(n − 1)/2⌋ of n corrupted; more of them together hold all values. Perfect but for the seeds (AES-128 in
 *             counter mode) and for elements of F_p that are within 2^-61 of uniform (`fieldFromWords`): m of them within m·2^-61.
 *             Opened shares that do not lie on one polynomial end the session with CS0709: n − t − 1 of them are held against the others.
 * Assumptions AES-128; SHA-256 for its keys; private and authenticated links. Symmetric only, so post-quantum as far as the links are.
 * Cost        `after i` are the n − 1 − t parties after i, cyclically. Set-up: 1 round, 16 bytes from each party to each of the t before it.
 *             Input of m words of party i: 1 round, 8·m bytes from i to each after i. Sums: nothing. A round of any number of operations is one
 *             message to each party that gets any: from each of the first 2t + 1 parties i to each after i 8 bytes for each product and
 *             for each element of a product of matrices, 1 for each AND of two bits; from each party to all others 8 bytes for each opened
 *             word, 1 for each opened bit. Opening of m words to receivers: 1 round, 8·m bytes from each party to each of them.
 *             Random bits: in batches of 262,144, one round for each and ⌈log₂(t + 1)⌉ more; for each bit 9 bytes from each of the first
 *             t + 1 parties i to each after i, and t products. Plus 20 bytes per message of up to 128 KiB. Where n is even every party
 *             sends every other a message in each round after the inputs and before the outputs, if need be an empty one of 20 bytes.
 *             With three parties each sends 8 bytes for a product, 1 for an AND, and 17 (one of them 8) for a random bit.
 *             A round in which a party has more than 16 MiB for another takes one more for each further 16 MiB.
 * Notation    n, t     parties, threshold   numbers
 *             [x]      share                element   f(α_i), this party's
 *             g        dealing              polynomial of degree ≤ t
 *             λ_i      weights              elements  Lagrange's, of α_i for 0, over the 2t + 1 reducers
 *             s_i,j    seed                 16 bytes  of dealer i, known to i and to expander j alone
 *             ρ        exchange             number    with which no seed is used twice
 * Deviations  1. The t parties before a dealer, its expanders, find their share of its dealing by a seed, so n − 1 − t shares are sent.
 *             2. Only 2t + 1 parties, the reducers, deal their products, times λ_i, so that receivers do nothing but add.
 *             3. Everybody opens to everybody, and all shares are checked, though t + 1 would do.
 *             4. A random bit is the exclusive or of the bits of t + 1 dealers, of whom one at least is honest.
 *
 *     set-up:    i → the t before i: s_i,j
 *     deal v:    1. i: g(0) = v, g(α_j) = PRG(s_i,j, ρ) for its t expanders j, who find these themselves
 *                2. i → after i: g(α_k)                        3. all: [v] = g(α)
 *     input:     owner deals x
 *     multiply:  reducers deal λ_i·[x]_i·[y]_i                 [z] = Σ of their dealings
 *     and:       the same over GF(2^8)
 *     open:      all → all, or all → receivers: [x]            x = Σ L_i(0)·[x]_i over t + 1 shares, and all others fit
 *     bits:      parties 0 … t deal random bits, both ways     ⊕ is + in GF(2^8) and a + b − 2·a·b in F_p, in a tree
 *
 * Dealing. As t + 1 points determine a polynomial of degree t, the values at the t expanders' points are in bijection with the polynomials g
 * with g(0) = v: drawn uniformly they make g uniform, as Shamir's is. Let C be corrupted, |C| ≤ t, and i honest. The seeds that i
 * shares with members of C are uniform and independent of v; a simulator draws them as i does. Streams of expanders outside of C are
 * pseudorandom to C, and no exchange uses them twice; replace them by uniform ones. The point 0, the points of expanders in C and those of
 * the rest of C are at most t + 1, so whatever g is at the former, it is uniform at the latter: the simulator draws these too. What C
 * sees of a dealing is thus no more than t uniform elements, whatever v is.
 *
 * Products. [x]·[y] is the value at α_i of a polynomial of degree 2t, so Σ λ_i·[x]_i·[y]_i = x·y. Each addend is dealt afresh; the sum is of degree
 * t, and uniform but for x·y because the dealing of any honest reducer is, of whom there are t + 1 at least.
 *
 * Openings. t shares and the value determine the polynomial and so all shares, which tell C nothing that the value does not. What is opened
 * within a computation is masked by the plan's random bits; of these one dealer at least is honest, and its bits are unknown to C.
 */
export const shamirProtocol = 'shamir-p61/1';

export { reducersOf, thresholdOf } from '#program/plans';
