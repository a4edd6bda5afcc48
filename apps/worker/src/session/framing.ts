import { frameHeadBytes, maxFrameBytes, type FrameParts, type Place } from '#mpc';

/**
 * What crosses a session link inside its records, in either direction:
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
  | { readonly kind: 'frame'; readonly frame: FrameParts }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'farewell'; readonly farewell: Farewell }
  | { readonly kind: 'echo' | 'reply'; readonly nonce: Uint8Array };

/** The peer sent what no peer sends. */
export class FramingError extends Error {
  override readonly name = 'FramingError';
}

export function encodeLength(frameBytes: number): Uint8Array {
  if (frameBytes === 0 || frameBytes > maxFrameBytes) throw new RangeError(`a frame of ${frameBytes} bytes`);
  const prefix = new Uint8Array(4);
  new DataView(prefix.buffer).setUint32(0, frameBytes);
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

/** What the bytes to come belong to. */
type Stage = { readonly of: 'prefix' } | { readonly of: 'word'; readonly word: number } | { readonly of: 'head'; readonly bodyBytes: number } | { readonly of: 'body'; readonly head: Uint8Array };

/** Cuts a byte stream into what was sent. A length is checked before memory is set aside for it. */
export class Deframer {
  #stage: Stage = { of: 'prefix' };
  #target: Uint8Array = new Uint8Array(4);
  #filled = 0;
  #place: Place = () => undefined;

  /** As `Link.bulk` of libs/mpc has it. */
  placeBodies(place: Place): void {
    this.#place = place;
  }

  /** What `chunk` completes, in order. Throws FramingError. */
  *push(chunk: Uint8Array): Generator<Incoming> {
    for (let offset = 0; ; ) {
      const part = chunk.subarray(offset, offset + this.#target.length - this.#filled);
      this.#target.set(part, this.#filled);
      this.#filled += part.length;
      offset += part.length;
      if (this.#filled < this.#target.length) return;
      const completed = this.#complete(this.#stage, this.#target);
      if (completed) yield completed;
    }
  }

  #complete(stage: Stage, bytes: Uint8Array): Incoming | undefined {
    if (stage.of === 'prefix') return this.#begin(new DataView(bytes.buffer).getUint32(0));
    if (stage.of === 'head') {
      const place = stage.bodyBytes > 0 ? this.#place(bytes, stage.bodyBytes) : undefined;
      return this.#await({ of: 'body', head: bytes }, place ?? new Uint8Array(stage.bodyBytes));
    }
    this.#await({ of: 'prefix' }, new Uint8Array(4));
    return stage.of === 'body' ? { kind: 'frame', frame: { head: stage.head, body: bytes } } : decodeWord(stage.word, bytes);
  }

  #begin(length: number): Incoming | undefined {
    if (length === 0) return this.#await({ of: 'prefix' }, new Uint8Array(4)) ?? { kind: 'heartbeat' };
    if (length >= REPLY_WORD) return this.#await({ of: 'word', word: length }, new Uint8Array(length === FAREWELL_WORD ? 1 : NONCE_BYTES));
    if (length > maxFrameBytes) throw new FramingError(`a frame of ${length} bytes, more than the ${maxFrameBytes} allowed`);
    const headBytes = Math.min(frameHeadBytes, length);
    return this.#await({ of: 'head', bodyBytes: length - headBytes }, new Uint8Array(headBytes));
  }

  #await(stage: Stage, target: Uint8Array): undefined {
    this.#stage = stage;
    this.#target = target;
    this.#filled = 0;
  }
}
