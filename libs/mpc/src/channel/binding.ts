import { createHash } from 'node:crypto';

/** Where in a session a hash is made; nothing made in one place means anything in another. */
export interface Binding {
  /** 32 bytes, never used twice. */
  readonly sessionId: Uint8Array;
  /** Party index of the protocol's first role, then of its second. */
  readonly roles: readonly [number, number];
}

/** The only encoding under a hash: each part behind its length (u32 little-endian). */
export function lengthPrefixed(...parts: readonly Uint8Array[]): Uint8Array {
  const encoded = new Uint8Array(parts.reduce((sum, part) => sum + 4 + part.length, 0));
  const view = new DataView(encoded.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length, true);
    encoded.set(part, at + 4);
    at += 4 + part.length;
  }
  return encoded;
}

/** `numbers` as u32 little-endian. */
export function counters(...numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * numbers.length);
  const view = new DataView(bytes.buffer);
  numbers.forEach((number, i) => view.setUint32(4 * i, number, true));
  return bytes;
}

/** The prefix of every hash input of `protocol` (which names its version) at `step`. */
export function domain(protocol: string, step: string, { sessionId, roles }: Binding): Uint8Array {
  return lengthPrefixed(Buffer.from('countersign/mpc'), Buffer.from(protocol), Buffer.from(step), sessionId, counters(...roles));
}

/** SHA-256 of the parts, in that domain. 32 bytes. */
export function boundHash(protocol: string, step: string, binding: Binding, ...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256').update(domain(protocol, step, binding));
  return new Uint8Array(hash.update(lengthPrefixed(...parts)).digest());
}
