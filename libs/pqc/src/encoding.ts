import { KeyError } from './errors.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUE = new Int8Array(128).fill(-1);
for (let i = 0; i < ALPHABET.length; i++) VALUE[ALPHABET.charCodeAt(i)] = i;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const utf8 = (text: string): Uint8Array => encoder.encode(text);
/** @throws TypeError when the bytes are not well-formed UTF-8; a byte order mark is kept, so that canonical JSON refuses it. */
export const fromUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes);

/** RFC 4648 §5 without padding. For public bytes only: the lookup is not constant-time. */
export function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const letters = Math.min(bytes.length - i, 3) + 1;
    for (let j = 0; j < letters; j++) text += ALPHABET[(group >> (18 - 6 * j)) & 63];
  }
  return text;
}

/** Strict inverse of `toBase64Url`: no padding, no other letter, unused bits zero, so that one value has one text. @throws KeyError */
export function fromBase64Url(text: string): Uint8Array {
  const rest = text.length % 4;
  if (rest === 1) throw new KeyError('base64url text has an impossible length');
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let at = 0;
  let pending = 0;
  let pendingBits = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const value = code < 128 ? VALUE[code] : -1;
    if (value < 0) throw new KeyError('base64url text has a character outside its alphabet');
    pending = ((pending << 6) | value) & 0xffff;
    pendingBits += 6;
    if (pendingBits >= 8) {
      pendingBits -= 8;
      bytes[at++] = (pending >> pendingBits) & 0xff;
    }
  }
  if ((pending & ((1 << pendingBits) - 1)) !== 0) throw new KeyError('base64url text has bits that no encoder sets');
  return bytes;
}

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
