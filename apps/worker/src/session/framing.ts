import { maxFrameBytes } from '#mpc';

/**
 * What crosses a session link inside TLS, in either direction:
 *
 *     frame      length u32be (1 … 16 MiB) ‖ body
 *     heartbeat  0x00000000
 *     farewell   0xffffffff ‖ blame u8: the sender will say no more. 0xfe: it is done; 0xff: it stops, and names nobody;
 *                else it stops because of the party of this index
 *     echo       0xfffffffe ‖ number u8: the peer answers with a reply as soon as it has read it
 *     reply      0xfffffffd ‖ number u8 of the echo
 */
export const HEARTBEAT = new Uint8Array(4);
const FAREWELL_WORD = 0xffff_ffff;
const ECHO_WORD = 0xffff_fffe;
const REPLY_WORD = 0xffff_fffd;
const DONE = 0xfe;
const NOBODY = 0xff;

export type Farewell = { readonly kind: 'done' } | { readonly kind: 'stopped'; readonly blame?: number };

export type Incoming =
  | { readonly kind: 'frame'; readonly frame: Uint8Array }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'farewell'; readonly farewell: Farewell }
  | { readonly kind: 'echo' | 'reply'; readonly number: number };

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

function encodeWord(word: number, byte: number): Uint8Array {
  const bytes = new Uint8Array(5);
  new DataView(bytes.buffer).setUint32(0, word);
  bytes[4] = byte;
  return bytes;
}
export const encodeFarewell = (farewell: Farewell): Uint8Array => encodeWord(FAREWELL_WORD, farewell.kind === 'done' ? DONE : (farewell.blame ?? NOBODY));
export const encodeEcho = (number: number): Uint8Array => encodeWord(ECHO_WORD, number);
export const encodeReply = (number: number): Uint8Array => encodeWord(REPLY_WORD, number);

function decodeWord(word: number, byte: number): Incoming {
  if (word !== FAREWELL_WORD) return { kind: word === ECHO_WORD ? 'echo' : 'reply', number: byte };
  return { kind: 'farewell', farewell: byte === DONE ? { kind: 'done' } : byte === NOBODY ? { kind: 'stopped' } : { kind: 'stopped', blame: byte } };
}

/** Cuts a byte stream into what was sent. A length is checked before memory is set aside for it. */
export class Deframer {
  readonly #prefix = new Uint8Array(4);
  #prefixBytes = 0;
  #body: Uint8Array | undefined;
  #bodyBytes = 0;
  /** A word that one more byte completes. */
  #word: number | undefined;

  /** What `chunk` completes, in order. Throws FramingError. */
  *push(chunk: Uint8Array): Generator<Incoming> {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#word !== undefined) {
        const word = this.#word;
        this.#word = undefined;
        yield decodeWord(word, chunk[offset++]);
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
        else if (length >= REPLY_WORD) this.#word = length;
        else if (length > maxFrameBytes) throw new FramingError(`a frame of ${length} bytes, more than the ${maxFrameBytes} allowed`);
        else {
          this.#body = new Uint8Array(length);
          this.#bodyBytes = 0;
        }
      }
    }
  }
}
