/**
 * Random transfers
 *
 * Afterwards the sender holds two uniform strings of 16 bytes for every transfer, and the receiver, who put in a bit for each, the string that its bit names.
 *
 * Paper       Ishai, Kilian, Nissim, Petrank: Extending oblivious transfers efficiently. CRYPTO 2003: a correlated transfer under a hash that breaks the correlation
 *             (Asharov, Lindell, Schneider, Zohner, CCS 2013, §5.1, call it random OT).
 * Realises    m random transfers with chosen bits, in the correlated-transfer hybrid model.
 * Security    semi-honest, static; 128 bits, computational in the hash (`../hash.ts`).
 * Assumptions those of the transfers (`..`).
 * Cost        The corrections of m transfers from the receiver (SoftSpoken, depth 4: 4·m bytes; Ferret: m/8; m rounded up to a multiple of 128). 1 message.
 * Notation    c         choices   m bits     the receiver's
 *             q, t, Δ   blocks              of the transfers: t_j = q_j ⊕ c_j·Δ
 *             k0, k1    strings   16 bytes   H(j, q_j), H(j, q_j ⊕ Δ)
 * Deviations  none.
 *
 *     sender                                                         receiver(c)
 *     1.             ◀───────   corrections (transfers)
 *        k0_j = H(j, q_j), k1_j = H(j, q_j ⊕ Δ)                      k_j = H(j, t_j)
 */
export const stringBytes = 16;
