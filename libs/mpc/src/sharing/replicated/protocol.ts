/**
 * Replicated sharing among three parties, over Z_2^64 and of bits
 *
 * Afterwards party i holds x_i and x_(i+1) of values x = x_0 + x_1 + x_2 mod 2^64, and of bits b = b_0 ⊕ b_1 ⊕ b_2; indices of parties and
 * places are modulo 3. Opened values are known to whom they are opened and to nobody else.
 *
 * Paper       Araki, Furukawa, Lindell, Nof, Ohara: High-throughput semi-honest secure three-party computation with an honest majority.
 *             CCS 2016, ePrint 2016/768, Protocol 3.1 in the replicated form of its §2.1 and Appendix A; correlated randomness of §2.2.
 *             Conversions: Mohassel, Rindal: ABY3. CCS 2018, ePrint 2018/403, §5.3 (bits of words) and §5.4.1 (words of bits).
 * Realises    the arithmetic and Boolean black box over Z_2^64 and Z_2 for n = 3 parties, honest majority.
 * Security    semi-honest, static, 1 of 3 corrupted, alone or with receivers; 128 bits, and perfect but for the streams. Two parties together
 *             hold all values.
 * Assumptions AES-128 in counter mode as a pseudorandom generator, SHA-256 to derive its keys; private and authenticated links. Symmetric only,
 *             so post-quantum as far as the links are.
 * Cost        Every message goes from party i to party i − 1, but for 16 bytes of the set-up, and takes 20 bytes per 128 KiB or part of it besides. What
 *             is longer than 4 MiB goes as several, in the same round.
 *             Set-up: 1 round, 32 bytes to the previous party and 16 to the next. Input of m words: 1 round, 8·m bytes from the owner. A
 *             round of any number of operations is one message, of 8 bytes for each product, 8·rows·columns for a product of matrices whatever
 *             lies between, planes·⌈lanes/8⌉ for ANDs or opened bits, 8 for each opened word. Bits of words, words of the bits whose
 *             exclusive or a bit is, sums and exclusive ors: nothing. Opening of m words to receivers: 1 round, 8·m bytes to each. A product
 *             costs each party 2 multiplications and 16 bytes of keystream.
 * Notation    x_i      place       word, bits  party i has x_i as its component 0, x_(i+1) as component 1
 *             k_i      pair key    stream      of parties i and i − 1
 *             K        common key  stream      of all three parties
 *             α_i      zero        word, bits  α_0 + α_1 + α_2 = 0, one fresh for every product; for bits with ⊕
 * Deviations  1. The paper re-shares to the next party; here the previous one gets everything, products and openings alike.
 *             2. A party chooses the key that it shares with the previous one alone (the paper's §2.2 does so too).
 *             3. An input is shared as (x − r, r, 0) beginning with the owner's place, as MP-SPDZ does: half the bytes of a uniform sharing. No
 *                party sees more of it than a uniform one shows. A receiver that is no party could, since it sees all places of outputs:
 *                it gets a fresh sharing, masked under K.
 *
 *     set-up:    i → i − 1: seed_i, c_i;  i → i + 1: c_i        k_i = H(i, seed_i),  K = H(c_0, c_1, c_2)
 *     zero:                                                     α_i = F(k_i) − F(k_(i+1)), each word of a stream once
 *     input:     owner o draws r = F(k_(o+1)), as party o + 1 does
 *                o → o − 1: x − r                               places x_o = x − r, x_(o+1) = r, x_(o+2) = 0
 *     multiply:  z_i = x_i·y_i + x_i·y_(i+1) + x_(i+1)·y_i + α_i
 *                i → i − 1: z_i
 *     open:      i → i − 1: x_(i+1)                             the place that party i − 1 lacks; x = x_0 + x_1 + x_2
 *     addends:   x_j as a sharing of its own: x_j at place j, 0 at the others; the same bit by bit
 *
 * Why openings show nothing else: of what a corrupted party i receives, products are masked by F(k_(i+2)), which it lacks, and an opened value
 * determines the place that it lacks from the two that it holds.
 */
export const replicatedProtocol = 'replicated-z64/1';

export { nextOf, previousOf, replicatedParties } from '#program/plans';
