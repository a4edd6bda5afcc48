/**
 * Additive sharing over Z_2^64, with multiplication by Beaver triples
 *
 * Afterwards the parties hold shares [x] with Σ x_p = x mod 2^64 of inputs, sums and products; opened values are known to whom they
 * are opened and to nobody else.
 *
 * Paper       Beaver: Efficient multiparty protocols using circuit randomization. CRYPTO 1991; the ring version as in Demmler,
 *             Schneider, Zohner: ABY. NDSS 2015, §III-A. Matrix triples: Mohassel, Zhang: SecureML. S&P 2017, ePrint 2017/396, §4.1.
 * Realises    the arithmetic black box over Z_2^64 for n = 2 … 5 parties, dishonest majority.
 * Security    semi-honest, static, n − 1 of n corrupted; perfect but for the seeds of inputs (AES-128).
 * Assumptions the triples (`../correlations`), private and authenticated links.
 * Cost        Input: 1 round, 16 bytes from each owner to each other party. Sum: nothing. m products: 1 round, 16·m bytes to each
 *             other party. Matrix of m × k times vector: 1 round, 8·(m·k + k) bytes to each other party. Opening of m elements: 1 round,
 *             8·m bytes from each party to each receiver. Plus 20 bytes per message of up to 128 KiB.
 * Notation    [x]      share      word    x_p, this party's
 *             a, b, c  triple     words   random with c = a·b
 *             d, e     masked     words   x − a and y − b, opened to all
 * Deviations  1. Shares of inputs are expanded from seeds; the owner keeps the difference.
 *             2. Party 0 alone adds d·e and other public constants.
 *
 *     input:     owner → p: seed_p                         x_p = PRG(seed_p);  the owner's: x − Σ x_p
 *     multiply:  all → all: [d] = [x] − [a], [e] = [y] − [b]    [z] = [c] + d·[b] + e·[a] (+ d·e at party 0)
 *     open:      all → receivers: [x]                      x = Σ x_p
 */
export const sharingProtocol = 'additive-z64/1';
