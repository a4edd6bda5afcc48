/**
 * Additive sharing over Z_2^64 and of bits, with products by Beaver triples
 *
 * Afterwards the parties hold shares [x] with Σ x_p = x mod 2^64 of inputs, sums and products, and ⟨b⟩ with ⊕ b_p = b of bits; opened values are
 * known to whom they are opened and to nobody else.
 *
 * Paper       Beaver: Efficient multiparty protocols using circuit randomization. CRYPTO 1991; the ring version as in Demmler,
 *             Schneider, Zohner: ABY. NDSS 2015, §III-A. Bits: Goldreich, Micali, Wigderson, STOC 1987. Matrix triples: Mohassel, Zhang: SecureML.
 *             S&P 2017, ePrint 2017/396, §4.1.
 * Realises    the arithmetic and Boolean black box over Z_2^64 and Z_2 for n = 2 … 16 parties, dishonest majority.
 * Security    semi-honest, static, n − 1 of n corrupted; perfect but for the seeds of inputs and of random words (AES-128).
 * Assumptions the triples (`../../correlations`), private and authenticated links.
 * Cost        Input: 1 round, 16 bytes from each owner to each other party. Sums, and exclusive ors of bits: nothing. A round of any number of
 *             operations is one message to each other party, of 16 bytes for each product, 8·(m·k + k·n) for a product of matrices m × k and k × n
 *             and 8·k·n for every other one by the same left factor,
 *             16·⌈w/8⌉ for the ANDs of w bytes of planes, 8 for each opened word, 8·⌈w/8⌉ for w bytes of opened planes. Opening of m elements
 *             to receivers: 1 round, 8·m bytes from each party to each of them. Plus 20 bytes per 128 KiB or part of it of a message; what is longer
 *             than 4 MiB goes as several, in the same round.
 * Notation    [x]      share      word    x_p, this party's
 *             ⟨x⟩      share      word    of 64 bits
 *             a, b, c  triple     words   random with c = a·b, or c = a ∧ b
 *             d, e     masked     words   x − a and y − b, opened to all
 * Deviations  1. Shares of inputs are expanded from seeds; the owner keeps the difference.
 *             2. Party 0 alone adds d·e and other public constants.
 *             3. Products of matrices by one left factor take one triple as wide as all of them: x − a is opened once.
 *
 *     input:     owner → p: seed_p                         x_p = PRG(seed_p);  the owner's: x − Σ x_p
 *     multiply:  all → all: [d] = [x] − [a], [e] = [y] − [b]    [z] = [c] + d·[b] + e·[a] (+ d·e at party 0)
 *     and:       all → all: ⟨d⟩ = ⟨x⟩ ⊕ ⟨a⟩, ⟨e⟩ = ⟨y⟩ ⊕ ⟨b⟩    ⟨z⟩ = ⟨c⟩ ⊕ d∧⟨b⟩ ⊕ e∧⟨a⟩ (⊕ d∧e at party 0)
 *     open:      all → all, or all → receivers: [x]        x = Σ x_p
 */
export const sharingProtocol = 'additive-z64/2';
