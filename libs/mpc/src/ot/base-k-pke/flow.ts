/**
 * Base oblivious transfer from K-PKE, the encryption inside ML-KEM-768, under one matrix
 *
 * Afterwards the sender holds two keys (k_0, k_1) of 16 bytes per transfer, the receiver its choice bit c and k_c.
 *
 * Paper       Masny, Rindal: Endemic Oblivious Transfer. CCS 2019, ePrint 2019/706: the two-message construction from key
 *             agreement with uniform messages. The agreement is K-PKE (FIPS 203, Algorithms 13 to 15), Kyber's IND-CPA core.
 * Realises    n random transfers (endemic: a corrupt party may fix its own keys), in the programmable random oracle model.
 * Security    semi-honest, static. ML-KEM-768's Module-LWE, NIST category 3, for all transfers together; keys are 128 bits. Arguments below.
 * Assumptions Module-LWE with the parameters of ML-KEM-768 and many secrets under one matrix (pseudorandom t̂: hides c; pseudorandom
 *             ciphertexts under a key that nobody knows the secret of: hides the other key), SHAKE and SHA-256 as random oracles.
 *             Post-quantum; the paper's proof is in the classical ROM.
 * Cost        2 messages. Receiver to sender 32 bytes and 2,304 per transfer, sender to receiver 2,176 per transfer: 4,480 in sum.
 *             Per transfer 1 KeyGen, 2 Encrypt, 1 Decrypt: 80 permutations of Keccak, 54 of them for 3 masks. The matrix once.
 * Notation    i        index        u32            number of the transfer
 *             c_i      choices      bit            the receiver's secret choice
 *             N        nonce        32 bytes       the receiver's, fresh
 *             ρ, Â     rho, matrix  32 bytes, 3 × 3 × 256 × Z_3329   Â = XOF(ρ), as FIPS 203 expands it
 *             ŝ, t̂     secrets, keys   768 × Z_3329   t̂ = Â·ŝ + ê, NTT domain
 *             r_0,r_1  vectors      768 × Z_3329   what the receiver sends in place of t̂, as ByteEncode12 has it
 *             H        masks        → 768 × Z_3329 uniform coefficients by rejection from SHAKE-128
 *             m_j      messages     32 bytes       what the sender encrypts under key j
 *             RO       keyOracle    → 16 bytes     SHAKE-256
 * Deviations  1. One Â for all transfers of a direction of a session; the paper's agreement has one for each.
 *             2. No Fujisaki–Okamoto transform around K-PKE, so the coins of Encrypt are fresh and not a hash of m.
 *             3. Protocol, session, both parties, i and the branch are in every input of H and RO, protocol to parties in that of ρ.
 *
 *     receiver(c)                                                     sender
 *     1. N ← uniform;  ρ = SHA-256(N)                                 the same ρ and Â from N
 *        (ŝ, t̂) ← K-PKE.KeyGen under Â;  r_{1−c} ← uniform
 *        r_c = t̂ − H(i, c, r_{1−c})
 *                        keys: N, then r_0 ‖ r_1 for all i  ───────▶
 *     2.                                                              t̂_j = r_j + H(i, j, r_{1−j})
 *                                                                     m_j ← uniform;  ct_j ← K-PKE.Encrypt((Â, t̂_j), m_j)
 *                        ◀───────   ciphertexts: ct_0 ‖ ct_1, for all i
 *     3. k_c = RO(i, c, K-PKE.Decrypt(ŝ, ct_c))                       k_j = RO(i, j, m_j)
 *
 * One matrix. t̂_1 … t̂_n = Â·s_i + e_i have independent secrets, so whoever tells them from uniform tells one of them in a hybrid: the
 * reduction gets (Â, b) and makes all others itself, for which it needs Â alone (Peikert, Vaikuntanathan, Waters, CRYPTO 2008, rest
 * LWE with many secrets on this). Likewise (u, v) = (Âᵀ·y + e_1, t̂ᵀ·y + e_2 + ⌈q/2⌋·m) for the branch whose t̂ is uniform is four samples
 * of Module-LWE with the secret y, of which every ciphertext has its own: coins are shared by no two, neither by the two branches of a
 * transfer. In sum at most n·(Adv(3 samples) + Adv(4 samples)), the bound that n transfers under n matrices have too. What does change is
 * the price of many: lattice reduction of one Â serves all n. So the category is claimed for the session and not for each transfer, and Â is
 * used up by one direction of one session: N is fresh, and ρ binds session and parties, so that nothing can be computed ahead.
 * emp-ot (base_ot/bmm.h) shares A between all transfers of a session id too.
 *
 * No Fujisaki–Okamoto transform. It defends a key that is used again against ciphertexts that nobody encrypted. Here a secret ŝ decrypts
 * one ciphertext and is wiped, and a semi-honest sender encrypts as it should; the agreement needs to hold against listeners only, which
 * is IND-CPA. A malicious sender could learn from an abort further on whether a bent ciphertext decrypted, so a malicious suite may not
 * rest on these transfers: Badrinarayanan, Masny, Mukherjee (ePrint 2022/415) have some for that. Honest ciphertexts decrypt but
 * with probability below 2^-164 each (FIPS 203, table 1).
 *
 * Constant time. Which of two masks a receiver expands, and which vector it samples, is its choice, and the sender knows the candidates
 * of both: so rejection moves the good ones in a pattern that is independent of them (`sampleUniform`). The matrix is public.
 */
import { baseFacts, baseMessages, mlKem768 } from '#program/plans';
import { defineFlow } from '../../channel/index.js';

export const kPkeFlow = defineFlow({
  protocol: 'masny-rindal-k-pke-768/1',
  roles: ['receiver', 'sender'],
  arrows: [
    { from: 'receiver', message: 'keys' },
    { from: 'sender', message: 'ciphertexts' },
  ],
});

export const keyBytes = 16;
export const nonceBytes = baseFacts['k-pke-768'].once;
export const { vector: vectorBytes, ciphertext: ciphertextBytes } = mlKem768;
export const messageBytes = 32;

export const keysMessageBytes = (count: number): number => baseMessages('k-pke-768', count).keys;
export const ciphertextsMessageBytes = (count: number): number => baseMessages('k-pke-768', count).ciphertexts;
