import { maxFrameBytes } from '#mpc';

/**
 * What crosses a session link inside TLS, in either direction:
 *
 *     frame      length u32be (1 … 16 MiB) ‖ body
 *     heartbeat  0x00000000
 *     farewell   0xffffffff ‖ blame u8: the sender will say no more. 0xfe: it is done; 0xff: it stops, and names nobody;
 *                else it stops because of the party of this index
 */
export const HEARTBEAT = new Uint8Array(4);
const FAREWELL_WORD = 0xffff_ffff;
const DONE = 0xfe;
const NOBODY = 0xff;

export type Farewell = { readonly kind: 'done' } | { readonly kind: 'stopped'; readonly blame?: number };

export type Incoming =
  | { readonly kind: 'frame'; readonly frame: Uint8Array }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'farewell'; readonly farewell: Farewell };

/** The peer sent what no peer sends. */
export class FramingError extends Error {
  override readonly name = 'FramingError';
}

export function encodeLength(frame: Uint8Array): Uint8Array {
  if (frame.length === 0 || frame.length > maxFrameBytes) throw new RangeError(`a frame of ${frame.length} bytes`);
  const prefix = new Uint8Array(4);
  new DataView(prefix.buffer).setUint32(0, frame.length);
  return prefix;
}

export function encodeFarewell(farewell: Farewell): Uint8Array {
  const reason = farewell.kind === 'done' ? DONE : (farewell.blame ?? NOBODY);
  return Uint8Array.of(0xff, 0xff, 0xff, 0xff, reason);
}

/** Cuts a byte stream into what was sent. A length is checked before memory is set aside for it. */
export class Deframer {
  readonly #prefix = new Uint8Array(4);
  #prefixBytes = 0;
  #body: Uint8Array | undefined;
  #bodyBytes = 0;
  #farewell = false;

  /** What `chunk` completes, in order. Throws FramingError. */
  *push(chunk: Uint8Array): Generator<Incoming> {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#farewell) {
        const reason = chunk[offset++];
        this.#farewell = false;
        yield { kind: 'farewell', farewell: reason === DONE ? { kind: 'done' } : reason === NOBODY ? { kind: 'stopped' } : { kind: 'stopped', blame: reason } };
      } else if (this.#body) {
        const part = chunk.subarray(offset, offset + this.#body.length - this.#bodyBytes);
        this.#body.set(part, this.#bodyBytes);
        this.#bodyBytes += part.length;
        offset += part.length;
        if (this.#bodyBytes === this.#body.length) {
          const frame = this.#body;
          this.#body = undefined;
          yield { kind: 'frame', frame };
        }
      } else {
        this.#prefix[this.#prefixBytes++] = chunk[offset++];
        if (this.#prefixBytes < 4) continue;
        this.#prefixBytes = 0;
        const length = new DataView(this.#prefix.buffer).getUint32(0);
        if (length === 0) yield { kind: 'heartbeat' };
        else if (length === FAREWELL_WORD) this.#farewell = true;
        else if (length > maxFrameBytes) throw new FramingError(`a frame of ${length} bytes, more than the ${maxFrameBytes} allowed`);
        else {
          this.#body = new Uint8Array(length);
          this.#bodyBytes = 0;
        }
      }
    }
  }
}
