import { createCipheriv, createHash, createSecretKey } from 'node:crypto';

/**
 * What crossed one direction of one lane, in 32 bytes that both ends of a link compare before anything is opened (`confirm.ts`).
 *
 *     without a key    SHA-256(head_1 ‖ body_1 ‖ head_2 ‖ body_2 ‖ …)
 *     with a key K     SHA-256(head_1 ‖ t_1 ‖ head_2 ‖ t_2 ‖ …), where t_i = body_i if that has at most 1 KiB, and else
 *                      t_i = GMAC_K(nonce_i, body_i), nonce_i = lane u32le ‖ i u64le, 16 bytes
 *
 * Claim: two ends whose frames differ in any byte have different transcripts. A head says how long its body is (`frame.ts`), so each
 * string under SHA-256 splits in one way only, and equal transcripts mean, unless SHA-256 collides, equal heads and equal t_i.
 * Equal t_i of bodies of up to 1 KiB are equal bodies. For longer ones GMAC with one nonce is E_K(nonce) ⊕ GHASH_H(body), and two
 * different bodies of at most 2^13 blocks collide for at most 2^13 + 1 of the 2^128 values of H (McGrew, Viega, "The Security and
 * Performance of the Galois/Counter Mode", INDOCRYPT 2004, ePrint 2004/193, Lemma 2): whoever alters q frames without knowing K goes
 * unnoticed with probability at most q · 2^-114. K is a secret that only the two ends share (`Link.bulk`), tags never leave the hash,
 * and each direction has a K of its own, so that no nonce occurs twice under one key.
 *
 * What a key costs: who knows K can find bodies with equal tags. Those are the two ends alone, and an end that lies need not: it may
 * claim whatever transcript the other end claims. With and without a key a transcript shows honest ends what befell their messages,
 * and binds no end that has agreed with the other to deceive.
 *
 * Why: SHA-256 takes 0.5 ns a byte, more than sealing and the kernel's part of a link together; GMAC takes a tenth of it.
 */
const shortBodyBytes = 1024;

export class Transcript {
  readonly #hash = createHash('sha256');
  readonly #key;
  #frames = 0;

  constructor(private readonly lane: number, key?: Uint8Array) {
    this.#key = key && createSecretKey(key);
  }

  add(head: Uint8Array, body: Uint8Array): void {
    this.#hash.update(head);
    this.#hash.update(this.#key && body.length > shortBodyBytes ? this.#tag(body) : body);
    this.#frames += 1;
  }

  /** Over all frames so far; more can be added afterwards. */
  digest(): Uint8Array {
    return this.#hash.copy().digest();
  }

  #tag(body: Uint8Array): Uint8Array {
    const nonce = new DataView(new ArrayBuffer(12));
    nonce.setUint32(0, this.lane, true);
    nonce.setUint32(4, this.#frames % 2 ** 32, true);
    nonce.setUint32(8, Math.floor(this.#frames / 2 ** 32), true);
    const gmac = createCipheriv('aes-256-gcm', this.#key!, nonce);
    gmac.setAAD(body);
    gmac.final();
    return gmac.getAuthTag();
  }
}
