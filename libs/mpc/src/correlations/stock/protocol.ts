/**
 * Drawing on correlations that were made beforehand
 *
 * Afterwards each party holds its shares of the same correlations out of stock, of each kind that is drawn all that the session needs, and has
 * heard from every other party that its own shares are burned: nobody takes them from disk again. The session makes the other kinds itself.
 *
 * Paper       none: two-phase agreement among parties that follow the protocol, with the session's abort as its only other end.
 * Realises    the same as `../deal.ts`: what comes from stock was made by it, in another session of the same parties.
 * Security    semi-honest, static, n − 1 of n corrupted, as the session in which the correlations were made. Offers, lengths and what is agreed
 *             are public to the parties and depend on no secret. A party that lies in its offer makes the session fail or its own shares known.
 * Assumptions those of the source from which the stock was made; durable storage at each party (`Stock.take`).
 * Cost        Nothing, unless all parties have something: then 2 rounds, an offer of 1, 8 or 64 KiB and 32 bytes each way.
 * Notation    offer_i    what party i says is left in its stock
 *             rest       name of the source from which the kinds that are not drawn are made
 * Deviations  none.
 *
 *     hello:   all → all: hello, which says how long offer_i is       one of them empty: nothing is drawn, and this ends here
 *     offer:   all → all: offer_i
 *              agreed, shares ← stock.take(offers, demand)           burned on disk before it resolves
 *     taken:   all → all: SHA-256(label ‖ sessionId, i ‖ agreed ‖ rest)    equal, or nothing is used
 */
export const stockProtocol = 'stock/1';

/** How long an offer is on the wire; spaces follow a shorter one, so that it takes no round to say how long it is. */
export const offerSizes: readonly number[] = [0, 1024, 8192, 65_536];
export const agreedBytes = 32;
