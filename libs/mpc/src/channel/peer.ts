import { createHash } from 'node:crypto';
import { ProtocolAbort } from './abort.js';
import { type FrameHeader, type Label, bodyBytesPerFrame, decodeHeader, encodeHeader, headerBytes, joinFrame, partOf } from './frame.js';
import { type FrameParts, type Link, maxMessageBytes } from './link.js';
import { Transcript } from './transcript.js';

/** Frames of lanes that nobody reads yet may take up this much memory; a peer that sends more leaves the protocol. */
const maxWaitingBytes = 64 * 1024 * 1024;
const maxLanes = 16;

interface Frame extends FrameParts {
  readonly header: FrameHeader;
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
  ) {
    link.bulk?.placeBodies((head, bodyBytes) => {
      const header = decodeHeader(head, headerBytes + bodyBytes);
      return header && !this.#failure ? this.#lanes.get(header.lane)?.placeFor(header) : undefined;
    });
  }

  /** The lane numbered `id` (0 … 15): both ends use the same number for the same protocol. */
  lane(id: number): Lane {
    let lane = this.#lanes.get(id);
    if (!lane) this.#lanes.set(id, (lane = new Lane(id, this)));
    return lane;
  }

  /**
   * SHA-256 over the transcripts of all lanes so far: of what `first` sent and of what it received. Both ends compute the same value
   * when both name the same party as `first`.
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
    for (const { head, body } of this.#arrived.get(lane) ?? []) this.#waitingBytes -= head.length + body.length;
    this.#arrived.delete(lane);
  }

  /** Frames that arrived and that no lane has asked for. */
  get waitingFrames(): number {
    return [...this.#arrived.values()].reduce((sum, frames) => sum + frames.length, 0);
  }

  abort(code: 'CS0701' | 'CS0703' | 'CS0704' | 'CS0705' | 'CS0708', reason: string, step: string): ProtocolAbort {
    return new ProtocolAbort(code, reason, { step, blame: this.party });
  }

  /** @internal Frames leave in the order of the calls; resolves when the link can take more. `part` was taken when this returns. */
  write(head: Uint8Array, part: Uint8Array, step: string): Promise<void> {
    this.bytesSent += head.length + part.length;
    const failed = (cause: unknown): never => this.#fail(this.#closed(step, cause));
    if (this.link.bulk) return this.link.bulk.write(head, part).catch(failed);
    const frame = joinFrame(head, part);
    this.#writing = this.#writing.then(() => this.link.write(frame)).catch(failed);
    return this.#writing;
  }

  /** @internal The next frame of `lane`. */
  async next(lane: number, step: string): Promise<Frame> {
    for (;;) {
      const frame = this.#arrived.get(lane)?.shift();
      if (frame) {
        this.#waitingBytes -= frame.head.length + frame.body.length;
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
    let parts: FrameParts;
    try {
      parts = this.link.bulk ? await this.link.bulk.read() : split(await this.link.read());
    } catch (cause) {
      this.#fail(this.#closed(step, cause));
    }
    const { head, body } = parts;
    const bytes = head.length + body.length;
    this.bytesReceived += bytes;
    const header = decodeHeader(head, bytes);
    if (!header || header.lane >= maxLanes) this.#fail(this.abort('CS0703', 'a malformed frame', step));
    if (this.#retired.has(header.lane)) return;
    this.#waitingBytes += bytes;
    if (this.#waitingBytes > maxWaitingBytes) this.#fail(this.abort('CS0705', 'more bytes than any step expects', step));
    const queue = this.#arrived.get(header.lane);
    if (queue) queue.push({ header, head, body });
    else this.#arrived.set(header.lane, [{ header, head, body }]);
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

const split = (frame: Uint8Array): FrameParts => ({ head: frame.subarray(0, headerBytes), body: frame.subarray(headerBytes) });

/** The message that a lane waits for, and how much of its body has a place. */
interface Awaited {
  readonly label: Label;
  readonly sequence: number;
  readonly target: Uint8Array;
  placedBytes: number;
}

function checkLength({ protocol, step }: Label, bytes: number): void {
  if (bytes > maxMessageBytes) throw new RangeError(`${protocol}: a message \`${step}\` of ${bytes} bytes is above the limit`);
}

/** One ordered sequence of messages in each direction. */
export class Lane {
  readonly #sent: Transcript;
  readonly #received: Transcript;
  #nextSent = 0;
  #nextReceived = 0;
  #awaited: Awaited | undefined;
  #lastWas: 'sent' | 'received' | undefined;
  /** Changes of direction, the first message included. */
  turns = 0;

  constructor(readonly id: number, readonly peer: Peer) {
    const keys = peer.link.bulk?.transcriptKeys;
    this.#sent = new Transcript(id, keys?.sent);
    this.#received = new Transcript(id, keys?.received);
  }

  /** Resolves when the link can take more; until then `body` must stay as it is, and from then on it is the caller's again. */
  async send(label: Label, body: Uint8Array): Promise<void> {
    checkLength(label, body.length);
    this.#turn('sent');
    const sequence = this.#nextSent++;
    let offset = 0;
    do {
      const header = { lane: this.id, sequence, tag: label.tag, total: body.length, offset };
      const [head, part] = [encodeHeader(header), partOf(body, header)];
      this.#sent.add(head, part);
      const written = this.peer.write(head, part, label.step);
      offset += bodyBytesPerFrame;
      await written;
    } while (offset < body.length);
  }

  /** The body of the next message, which must be `label` and exactly `byteLength` long. */
  async receive(label: Label, byteLength: number): Promise<Uint8Array> {
    checkLength(label, byteLength);
    const body = new Uint8Array(byteLength);
    await this.receiveInto(label, body);
    return body;
  }

  /**
   * Fills `target` with the body of the next message, which must be `label` and exactly as long. Until this resolves `target` may hold
   * any part of it, and where this rejects it holds nothing that may be used.
   */
  async receiveInto(label: Label, target: Uint8Array): Promise<void> {
    checkLength(label, target.length);
    this.#turn('received');
    const sequence = this.#nextReceived++;
    const awaited: Awaited = { label, sequence, target, placedBytes: 0 };
    this.#awaited ??= awaited;
    try {
      let offset = 0;
      do {
        const { header, head, body } = await this.peer.next(this.id, label.step);
        if (header.sequence !== sequence || header.tag !== label.tag || header.offset !== offset) {
          throw this.peer.abort('CS0704', 'a message out of order', label.step);
        }
        if (header.total !== target.length) throw this.peer.abort('CS0703', 'a message of the wrong length', label.step);
        this.#received.add(head, body);
        if (body.buffer !== target.buffer || body.byteOffset !== target.byteOffset + offset) target.set(body, offset);
        offset += bodyBytesPerFrame;
      } while (offset < target.length);
    } finally {
      if (this.#awaited === awaited) this.#awaited = undefined;
    }
  }

  /** @internal The part of the awaited message's target that belongs to a frame, if that is the next one without a place. */
  placeFor({ sequence, tag, total, offset }: FrameHeader): Uint8Array | undefined {
    const awaited = this.#awaited;
    if (sequence !== awaited?.sequence || tag !== awaited.label.tag || total !== awaited.target.length || offset !== awaited.placedBytes) return undefined;
    const place = awaited.target.subarray(offset, offset + bodyBytesPerFrame);
    awaited.placedBytes += place.length;
    return place;
  }

  #turn(now: 'sent' | 'received'): void {
    if (this.#lastWas !== now) this.turns += 1;
    this.#lastWas = now;
  }

  /** @internal */
  digests(): { sent: Uint8Array; received: Uint8Array } {
    return { sent: this.#sent.digest(), received: this.#received.digest() };
  }
}
