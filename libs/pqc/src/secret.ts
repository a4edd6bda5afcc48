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
