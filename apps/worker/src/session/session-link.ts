import { randomBytes } from 'node:crypto';
import type { BulkLink, FrameParts, Link } from '#mpc';
import type { ByteStream, StreamEnd } from './byte-stream.js';
import { Deframer, encodeEcho, encodeFarewell, encodeLength, encodeReply, FramingError, HEARTBEAT, NONCE_BYTES, type Farewell } from './framing.js';

/** Frames that nobody has read yet, above which the stream is not read either: TCP then slows the peer down. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;

/** How long a farewell may take; a peer that does not read it does not hold this end up. */
const FAREWELL_MS = 250;

/** Echoes that a link answers. Each answer is kept until the peer reads it, so there is an end to them. */
const MAX_ECHOES = 32;

export interface LinkTimes {
  readonly heartbeatMs: number;
  /** A peer that is silent for so long counts as gone. Heartbeats cannot come while a peer computes, so this is generous; a killed peer shows at once. */
  readonly silenceMs: number;
}
export const DEFAULT_LINK_TIMES: LinkTimes = { heartbeatMs: 1_000, silenceMs: 30_000 };

/** Why a link said its last word, other than by this end's own `close`. */
export type LinkEnd = { readonly kind: 'done' } | { readonly kind: 'stopped'; readonly blame?: number } | StreamEnd;

interface Echo {
  readonly nonce: Uint8Array;
  resolve(): void;
  reject(error: Error): void;
}
interface Reader {
  resolve(frame: FrameParts): void;
  reject(error: Error): void;
}

/**
 * A `Link` of libs/mpc over a stream to a peer that was checked: length-prefixed frames with back-pressure both ways, heartbeats,
 * and a farewell that tells a peer that is done or stops from one that is lost. Frames that arrived before the end can still be read.
 */
export class SessionLink implements Link {
  readonly bulk?: BulkLink;
  readonly #deframer = new Deframer();
  readonly #frames: FrameParts[] = [];
  readonly #readers: Reader[] = [];
  readonly #writers: (() => void)[] = [];
  readonly #timer: NodeJS.Timeout;
  #echo: Echo | undefined;
  #answers = 0;
  #awaitedAnswers: { readonly count: number; resolve(): void; reject(error: Error): void } | undefined;
  #unreadBytes = 0;
  /** Heartbeats of this end since it heard of the peer: its own beats, so that a time in which this process was held up is not taken for the peer's silence. */
  #beatsUnheard = 0;
  #end: LinkEnd | undefined;
  #closed = false;
  #tellStreamOver: () => void = () => undefined;
  bytesSent = 0;
  bytesReceived = 0;

  /** `onEnd` is called once, unless this end closes first. */
  constructor(private readonly stream: ByteStream, private readonly onEnd: (end: LinkEnd) => void, { heartbeatMs, silenceMs }: LinkTimes = DEFAULT_LINK_TIMES) {
    const { transcriptKeys } = stream;
    if (transcriptKeys) {
      this.bulk = {
        transcriptKeys,
        write: (head, body) => this.#write(head, body),
        read: () => this.#read(),
        placeBodies: (place) => this.#deframer.placeBodies(place),
      };
    }
    stream.start({
      data: (bytes) => this.#receive(bytes),
      drain: () => this.#wakeWriters(),
      over: (end) => {
        this.#ended(end);
        if (!stream.destroyed) return;
        this.#tellStreamOver();
        this.#wakeWriters();
      },
    });
    this.#timer = setInterval(() => {
      // While this end leaves bytes unread on purpose, silence says nothing.
      if (stream.paused) this.#beatsUnheard = 0;
      else if (++this.#beatsUnheard * heartbeatMs > silenceMs) this.#ended({ kind: 'lost', reason: `it was silent for ${silenceMs / 1000} seconds` });
      if (this.#open) stream.write(HEARTBEAT);
    }, heartbeatMs);
  }

  write(frame: Uint8Array): Promise<void> {
    return this.#write(frame);
  }

  async read(): Promise<Uint8Array> {
    const { head, body } = await this.#read();
    return new Uint8Array(Buffer.concat([head, body]));
  }

  async #write(...parts: readonly Uint8Array[]): Promise<void> {
    if (!this.#open) throw new Error('the link is closed');
    const frameBytes = parts.reduce((sum, part) => sum + part.length, 0);
    this.bytesSent += frameBytes + 4;
    if (this.stream.write(encodeLength(frameBytes), ...parts)) return;
    await new Promise<void>((resolve) => this.#writers.push(resolve));
    if (this.stream.destroyed) throw new Error('the link closed');
  }

  #wakeWriters(): void {
    for (const wake of this.#writers.splice(0)) wake();
  }

  #read(): Promise<FrameParts> {
    const frame = this.#frames.shift();
    if (frame) {
      this.#unreadBytes -= bytesOf(frame);
      if (this.#unreadBytes <= MAX_UNREAD_BYTES && this.stream.paused) {
        this.#beatsUnheard = 0;
        this.stream.resume();
      }
      return Promise.resolve(frame);
    }
    if (this.#end || this.#closed) return Promise.reject(new Error('the link is closed'));
    return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }));
  }

  /**
   * How long one echo took, in milliseconds; one at a time. The peer answers while nobody reads its frames. It can answer late, but not before it has
   * read the echo, whose nonce it cannot guess.
   */
  async roundTrip(): Promise<number> {
    if (!this.#open || this.#end) throw new Error('the link is closed');
    const nonce = randomBytes(NONCE_BYTES);
    const sentAt = performance.now();
    const answered = new Promise<void>((resolve, reject) => (this.#echo = { nonce, resolve, reject }));
    this.stream.write(encodeEcho(nonce));
    await answered;
    return performance.now() - sentAt;
  }

  /** Resolves when this end has answered `count` echoes of the peer; one wait at a time. */
  hasAnswered(count: number): Promise<void> {
    if (this.#answers >= count) return Promise.resolve();
    if (this.#end || this.#closed) return Promise.reject(new Error('the link is closed'));
    return new Promise((resolve, reject) => (this.#awaitedAnswers = { count, resolve, reject }));
  }

  /** Ends the link: nothing is read or written any more, and the peer learns that this end stops, and because of whom. */
  close(blame?: number): void {
    this.#sayFarewell({ kind: 'stopped', ...(blame === undefined ? {} : { blame }) });
    this.#shut();
    void this.#drain(FAREWELL_MS);
  }

  /**
   * Tells the peer that this end is done, and waits until it is gone too (or `lingerMs`): a socket that is closed with bytes unread resets
   * the connection, and the peer could lose what was sent last.
   */
  async finish(lingerMs: number): Promise<void> {
    this.#sayFarewell({ kind: 'done' });
    this.#shut();
    await this.#drain(lingerMs);
  }

  async #drain(lingerMs: number): Promise<void> {
    if (this.stream.destroyed) return;
    this.stream.resume();
    this.stream.end();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, lingerMs);
      this.#tellStreamOver = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.stream.destroy();
  }

  get #open(): boolean {
    return !this.#closed && this.stream.writable;
  }

  #sayFarewell(farewell: Farewell): void {
    if (this.#open) this.stream.write(encodeFarewell(farewell));
  }

  #shut(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#rejectWaiting();
    for (const { body } of this.#frames.splice(0)) body.fill(0);
    this.#unreadBytes = 0;
  }

  #receive(chunk: Uint8Array): void {
    this.#beatsUnheard = 0;
    this.bytesReceived += chunk.length;
    if (this.#closed || this.#end) return;
    try {
      for (const incoming of this.#deframer.push(chunk)) {
        if (incoming.kind === 'farewell') return this.#ended(incoming.farewell);
        if (incoming.kind === 'frame') this.#deliver(incoming.frame);
        else if (incoming.kind === 'echo') this.#answer(incoming.nonce);
        else if (incoming.kind === 'reply') this.#answered(incoming.nonce);
      }
    } catch (error) {
      this.#ended({ kind: 'lost', reason: `it sent ${(error as Error).message}` });
      this.stream.destroy();
    }
    if (this.#unreadBytes > MAX_UNREAD_BYTES) this.stream.pause();
  }

  #answer(nonce: Uint8Array): void {
    if (++this.#answers > MAX_ECHOES) throw new FramingError('too many echoes');
    if (this.#open) this.stream.write(encodeReply(nonce));
    if (this.#answers === this.#awaitedAnswers?.count) this.#awaitedAnswers.resolve();
  }

  #answered(nonce: Uint8Array): void {
    if (!this.#echo || Buffer.compare(this.#echo.nonce, nonce) !== 0) throw new FramingError('a reply to no echo');
    this.#echo.resolve();
    this.#echo = undefined;
  }

  #rejectWaiting(): void {
    const error = new Error('the link is closed');
    this.#echo?.reject(error);
    this.#awaitedAnswers?.reject(error);
    for (const reader of this.#readers.splice(0)) reader.reject(error);
  }

  #deliver(frame: FrameParts): void {
    const reader = this.#readers.shift();
    if (reader) return reader.resolve(frame);
    this.#frames.push(frame);
    this.#unreadBytes += bytesOf(frame);
  }

  #ended(end: LinkEnd): void {
    if (this.#end || this.#closed) return;
    this.#end = end;
    clearInterval(this.#timer);
    this.#rejectWaiting();
    this.onEnd(end);
  }
}

const bytesOf = ({ head, body }: FrameParts): number => head.length + body.length;
