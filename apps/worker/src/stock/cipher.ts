import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { type SigningKey, wipe } from '#pqc';
import { TAG_BYTES } from './header.js';

const KEY_BYTES = 32;
const NO_SALT = new Uint8Array(0);

/**
 * The key of the whole stock. It comes from the seed of the link key by HKDF under a label of its own, so a passphrase that protects the one
 * protects the other, and a new link key, under which every set has another name, leaves the old stock unreadable.
 */
export function stockKeyOf(link: SigningKey): Uint8Array {
  const seed = link.seed();
  try {
    return new Uint8Array(hkdfSync('sha256', seed, NO_SALT, 'countersign/stock-key/1', KEY_BYTES));
  } finally {
    wipe(seed);
  }
}

/** The key of one file: `salt` is random, so no key ever encrypts two files. The caller wipes it. */
export const fileKeyOf = (stockKey: Uint8Array, { salt, setId }: { readonly salt: string; readonly setId: string }): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', stockKey, Buffer.from(salt, 'hex'), `countersign/stock-file/1\0${setId}`, KEY_BYTES));

/** Which chunk this is. Index and end are in the nonce, so chunks can be neither moved, left out nor cut off (STREAM: Hoang et al., CRYPTO 2015). */
export interface ChunkPlace {
  readonly index: number;
  readonly last: boolean;
}

function nonceOf({ index, last }: ChunkPlace): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 7);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/** Ciphertext and tag of one chunk, bound to `prefix`. */
export function sealChunk(key: Uint8Array, prefix: Uint8Array, place: ChunkPlace, plaintext: Uint8Array): Buffer[] {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(place), { authTagLength: TAG_BYTES });
  cipher.setAAD(prefix);
  return [cipher.update(plaintext), cipher.final(), cipher.getAuthTag()];
}

/** The plaintext, which the caller wipes, or undefined when these are not the bytes that were sealed there. */
export function openChunk(key: Uint8Array, prefix: Uint8Array, place: ChunkPlace, sealed: Uint8Array): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(place), { authTagLength: TAG_BYTES });
  decipher.setAAD(prefix);
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const plaintext = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES));
  try {
    decipher.final();
    return plaintext;
  } catch {
    wipe(plaintext);
    return undefined;
  }
}
