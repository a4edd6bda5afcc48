import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, linkSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isMlDsa, isMlKem, parametersOf, type MlDsa, type MlKem } from '../algorithms.js';
import { checkSeed } from '../checks.js';
import { canonicalise } from '../canonical.js';
import { fromBase64Url, toBase64Url, utf8 } from '../encoding.js';
import { KeyFileError } from '../errors.js';
import { moved, wipe } from '../secret.js';
import { flushFolder } from './private-file.js';

export const KeyFileErrorCode = {
  readableByOthers: 'CS0130',
  malformed: 'CS0131',
  passphraseNeeded: 'CS0132',
  doesNotOpen: 'CS0133',
  missing: 'CS0134',
  exists: 'CS0135',
} as const;

export interface KeyFile {
  /** `link`, `approval`, `witness`, `sealing`, `log`: a key serves one purpose. */
  readonly purpose: string;
  readonly algorithm: MlDsa | MlKem;
  readonly seed: Uint8Array;
}

// 128 MiB and about 0.3 s for each guess (RFC 7914; OWASP's first choice for scrypt).
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 2 ** 20 } as const;
const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

interface Encrypted {
  readonly salt: string;
  readonly nonce: string;
  readonly ciphertext: string;
}

const headerOf = (purpose: string, algorithm: string): Uint8Array =>
  utf8(canonicalise({ algorithm, purpose, v: 1, cipher: 'scrypt-131072-8-1+aes-256-gcm' }));

function encrypt({ purpose, algorithm, seed }: KeyFile, passphrase: string): Encrypted {
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const key = scryptSync(passphrase.normalize('NFC'), salt, 32, SCRYPT);
  try {
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
    cipher.setAAD(headerOf(purpose, algorithm));
    const ciphertext = Buffer.concat([cipher.update(seed), cipher.final(), cipher.getAuthTag()]);
    return { salt: toBase64Url(salt), nonce: toBase64Url(nonce), ciphertext: toBase64Url(ciphertext) };
  } finally {
    wipe(key);
  }
}

function decrypt(purpose: string, algorithm: string, encrypted: Encrypted, passphrase: string): Uint8Array {
  const sealed = fromBase64Url(encrypted.ciphertext);
  const key = scryptSync(passphrase.normalize('NFC'), fromBase64Url(encrypted.salt), 32, SCRYPT);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, fromBase64Url(encrypted.nonce), { authTagLength: 16 });
    decipher.setAAD(headerOf(purpose, algorithm));
    decipher.setAuthTag(sealed.subarray(-16));
    const seed = moved(decipher.update(sealed.subarray(0, -16)));
    try {
      decipher.final();
    } catch (cause) {
      wipe(seed);
      throw cause;
    }
    return seed;
  } finally {
    wipe(key);
  }
}

/** Writes to a private temporary file, flushes it, then links it in place: a crash leaves the whole file or none, and no key is ever replaced. */
function writeOnce(path: string, text: string): void {
  const temporary = join(dirname(path), `.${randomBytes(8).toString('hex')}.tmp`);
  const file = openSync(temporary, 'wx', OWNER_ONLY);
  try {
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    linkSync(temporary, path);
    flushFolder(dirname(path));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new KeyFileError(KeyFileErrorCode.exists, `key file \`${path}\` exists already; a key is never overwritten`, { cause });
  } finally {
    unlinkSync(temporary);
  }
}

/**
 * Writes a new key file of mode 0600: `{v, purpose, algorithm, seed}` as JSON, or with a passphrase `{v, purpose, algorithm, encrypted}`
 * (scrypt N = 2^17, r = 8, p = 1; AES-256-GCM bound to the other fields).
 * @throws KeyFileError CS0135 when the file exists, KeyError CS0100 when the seed is none of this algorithm
 */
export function writeKeyFile(path: string, keyFile: KeyFile, passphrase?: string): void {
  const { purpose, algorithm, seed } = keyFile;
  checkSeed(algorithm, seed);
  // Not our own base64url, which looks letters up by the byte.
  const secret = passphrase === undefined ? { seed: Buffer.from(seed.buffer, seed.byteOffset, seed.length).toString('base64url') } : { encrypted: encrypt(keyFile, passphrase) };
  writeOnce(path, `${JSON.stringify({ v: 1, purpose, algorithm, ...secret }, null, 2)}\n`);
}

function readPrivate(path: string): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw new KeyFileError(KeyFileErrorCode.missing, `key file \`${path}\` cannot be opened`, { cause });
  }
  try {
    // Windows has no such mode bits; there the directory's access list protects the file.
    if (process.platform !== 'win32' && (fstatSync(file).mode & OTHERS) !== 0) {
      throw new KeyFileError(KeyFileErrorCode.readableByOthers, `key file \`${path}\` is open to other users: run \`chmod 600\` on it, and rotate the key if they may have read it`);
    }
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';

function parse(path: string, text: string): { purpose: string; algorithm: MlDsa | MlKem; seed?: string; encrypted?: Encrypted } {
  let value: { v?: unknown; purpose?: unknown; algorithm?: unknown; seed?: unknown; encrypted?: Partial<Record<keyof Encrypted, unknown>> } | null;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  const { v, purpose, algorithm, seed, encrypted } = value ?? {};
  if (v === 1 && isText(purpose) && isText(algorithm) && (isMlDsa(algorithm) || isMlKem(algorithm))) {
    if (isText(seed) && encrypted === undefined) return { purpose, algorithm, seed };
    const { salt, nonce, ciphertext } = encrypted ?? {};
    if (seed === undefined && isText(salt) && isText(nonce) && isText(ciphertext)) return { purpose, algorithm, encrypted: { salt, nonce, ciphertext } };
  }
  throw new KeyFileError(KeyFileErrorCode.malformed, `\`${path}\` is no key file`);
}

/** The key in a file; the caller wipes the seed. @throws KeyFileError CS0130–CS0134 */
export function readKeyFile(path: string, passphrase?: string): KeyFile {
  const { purpose, algorithm, seed: plain, encrypted } = parse(path, readPrivate(path));
  if (encrypted && passphrase === undefined) throw new KeyFileError(KeyFileErrorCode.passphraseNeeded, `key file \`${path}\` needs its passphrase`);
  let seed: Uint8Array;
  try {
    seed = encrypted ? decrypt(purpose, algorithm, encrypted, passphrase ?? '') : moved(Buffer.from(plain ?? '', 'base64url'));
  } catch (cause) {
    throw new KeyFileError(KeyFileErrorCode.doesNotOpen, `key file \`${path}\` does not open: the passphrase is wrong or the file is damaged`, { cause });
  }
  if (seed.length !== parametersOf(algorithm).seedBytes) throw new KeyFileError(KeyFileErrorCode.malformed, `key file \`${path}\` holds no seed of \`${algorithm}\``);
  return { purpose, algorithm, seed };
}
