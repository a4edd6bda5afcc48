import { createHash } from 'node:crypto';
import { ProtocolAbort } from './abort.js';
import { type FrameHeader, type Label, bodyBytesPerFrame, decodeHeader, encodeFrame, headerBytes } from './frame.js';
import { type Link } from './link.js';

/** Frames of lanes that nobody reads yet may take up this much memory; a peer that sends more leaves the protocol. */
const maxWaitingBytes = 64 * 1024 * 1024;
const maxLanes = 16;

interface Frame {
  readonly header: FrameHeader;
  readonly bytes: Uint8Array;
}

/** Why a lane is waited for no longer although its link is open: see `Peer.alarm` and `Peer.retire`. */
export class LaneInterruption extends Error {
  override readonly name = 'LaneInterruption';
}

/**
 * The far end of one link. Several protocols run on it at the same time, each on a `Lane` of its own, so that a role stays one
 * straight line. Whoever waits for a frame reads the link for all; nothing is read ahead of need.
 */
export class Peer {
  readonly #lanes = new Map<number, Lane>();
  readonly #arrived = new Map<number, Frame[]>();
  #waitingBytes = 0;
  #reading: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #failure: ProtocolAbort | undefined;
  readonly #retired = new Set<number>();
  /** A lane whose messages end the waiting on all others, until they are received. */
  alarm: number | undefined;
  bytesSent = 0;
  bytesReceived = 0;

  constructor(
    /** The peer's party index: who is blamed. */
    readonly party: number,
    readonly link: Link,
  ) {}

  /** The lane numbered `id` (0 … 15): both ends use the same number for the same protocol. */
  lane(id: number): Lane {
    let lane = this.#lanes.get(id);
    if (!lane) this.#lanes.set(id, (lane = new Lane(id, this)));
    return lane;
  }

  /**
   * SHA-256 over all frames so far, lane by lane: what `first` sent and what it received. Both ends compute the same value when
   * both name the same party as `first`.
   */
  transcript(first: 'self' | 'peer'): Uint8Array {
    const hash = createHash('sha256').update('countersign/mpc/link-transcript/1\0');
    for (const lane of [...this.#lanes.values()].sort((a, b) => a.id - b.id)) {
      if (this.#retired.has(lane.id)) continue;
      const { sent, received } = lane.digests();
      hash.update(Uint8Array.of(lane.id));
      hash.update(first === 'self' ? sent : received).update(first === 'self' ? received : sent);
    }
    return hash.digest();
  }

  /** The most turns that a lane from `fromLane` on took: how long the longest chain of messages was. */
  turns(fromLane: number): number {
    return Math.max(0, ...[...this.#lanes.values()].map((lane) => (lane.id < fromLane ? 0 : lane.turns)));
  }

  /** Ends a lane: nothing is received on it any more, what arrives is dropped, and it is no part of the transcript. */
  retire(lane: number): void {
    this.#retired.add(lane);
    for (const { bytes } of this.#arrived.get(lane) ?? []) this.#waitingBytes -= bytes.length;
    this.#arrived.delete(lane);
  }

  /** Frames that arrived and that no lane has asked for. */
  get waitingFrames(): number {
    return [...this.#arrived.values()].reduce((sum, frames) => sum + frames.length, 0);
  }

  abort(code: 'CS0701' | 'CS0703' | 'CS0704' | 'CS0705' | 'CS0708', reason: string, step: string): ProtocolAbort {
    return new ProtocolAbort(code, reason, { step, blame: this.party });
  }

  /** @internal Frames leave in the order of the calls; resolves when the link can take more. */
  write(frame: Uint8Array, step: string): Promise<void> {
    this.bytesSent += frame.length;
    this.#writing = this.#writing.then(() => this.link.write(frame)).catch((cause: unknown) => this.#fail(this.#closed(step, cause)));
    return this.#writing;
  }

  /** @internal The next frame of `lane`. */
  async next(lane: number, step: string): Promise<Frame> {
    for (;;) {
      const frame = this.#arrived.get(lane)?.shift();
      if (frame) {
        this.#waitingBytes -= frame.bytes.length;
        return frame;
      }
      if (this.#failure) throw this.#failure;
      if (this.#retired.has(lane) || this.#isAlarmed(lane)) throw new LaneInterruption();
      this.#reading ??= this.#read(step).finally(() => (this.#reading = undefined));
      await this.#reading;
    }
  }

  #isAlarmed(lane: number): boolean {
    return this.alarm !== undefined && lane !== this.alarm && (this.#arrived.get(this.alarm)?.length ?? 0) > 0;
  }

  async #read(step: string): Promise<void> {
    let bytes: Uint8Array;
    try {
      bytes = await this.link.read();
    } catch (cause) {
      this.#fail(this.#closed(step, cause));
    }
    this.bytesReceived += bytes.length;
    const header = decodeHeader(bytes);
    if (!header || header.lane >= maxLanes) this.#fail(this.abort('CS0703', 'a malformed frame', step));
    if (this.#retired.has(header.lane)) return;
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > maxWaitingBytes) this.#fail(this.abort('CS0705', 'more bytes than any step expects', step));
    const queue = this.#arrived.get(header.lane);
    if (queue) queue.push({ header, bytes });
    else this.#arrived.set(header.lane, [{ header, bytes }]);
  }

  #closed(step: string, cause: unknown): ProtocolAbort {
    if (cause instanceof ProtocolAbort) return cause;
    return new ProtocolAbort('CS0702', `the link to party ${this.party} closed`, { step, blame: this.party, cause });
  }

  #fail(abort: ProtocolAbort): never {
    this.#failure ??= abort;
    throw this.#failure;
  }
}

/** One ordered sequence of messages in each direction. */
export class Lane {
  readonly #sent = createHash('sha256');
  readonly #received = createHash('sha256');
  #nextSent = 0;
  #nextReceived = 0;
  #lastWas: 'sent' | 'received' | undefined;
  /** Changes of direction, the first message included. */
  turns = 0;

  constructor(readonly id: number, readonly peer: Peer) {}

  async send(label: Label, body: Uint8Array): Promise<void> {
    this.#turn('sent');
    const sequence = this.#nextSent++;
    let offset = 0;
    do {
      const frame = encodeFrame({ lane: this.id, sequence, tag: label.tag, total: body.length, offset }, body);
      this.#sent.update(frame);
      const written = this.peer.write(frame, label.step);
      offset += bodyBytesPerFrame;
      await written;
    } while (offset < body.length);
  }

  /** The body of the next message, which must be `label` and exactly `byteLength` long. */
  async receive(label: Label, byteLength: number): Promise<Uint8Array> {
    this.#turn('received');
    const sequence = this.#nextReceived++;
    const body = new Uint8Array(byteLength);
    let offset = 0;
    do {
      const { header, bytes } = await this.peer.next(this.id, label.step);
      if (header.sequence !== sequence || header.tag !== label.tag || header.offset !== offset) {
        throw this.peer.abort('CS0704', 'a message out of order', label.step);
      }
      if (header.total !== byteLength) throw this.peer.abort('CS0703', 'a message of the wrong length', label.step);
      this.#received.update(bytes);
      body.set(bytes.subarray(headerBytes), offset);
      offset += bodyBytesPerFrame;
    } while (offset < byteLength);
    return body;
  }

  #turn(now: 'sent' | 'received'): void {
    if (this.#lastWas !== now) this.turns += 1;
    this.#lastWas = now;
  }

  /** @internal */
  digests(): { sent: Uint8Array; received: Uint8Array } {
    return { sent: this.#sent.copy().digest(), received: this.#received.copy().digest() };
  }
}
