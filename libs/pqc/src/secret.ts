/** What a class instance that holds a secret prints, in Node's inspector, in template strings and in JSON. */
export abstract class Secret {
  toString(): string {
    return '[secret]';
  }
  toJSON(): string {
    return '[secret]';
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]';
  }
}

/** Overwrites temporary secrets. JavaScript may have copied them elsewhere; this removes the copy that we own. */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}

/** The bytes of `buffer` in an array of their own; the buffer is wiped. For secrets that node:crypto returns. */
export function moved(buffer: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(buffer);
  wipe(buffer);
  return bytes;
}
