/** Every error of this library has a stable code; messages never hold key bytes, seeds or plaintext. */
export class PqcError extends Error {
  constructor(readonly code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** CS0001: this Node cannot run Countersign. */
export class RuntimeError extends PqcError {}
/** CS0100: a seed, public key, ciphertext or encoding that cannot be one. */
export class KeyError extends PqcError {
  constructor(message: string, options?: ErrorOptions) {
    super('CS0100', message, options);
  }
}
/** CS0101: a value or text outside the strict canonical JSON profile. */
export class CanonicalError extends PqcError {
  constructor(message: string, options?: ErrorOptions) {
    super('CS0101', message, options);
  }
}
/** CS0110–CS0117: see `StatementErrorCode`. */
export class StatementError extends PqcError {}
/** CS0120–CS0126: see `RequestErrorCode`. */
export class RequestSignatureError extends PqcError {}
/** CS0130–CS0135: see `KeyFileErrorCode`. */
export class KeyFileError extends PqcError {}
/** CS0140–CS0143: a link whose group, certificate or signature is not post-quantum. */
export class LinkError extends PqcError {}
/** CS0150: a sealed message that does not open. */
export class SealError extends PqcError {}
