/**
 * Values programmed at keys, in a vector that says nothing of the keys
 *
 * Afterwards the receiver holds a vector of which it reads, at a key of the sender's, the value that the sender gave it, and at every other key what
 * is as good as random. A store that hides its keys (OKVS).
 *
 * Paper       Bienstock, Patel, Seo, Yeo: Near-optimal oblivious key-value stores for efficient PSI, PSU and volume-hiding multi-maps. USENIX
 *             Security 2023, ePrint 2023/903 (random band, RB-OKVS); Dietzfelbinger, Walzer: Efficient Gauss elimination for near-quadratic matrices with
 *             one short random block per row. ESA 2019.
 * Realises    an oblivious key-value store of n keys in m = ⌈1.1·n⌉ + 256 slots; sent in the clear.
 * Security    where all values are uniform, so is the vector, whatever the keys and however many there are (at most n): slots without a pivot are
 *             filled with random words, so that the vector is a uniform solution of the system. It hides how many keys there are, too.
 *             Encoding fails with probability below 2^-40 for n ≤ 2^26. Rows are reduced in the order of their starts, and each takes the first free column in which
 *             its reduced band has a 1, which are fair coins: a queue that gets n/m rows and serves one row with probability 1 − 2^-q for each column,
 *             in which a row fails that waits longer than 256 columns. Its stationary tail is 2^-68.2 a column (`band.spec.ts` computes it);
 *             for a fixed number of rows in place of a Poisson one the probability at most doubles, as it grows with their number.
 * Assumptions AES-128 as a pseudorandom permutation for bands and starts.
 * Cost        m slots of 8 bytes for each word of a value, in messages of at most 4 MiB. A key's value is the sum of the 128 slots, on average, of its band.
 * Notation    b_x   band       256 bits      of key x: AES_k0(x) ‖ AES_k1(x)
 *             s_x   start      0 … m − 256   from AES_k2(x)
 *             S     slots      m values
 * Deviations  1. A band need not begin with a 1.
 *             2. Which columns get pivots, and so the time of encoding and the addresses of reading, depend on hashes of keys. Nobody else sees either but by the
 *                time until the message comes; whoever shares the machine's caches could.
 *
 *     sender(values v_x at keys x)                                   receiver(keys y)
 *     1. S with Σ_j b_x,j · S_(s_x + j) = v_x for all x
 *                    slots: S                              ───────▶
 *                                                                    value of y: Σ_j b_y,j · S_(s_y + j)
 */
import { defineFlow } from '../../channel/index.js';

export const bandFlow = defineFlow({ protocol: 'rb-okvs/1', roles: ['sender', 'receiver'], arrows: [{ from: 'sender', message: 'slots' }] });

export const bandBits = 256;
