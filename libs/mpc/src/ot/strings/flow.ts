/**
 * Transfers of strings
 *
 * Afterwards the receiver, who put in a bit for each of m transfers, holds the string that its bit names of the two of ℓ bytes that the sender put in, and nothing of the other.
 *
 * Paper       Beaver: Precomputing oblivious transfer. CRYPTO 1995, here with the bit chosen beforehand; strings longer than a key under a stream, as in Ishai, Kilian, Nissim,
 *             Petrank: Extending oblivious transfers efficiently. CRYPTO 2003.
 * Realises    m transfers of two strings of ℓ bytes, in the random-transfer hybrid model (`../random`).
 * Security    semi-honest, static; perfect given the random strings where ℓ ≤ 16, and AES-128 in counter mode where it is more.
 * Assumptions those of random transfers.
 * Cost        Those of m random transfers, then 2·ℓ·m bytes from the sender, in messages of up to 4 MiB. 2 messages in sequence.
 * Notation    c         choices  m bits     the receiver's
 *             x0, x1    strings  ℓ bytes    the sender's
 *             k0, k1    keys     16 bytes   of a random transfer
 *             F(k)      pad      ℓ bytes    the first ℓ of k, or of its stream
 * Deviations  none.
 * Used by     no protocol of this library: correlations take correlated and random transfers. A functionality of the engine, held against its specs, for protocols that send
 *             chosen strings.
 *
 *     sender(x0, x1)                                                 receiver(c)
 *     1. k0, k1      ◀───────   random transfers                     k = k_c
 *     2. y0 = x0 ⊕ F(k0), y1 = x1 ⊕ F(k1)
 *                    payload: y0 ‖ y1, for all transfers  ───────▶
 *                                                                    x_c = y_c ⊕ F(k)
 */
import { defineFlow, roundMessageBytes } from '../../channel/index.js';

export const stringFlow = defineFlow({ protocol: 'string-transfers/1', roles: ['sender', 'receiver'], arrows: [{ from: 'sender', message: 'payload' }] });

/** Transfers [from, to) of each message. */
export function* messagesOf(count: number, length: number): Generator<readonly [from: number, to: number]> {
  const most = Math.max(1, Math.floor(roundMessageBytes / (2 * Math.max(1, length))));
  for (let from = 0; from < count; from += most) yield [from, Math.min(from + most, count)];
}
