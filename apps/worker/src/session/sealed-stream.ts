import { timingSafeEqual } from 'node:crypto';
import type { ByteStream, StreamEvents } from './byte-stream.js';
import type { Connection } from './carrier.js';
import { linkSecrets, type LinkPlace, type LinkSecrets } from './link-secrets.js';
import { free, HEADER_BYTES, MAX_PLAIN_BYTES, Opener, recordBytes, RecordError, Sealer, TAG_BYTES, type RecordLimits } from './record.js';

/**
 * A stream of sealed records on the TCP connection of a mutual TLS handshake (ADR 11). TLS authenticates the ends and agrees on secrets;
 * what follows is sealed under those, at twice TLS's speed.
 *
 *     dialling end                                              listening end
 *        │──── TLS 1.3 handshake, ML-DSA-65 certificates ──────────│    X25519MLKEM768
 *      1.│════ TLS: greeting_client ══════════════════════════════►│    each a secret of the handshake, the session and the two places
 *      2.│◄════════════════════════════════ TLS: greeting_server ══│    (`link-secrets.ts`); compared by the other end
 *      3.│──── record, record, … ─────────────────────────────────►│    (`record.ts`)
 *        │◄──────────────────────────────── record, record, … ─────│
 *
 * 1 and 3, and 2 and 3, are in order in their direction, and the directions do not wait for each other. Nothing of TLS comes after a
 * greeting; what does is no record and ends the stream. An end writes records before it has seen the other's greeting: only the holder
 * of the same secrets can open them, and it reads none before it has compared.
 */
export class SealedStream implements ByteStream {
  readonly #secrets: LinkSecrets;
  readonly #sealer: Sealer;
  readonly #opener: Opener;
  /** The record that is arriving. */
  readonly #record = new Uint8Array(HEADER_BYTES + MAX_PLAIN_BYTES + TAG_BYTES);
  #recordBytes = 0;
  #greetingBytes = 0;
  readonly #greeting: Uint8Array;
  #greeted = false;
  /** Records that wait until the own greeting has left; then undefined. */
  #waiting: Uint8Array[][] | undefined = [];
  #ending = false;
  #broken = false;
  #events!: StreamEvents;

  constructor(private readonly connection: Connection, place: LinkPlace, limits?: RecordLimits) {
    this.#secrets = linkSecrets(connection.tls, place);
    this.#sealer = new Sealer(this.#secrets.sent.records, limits);
    this.#opener = new Opener(this.#secrets.received.records, limits);
    this.#secrets.sent.records.fill(0);
    this.#secrets.received.records.fill(0);
    this.#greeting = new Uint8Array(this.#secrets.received.greeting.length);
  }

  start(events: StreamEvents): void {
    this.#events = events;
    const { tls, carrier } = this.connection;
    carrier.socket.on('drain', () => events.drain());
    carrier.socket.on('error', () => events.over({ kind: 'lost', reason: 'the link broke' }));
    carrier.socket.on('close', () => events.over({ kind: 'lost', reason: 'the link closed' }));
    tls.on('data', (bytes: Uint8Array) => this.#greet(bytes));
    tls.on('end', () => this.#greeted || events.over({ kind: 'lost', reason: 'it closed the link' }));
    tls.on('error', () => this.#greeted || this.#break('the link broke'));
    tls.write(this.#secrets.sent.greeting, (error) => {
      if (!error) this.#startWriting();
    });
    if (tls.destroyed || carrier.socket.destroyed) queueMicrotask(() => this.#break('the link closed'));
  }

  get transcriptKeys(): { readonly sent: Uint8Array; readonly received: Uint8Array } {
    return { sent: this.#secrets.sent.transcript, received: this.#secrets.received.transcript };
  }

  write(...parts: readonly Uint8Array[]): boolean {
    let room = true;
    for (const plain of recordsOf(parts)) room = this.#put(this.#sealer.seal(plain));
    return room;
  }

  pause(): void {
    this.connection.carrier.socket.pause();
  }

  resume(): void {
    this.connection.carrier.socket.resume();
  }

  get paused(): boolean {
    return this.connection.carrier.socket.isPaused();
  }

  end(): void {
    this.#ending = true;
    if (!this.#waiting) this.connection.carrier.socket.end();
  }

  destroy(): void {
    this.connection.tls.destroy();
    this.connection.carrier.socket.destroy();
  }

  get writable(): boolean {
    return !this.#ending && !this.destroyed && this.connection.carrier.socket.writable;
  }

  get destroyed(): boolean {
    return this.connection.carrier.socket.destroyed;
  }

  #put(pieces: readonly Uint8Array[]): boolean {
    if (this.#waiting) {
      this.#waiting.push([...pieces]);
      return false;
    }
    const { socket } = this.connection.carrier;
    if (pieces.length === 1) return socket.write(pieces[0]);
    socket.cork();
    for (const piece of pieces.slice(0, -1)) socket.write(piece, (error) => error ?? free(piece));
    const room = socket.write(pieces.at(-1)!);
    socket.uncork();
    return room;
  }

  /** The own greeting has left, and with it the last of TLS. */
  #startWriting(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const pieces of waiting) this.#put(pieces);
    if (this.#ending) this.connection.carrier.socket.end();
    else if (waiting.length > 0) this.#events.drain();
    this.#leaveTls();
  }

  #greet(bytes: Uint8Array): void {
    if (this.#greetingBytes + bytes.length > this.#greeting.length) return this.#break('more than a greeting');
    this.#greeting.set(bytes, this.#greetingBytes);
    this.#greetingBytes += bytes.length;
    if (this.#greetingBytes < this.#greeting.length) return;
    if (!timingSafeEqual(this.#greeting, this.#secrets.received.greeting)) {
      this.#events.over({ kind: 'foreign' });
      return this.#break('another greeting');
    }
    this.#greeted = true;
    this.#leaveTls();
    this.connection.carrier.divert({ data: (chunk) => this.#receive(chunk), end: () => this.#events.over({ kind: 'lost', reason: 'it closed the link' }) });
  }

  #leaveTls(): void {
    if (this.#waiting || !this.#greeted) return;
    this.connection.carrier.release();
    this.connection.tls.destroy();
  }

  #receive(chunk: Uint8Array): void {
    try {
      for (let at = 0; at < chunk.length && !this.#broken; ) at += this.#take(chunk.subarray(at));
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      this.#break(`it sent ${error.message}`);
    }
  }

  /** Takes bytes of one record from the start of `chunk`, and opens it when it is whole; returns how many. */
  #take(chunk: Uint8Array): number {
    if (this.#recordBytes === 0 && chunk.length >= HEADER_BYTES && chunk.length >= recordBytes(chunk)) {
      const bytes = recordBytes(chunk);
      this.#open(chunk.subarray(0, bytes));
      return bytes;
    }
    const wanted = this.#recordBytes < HEADER_BYTES ? HEADER_BYTES : recordBytes(this.#record);
    const part = chunk.subarray(0, wanted - this.#recordBytes);
    this.#record.set(part, this.#recordBytes);
    this.#recordBytes += part.length;
    if (this.#recordBytes > HEADER_BYTES && this.#recordBytes === wanted) {
      this.#open(this.#record.subarray(0, wanted));
      this.#recordBytes = 0;
    }
    return part.length;
  }

  #open(record: Uint8Array): void {
    const plain = this.#opener.open(record);
    this.#events.data(plain);
    free(plain);
  }

  #break(reason: string): void {
    this.#broken = true;
    this.#events.over({ kind: 'lost', reason });
    this.destroy();
  }
}

/** The bytes of `parts`, cut into as few records as hold them, of about the same length. Views. */
function* recordsOf(parts: readonly Uint8Array[]): Generator<Uint8Array[]> {
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  const each = Math.ceil(total / Math.ceil(total / MAX_PLAIN_BYTES));
  let record: Uint8Array[] = [];
  let room = each;
  for (let part of parts) {
    while (part.length > 0) {
      const taken = part.subarray(0, room);
      record.push(taken);
      part = part.subarray(taken.length);
      room -= taken.length;
      if (room > 0) continue;
      yield record;
      [record, room] = [[], each];
    }
  }
  if (record.length > 0) yield record;
}
