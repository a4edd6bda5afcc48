/**
 * Base oblivious transfer from ML-KEM-768
 *
 * Afterwards the sender holds two keys (k_0, k_1) of 16 bytes per transfer, the receiver its choice bit c and k_c.
 *
 * Paper       Masny, Rindal: Endemic Oblivious Transfer. CCS 2019, ePrint 2019/706: the two-message construction from key
 *             agreement with uniform messages, with ML-KEM in the place that the authors' libOTe gives to Kyber.
 * Realises    n random transfers (endemic: a corrupt party may fix its own keys), in the programmable random oracle model.
 * Security    semi-honest, static. ML-KEM-768: NIST category 3. Keys are 128 bits.
 * Assumptions Module-LWE (pseudorandom t̂: hides c; IND-CPA of the KEM under a key that nobody knows the secret of: hides the other
 *             key), SHAKE-128 and SHA-256 as random oracles. Post-quantum; the paper's proof is in the classical ROM.
 * Cost        2 messages. Receiver to sender 2,336 bytes, sender to receiver 2,176 bytes per transfer: 4,512 in sum.
 *             1 keygen, 2 encapsulations, 1 decapsulation.
 * Notation    i        index        u32            number of the transfer
 *             c_i      choices      bit            the receiver's secret choice
 *             t̂, ρ     ek           768 × Z_3329, 32 bytes   the two halves of an encapsulation key, NTT domain
 *             r_0,r_1  —            768 × Z_3329   what the receiver sends in place of t̂
 *             H        mask         → 768 × Z_3329 uniform coefficients by rejection from SHAKE-128
 * Deviations  1. The mask is added to ByteDecode12(t̂), so that key generation, encapsulation and decapsulation stay a library's.
 *             2. One ρ per transfer for both keys (two would tell them apart: only one could be of the receiver's making).
 *             3. Protocol, session, both parties, i and the branch are in every hash.
 *
 *     receiver(c)                                                     sender
 *     1. (ek, dk) ← KeyGen;  r_{1−c} ← uniform
 *        r_c = t̂ − H(i, c, r_{1−c})
 *                        keys: r_0 ‖ r_1 ‖ ρ, for all i   ───────▶
 *     2.                                                              ek_j = (r_j + H(i, j, r_{1−j})) ‖ ρ
 *                                                                     (ct_j, ss_j) ← Encaps(ek_j)
 *                        ◀───────   ciphertexts: ct_0 ‖ ct_1, for all i
 *     3. k_c = RO(i, c, Decaps(dk, ct_c))                             k_j = RO(i, j, ss_j)
 */
import { baseFacts, mlKem768 } from '#program/plans';
import { defineFlow } from '../../channel/index.js';

export const baseOtFlow = defineFlow({
  protocol: 'masny-rindal-ml-kem-768/1',
  roles: ['receiver', 'sender'],
  arrows: [
    { from: 'receiver', message: 'keys' },
    { from: 'sender', message: 'ciphertexts' },
  ],
});

export const keyBytes = 16;

/** Where the parts of one transfer lie in a message. */
export const layout = {
  vectorBytes: mlKem768.vector,
  keysBytes: baseFacts['ml-kem-768'].keys,
  ciphertextsBytes: baseFacts['ml-kem-768'].ciphertexts,
} as const;
