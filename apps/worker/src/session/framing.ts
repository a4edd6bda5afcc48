import { maxFrameBytes } from '#mpc';

/**
 * What crosses a session link inside TLS, in either direction:
 *
 *     frame      length u32be (1 … 16 MiB) ‖ body
 *     heartbeat  0x00000000
 *     farewell   0xffffffff ‖ blame u8: the sender will say no more. 0xfe: it is done; 0xff: it stops, and names nobody;
 *                else it stops because of the party of this index
 *     echo       0xfffffffe ‖ nonce, 16 bytes that cannot be guessed: the peer answers with a reply as soon as it has read it
 *     reply      0xfffffffd ‖ nonce of the echo
 */
export const HEARTBEAT = new Uint8Array(4);
const FAREWELL_WORD = 0xffff_ffff;
const ECHO_WORD = 0xffff_fffe;
const REPLY_WORD = 0xffff_fffd;
const DONE = 0xfe;
const NOBODY = 0xff;
/** So long that no peer answers an echo that it has not read. */
export const NONCE_BYTES = 16;

export type Farewell = { readonly kind: 'done' } | { readonly kind: 'stopped'; readonly blame?: number };

export type Incoming =
  | { readonly kind: 'frame'; readonly frame: Uint8Array }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'farewell'; readonly farewell: Farewell }
  | { readonly kind: 'echo' | 'reply'; readonly nonce: Uint8Array };

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

function encodeWord(word: number, rest: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + rest.length);
  new DataView(bytes.buffer).setUint32(0, word);
  bytes.set(rest, 4);
  return bytes;
}
export const encodeFarewell = (farewell: Farewell): Uint8Array => encodeWord(FAREWELL_WORD, Uint8Array.of(farewell.kind === 'done' ? DONE : (farewell.blame ?? NOBODY)));
export const encodeEcho = (nonce: Uint8Array): Uint8Array => encodeWord(ECHO_WORD, nonce);
export const encodeReply = (nonce: Uint8Array): Uint8Array => encodeWord(REPLY_WORD, nonce);

function decodeWord(word: number, rest: Uint8Array): Incoming {
  if (word !== FAREWELL_WORD) return { kind: word === ECHO_WORD ? 'echo' : 'reply', nonce: rest };
  const [byte] = rest;
  return { kind: 'farewell', farewell: byte === DONE ? { kind: 'done' } : byte === NOBODY ? { kind: 'stopped' } : { kind: 'stopped', blame: byte } };
}

/** Cuts a byte stream into what was sent. A length is checked before memory is set aside for it. */
export class Deframer {
  readonly #prefix = new Uint8Array(4);
  #prefixBytes = 0;
  #body: Uint8Array | undefined;
  #bodyBytes = 0;
  /** Of what is no frame. */
  #word: number | undefined;

  /** What `chunk` completes, in order. Throws FramingError. */
  *push(chunk: Uint8Array): Generator<Incoming> {
    let offset = 0;
    while (offset < chunk.length) {
      if (!this.#body) {
        this.#prefix[this.#prefixBytes++] = chunk[offset++];
        if (this.#prefixBytes < 4) continue;
        this.#prefixBytes = 0;
        const length = new DataView(this.#prefix.buffer).getUint32(0);
        if (length === 0) yield { kind: 'heartbeat' };
        else this.#await(length);
        continue;
      }
      const part = chunk.subarray(offset, offset + this.#body.length - this.#bodyBytes);
      this.#body.set(part, this.#bodyBytes);
      this.#bodyBytes += part.length;
      offset += part.length;
      if (this.#bodyBytes < this.#body.length) continue;
      const [word, body] = [this.#word, this.#body];
      this.#word = this.#body = undefined;
      yield word === undefined ? { kind: 'frame', frame: body } : decodeWord(word, body);
    }
  }

  /** Makes room for what follows a length or a word. */
  #await(length: number): void {
    if (length >= REPLY_WORD) this.#word = length;
    else if (length > maxFrameBytes) throw new FramingError(`a frame of ${length} bytes, more than the ${maxFrameBytes} allowed`);
    this.#body = new Uint8Array(this.#word === undefined ? length : length === FAREWELL_WORD ? 1 : NONCE_BYTES);
    this.#bodyBytes = 0;
  }
}
