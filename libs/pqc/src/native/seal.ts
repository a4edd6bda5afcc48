import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { ML_KEM } from '../algorithms.js';
import { concatBytes, utf8 } from '../encoding.js';
import { SealError } from '../errors.js';
import { moved, wipe } from '../secret.js';
import { sha256 } from './hash.js';
import { encapsulate, type KemKey } from './kem.js';

const ALGORITHM = 'ML-KEM-768';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface SealContext {
  /** What the key is for: job, attempt, sender, receiver. Bound into the key. */
  readonly info: Uint8Array;
  /** Bound into the tag. */
  readonly aad: Uint8Array;
}
export interface Sealed {
  /** 1088 bytes. */
  readonly kemCiphertext: Uint8Array;
  /** AES-256-GCM ciphertext ‖ 16-byte tag. */
  readonly ciphertext: Uint8Array;
}

// ML-KEM binds its secret to neither key nor ciphertext against a malicious key holder (threat T5), so both enter the derivation. One key
// encrypts one message, hence the nonce may come from the same derivation.
function derive(sharedSecret: Uint8Array, receiverPublicKey: Uint8Array, kemCiphertext: Uint8Array, info: Uint8Array): Uint8Array {
  const bound = concatBytes(utf8('countersign/seal/1\0'), sha256(receiverPublicKey), sha256(kemCiphertext), sha256(info));
  return new Uint8Array(hkdfSync('sha256', sharedSecret, new Uint8Array(0), bound, KEY_BYTES + NONCE_BYTES));
}

/**
 * `plaintext` for the holder of an ML-KEM-768 key alone: ML-KEM, HKDF-SHA-256, AES-256-GCM. Anonymous: who sealed is proved elsewhere.
 * @throws KeyError CS0100 when the receiver's key fails FIPS 203 §7.2
 */
export function sealTo(receiverPublicKey: Uint8Array, message: SealContext & { readonly plaintext: Uint8Array }): Sealed {
  const { ciphertext: kemCiphertext, sharedSecret } = encapsulate(ALGORITHM, receiverPublicKey);
  const derived = derive(sharedSecret, receiverPublicKey, kemCiphertext, message.info);
  try {
    const cipher = createCipheriv('aes-256-gcm', derived.subarray(0, KEY_BYTES), derived.subarray(KEY_BYTES), { authTagLength: TAG_BYTES });
    cipher.setAAD(message.aad);
    const ciphertext = concatBytes(cipher.update(message.plaintext), cipher.final(), cipher.getAuthTag());
    return { kemCiphertext, ciphertext };
  } finally {
    wipe(sharedSecret, derived);
  }
}

/** The plaintext; the caller wipes it. @throws SealError CS0150, the same for every cause */
export function openSealed(key: KemKey, sealed: Sealed & SealContext): Uint8Array {
  const { kemCiphertext, ciphertext, info, aad } = sealed;
  if (key.algorithm !== ALGORITHM || kemCiphertext.length !== ML_KEM[ALGORITHM].ciphertextBytes || ciphertext.length < TAG_BYTES) {
    throw new SealError('CS0150', 'the sealed message does not open with this key');
  }
  const sharedSecret = key.decapsulate(kemCiphertext);
  const derived = derive(sharedSecret, key.publicKey, kemCiphertext, info);
  try {
    const decipher = createDecipheriv('aes-256-gcm', derived.subarray(0, KEY_BYTES), derived.subarray(KEY_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(aad);
    decipher.setAuthTag(ciphertext.subarray(ciphertext.length - TAG_BYTES));
    const opened = decipher.update(ciphertext.subarray(0, ciphertext.length - TAG_BYTES));
    try {
      decipher.final();
    } catch (cause) {
      wipe(opened);
      throw new SealError('CS0150', 'the sealed message does not open with this key', { cause });
    }
    return moved(opened);
  } finally {
    wipe(sharedSecret, derived);
  }
}
