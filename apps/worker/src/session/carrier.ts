import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { free, RECORD_TYPE } from './record.js';

const TLS_HEADER_BYTES = 5;

/** What a socket of a link takes before it asks the writer to wait: a few frames, so that the kernel is never short of bytes. */
export const WRITE_AHEAD_BYTES = 512 * 1024;

/** Who takes what comes after TLS. `data` is valid only during the call. */
export interface Diversion {
  data(bytes: Uint8Array): void;
  end(): void;
}

/** A TCP connection whose first part is TLS. */
export interface Connection {
  readonly tls: TLSSocket;
  readonly carrier: Carrier;
}

/**
 * What TLS runs on until a link's own records follow on the same TCP connection: record for record, by their first byte (as RFC 7983 tells
 * DTLS from SRTP), what belongs to TLS is handed to TLS, and from the first byte that does not on, everything waits for `divert`.
 */
export class Carrier extends Duplex {
  /** Of the record of TLS that is passing: bytes of its header so far, and of its content to come. */
  readonly #header = new Uint8Array(TLS_HEADER_BYTES);
  #headerBytes = 0;
  #contentBytes = 0;
  #past = false;
  #waiting: Uint8Array | undefined;
  #ended = false;
  #diversion: Diversion | undefined;
  #released = false;

  constructor(readonly socket: Socket) {
    super();
    // Whoever runs TLS on this hears of it; nobody else has to.
    this.on('error', () => undefined);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#arrived(chunk));
    socket.on('end', () => {
      this.#ended = true;
      if (this.#diversion) this.#diversion.end();
      else this.push(null);
    });
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  /** TLS has heard its last word: what comes from now on is handed to `diversion`. */
  divert(diversion: Diversion): void {
    this.#diversion = diversion;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.socket.resume();
    if (waiting) diversion.data(waiting);
    if (this.#ended) diversion.end();
  }

  /** TLS has said its last word: what it does from now on, its end included, does not touch the connection. */
  release(): void {
    this.#released = true;
  }

  #arrived(chunk: Buffer): void {
    if (this.#diversion) {
      this.#diversion.data(chunk);
      return free(chunk);
    }
    const ofTls = this.#lengthOfTls(chunk);
    if (ofTls < chunk.length) {
      this.#waiting = chunk.subarray(ofTls);
      this.socket.pause();
    }
    // What TLS does about it may be to `divert`.
    if (ofTls > 0 && !this.push(chunk.subarray(0, ofTls)) && !this.#diversion) this.socket.pause();
  }

  /** How many bytes at the start of `chunk` are TLS's. */
  #lengthOfTls(chunk: Uint8Array): number {
    let at = 0;
    while (at < chunk.length && !this.#past) {
      const passing = Math.min(this.#contentBytes, chunk.length - at);
      this.#contentBytes -= passing;
      at += passing;
      if (at === chunk.length) break;
      if (this.#headerBytes === 0 && chunk[at] === RECORD_TYPE) this.#past = true;
      else this.#header[this.#headerBytes++] = chunk[at++];
      if (this.#headerBytes < TLS_HEADER_BYTES) continue;
      this.#headerBytes = 0;
      this.#contentBytes = new DataView(this.#header.buffer).getUint16(3);
    }
    return at;
  }

  override _read(): void {
    if (!this.#waiting && !this.#diversion) this.socket.resume();
  }

  override _write(chunk: Uint8Array, _: string, done: (error?: Error | null) => void): void {
    if (this.#released) done();
    else this.socket.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.#released) done();
    else this.socket.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.#released) this.socket.destroy();
    done(error);
  }
}
