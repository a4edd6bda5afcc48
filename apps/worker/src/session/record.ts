import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/**
 * What one end of a session link seals and the other opens: bytes in records, each direction under keys of its own.
 *
 *     record   0x81 ‖ length u24be (1 … 65 KiB) ‖ ciphertext, that many bytes ‖ tag, 16 bytes
 *
 * Construction: AES-256-GCM (NIST SP 800-38D) with the four header bytes as associated data and, as in TLS 1.3 (RFC 8446 §5.3),
 * nonce = iv ⊕ (0^64 ‖ i u32be), where i counts the records under one key.
 * Security: a record opens only in its place, because the receiver counts for itself: what is altered, left out, repeated, moved or cut
 * short does not authenticate, and nothing of a record is handed out before its tag was verified. One failure ends the link.
 * Keys: (key, iv) = HKDF-SHA-256(secret_g, "… key"), HKDF-SHA-256(secret_g, "… iv"); after 2^22 records both ends go on to
 * secret_{g+1} = HKDF-SHA-256(secret_g, "… next"), as a TLS key update does. Under one key that is at most 2^34.1 blocks, so that
 * ciphertexts are told from random with an advantage below 2^-60, the bound that RFC 8446 §5.5 takes for TLS. After 1024 keys the link ends.
 */
export const HEADER_BYTES = 4;
export const TAG_BYTES = 16;
/** A frame of libs/mpc (128 KiB, its header and its length) is two records: results of up to 64 KiB or so are cheap for malloc. */
export const MAX_PLAIN_BYTES = 65 * 1024;
/** No record of TLS begins so (RFC 8446 §5.1 has 20 to 24). */
export const RECORD_TYPE = 0x81;
/** Up to here one copy costs less than one more call of the cipher and one more buffer in a write. */
const JOINED_BYTES = 4096;

export interface RecordLimits {
  /** At most 2^32. */
  readonly recordsPerKey: number;
  readonly keys: number;
}
const DEFAULT_LIMITS: RecordLimits = { recordsPerKey: 2 ** 22, keys: 1024 };

/** The peer sent what no peer seals, or the link has carried all that its keys are good for. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}

/** Gives back at once the memory of a result that node made, as its garbage collector does too late for a fast link. */
export function free(result: Uint8Array): void {
  if (result.buffer instanceof ArrayBuffer && result.buffer.byteLength === result.length) result.buffer.transfer(0);
}

const derive = (secret: Uint8Array, what: 'key' | 'iv' | 'next', length: number): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), `countersign/sealed-record/1 ${what}`, length));

/** The keys of one direction, and the nonce of each record, once. */
class RecordKeys {
  #secret: Uint8Array;
  #key!: KeyObject;
  #iv!: Uint8Array;
  #records = 0;
  #keys = 0;

  constructor(secret: Uint8Array, private readonly limits: RecordLimits) {
    this.#secret = secret.slice();
    this.#use();
  }

  /** INVARIANT: no pair of key and nonce is handed out twice. */
  next(): { readonly key: KeyObject; readonly nonce: Uint8Array } {
    if (this.#records === this.limits.recordsPerKey) this.#advance();
    const nonce = this.#iv.slice();
    const view = new DataView(nonce.buffer);
    view.setUint32(8, view.getUint32(8) ^ this.#records);
    this.#records += 1;
    return { key: this.#key, nonce };
  }

  #advance(): void {
    if (this.#keys === this.limits.keys) throw new RecordError('the link has carried all that its keys are good for');
    const next = derive(this.#secret, 'next', 32);
    this.#secret.fill(0);
    this.#secret = next;
    this.#use();
  }

  #use(): void {
    const key = derive(this.#secret, 'key', 32);
    this.#key = createSecretKey(key);
    key.fill(0);
    this.#iv = derive(this.#secret, 'iv', 12);
    this.#records = 0;
    this.#keys += 1;
  }
}

export class Sealer {
  readonly #keys: RecordKeys;

  constructor(secret: Uint8Array, limits = DEFAULT_LIMITS) {
    this.#keys = new RecordKeys(secret, limits);
  }

  /** The record of these bytes, at most `MAX_PLAIN_BYTES` together, in pieces to be written one after the other. */
  seal(plain: readonly Uint8Array[]): Uint8Array[] {
    const length = plain.reduce((sum, part) => sum + part.length, 0);
    if (length === 0 || length > MAX_PLAIN_BYTES) throw new RangeError(`a record of ${length} bytes`);
    const { key, nonce } = this.#keys.next();
    const header = new Uint8Array(HEADER_BYTES);
    new DataView(header.buffer).setUint32(0, RECORD_TYPE * 2 ** 24 + length);
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(header);
    const short = length <= JOINED_BYTES;
    const pieces: Uint8Array[] = [header, ...(short ? [Buffer.concat(plain)] : plain).map((part) => cipher.update(part))];
    cipher.final();
    pieces.push(cipher.getAuthTag());
    return short ? [Buffer.concat(pieces)] : pieces;
  }
}

/** How many bytes the record takes that begins with `header`. @throws RecordError before anything is set aside for it */
export function recordBytes(header: Uint8Array): number {
  const word = new DataView(header.buffer, header.byteOffset, HEADER_BYTES).getUint32(0);
  const length = word % 2 ** 24;
  if (word >>> 24 !== RECORD_TYPE || length === 0 || length > MAX_PLAIN_BYTES) throw new RecordError('what is no record');
  return HEADER_BYTES + length + TAG_BYTES;
}

export class Opener {
  readonly #keys: RecordKeys;

  constructor(secret: Uint8Array, limits = DEFAULT_LIMITS) {
    this.#keys = new RecordKeys(secret, limits);
  }

  /** The plaintext of the next record, in memory that is the caller's to `free`. @throws RecordError; nothing else opens afterwards */
  open(record: Uint8Array): Uint8Array {
    const { key, nonce } = this.#keys.next();
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(record.subarray(0, HEADER_BYTES));
    decipher.setAuthTag(record.subarray(record.length - TAG_BYTES));
    const plain = decipher.update(record.subarray(HEADER_BYTES, record.length - TAG_BYTES));
    try {
      decipher.final();
      return plain;
    } catch (cause) {
      plain.fill(0);
      throw new RecordError('a record that does not open', { cause });
    }
  }
}
