import { ProtocolAbort } from './abort.js';
import { labelOf } from './frame.js';
import { type Link } from './link.js';
import { LaneInterruption, Peer } from './peer.js';

/** Lanes of the rounds; protocols between two parties take those from `pairLane` on. */
const roundLane = 0;
const asideLane = 1;
export const pairLane = 2;

/** What became of an exchange with one peer. With neither a body nor a loss it was given up, or nothing was to come. */
export interface Outcome {
  readonly body?: Uint8Array;
  /** Why the link to the peer is of no more use. */
  readonly lost?: ProtocolAbort;
  /** The peer has an alarm to tell. */
  readonly alarmed?: true;
}

/** The parties of a session as seen by one of them. */
export class Mesh {
  /** Rounds so far: exchanges, and the turns of two-party protocols. */
  rounds = 0;

  private constructor(
    readonly self: number,
    readonly parties: number,
    readonly peers: readonly Peer[],
    readonly lane: number,
    /** Why the first round failed, on whichever lane. */
    readonly failed: { because?: unknown } = {},
  ) {}

  /** `links` by party index; the own place is undefined. */
  static over(self: number, parties: number, links: readonly (Link | undefined)[]): Mesh {
    const peers = links.flatMap((link, party) => (link && party !== self && party < parties ? [new Peer(party, link)] : []));
    if (peers.length !== parties - 1) throw new RangeError(`party ${self} needs a link to each of the other ${parties - 1}`);
    return new Mesh(self, parties, peers, roundLane);
  }

  /** The same parties for rounds that run beside this mesh's, counted apart. */
  aside(): Mesh {
    return new Mesh(this.self, this.parties, this.peers, asideLane, this.failed);
  }

  /**
   * One round: sends `outgoing(peer)` to every peer while it receives `incomingBytes(peer)` bytes from each. Undefined on either side
   * is no message at all. Returns what came by party index. Once a round has failed, here or aside, so do all others.
   */
  async exchange(
    protocol: string,
    step: string,
    outgoing: (peer: number) => Uint8Array | undefined,
    incomingBytes: (peer: number) => number | undefined,
  ): Promise<(Uint8Array | undefined)[]> {
    const incoming = Array.from({ length: this.parties }, (_, party) => {
      const byteLength = party === this.self ? undefined : incomingBytes(party);
      return byteLength === undefined ? undefined : new Uint8Array(byteLength);
    });
    await this.exchangeInto(protocol, step, outgoing, (peer) => incoming[peer]);
    return incoming;
  }

  /** As `exchange`, and what comes from each peer fills `incoming(peer)`, which must be as long. Where this rejects, all of those hold nothing of use. */
  async exchangeInto(
    protocol: string,
    step: string,
    outgoing: (peer: number) => Uint8Array | undefined,
    incoming: (peer: number) => Uint8Array | undefined,
  ): Promise<void> {
    this.#stopIfFailed();
    this.rounds += 1;
    const label = labelOf(protocol, step);
    await Promise.all(
      this.peers.flatMap((peer) => {
        const lane = peer.lane(this.lane);
        const [message, target] = [outgoing(peer.party), incoming(peer.party)];
        return [...(message ? [lane.send(label, message)] : []), ...(target ? [lane.receiveInto(label, target)] : [])];
      }),
    ).catch((error: unknown) => {
      this.failed.because ??= error;
      throw error;
    });
    // INVARIANT: a round that ends beside a failed one leads to nothing, because what its caller works on may be wiped by now.
    this.#stopIfFailed();
  }

  /**
   * As `exchange`, with those peers that `outgoing` has a message for, on a lane of its own, and without failing where a link closes: returns
   * what became of it by party index. Once a peer's alarm arrives, and with `stopAtLoss` once a link closes, it waits for nobody any more.
   * The messages are wiped when they are sent. Throws `ProtocolAbort` where a peer leaves the protocol.
   */
  async exchangeWith(
    outgoing: ReadonlyMap<number, Uint8Array>,
    { protocol, step, lane, stopAtLoss, incomingBytes }: {
      readonly protocol: string;
      readonly step: string;
      readonly lane: number;
      readonly stopAtLoss: boolean;
      readonly incomingBytes: (peer: number) => number | undefined;
    },
  ): Promise<readonly Outcome[]> {
    this.#stopIfFailed();
    this.rounds += 1;
    const label = labelOf(protocol, step);
    const outcomes: Outcome[] = Array.from({ length: this.parties }, () => ({}));
    await new Promise<void>((resolve, reject) => {
      const note = (party: number, outcome: Outcome): void => void (outcomes[party] = { ...outcomes[party], ...outcome });
      const ended = (party: number) => (error: unknown): void => {
        if (error instanceof LaneInterruption) note(party, { alarmed: true });
        else if (error instanceof ProtocolAbort && error.code === 'CS0702') note(party, { lost: error });
        else reject((this.failed.because ??= error) as Error);
        if (stopAtLoss || error instanceof LaneInterruption) resolve();
      };
      const parts = this.peers.flatMap((peer) => {
        const message = outgoing.get(peer.party);
        const expected = incomingBytes(peer.party);
        const on = peer.lane(lane);
        return [
          ...(message ? [on.send(label, message).finally(() => message.fill(0)).catch(ended(peer.party))] : []),
          ...(expected === undefined ? [] : [on.receive(label, expected).then((body) => note(peer.party, { body }), ended(peer.party))]),
        ];
      });
      void Promise.all(parts).then(() => resolve());
    });
    return [...outcomes];
  }

  /** Runs `role` with every peer at once; counts the rounds of the lane that took most turns. */
  async withEachPeer(role: (peer: Peer) => Promise<void>): Promise<void> {
    await Promise.all(this.peers.map(role));
    this.rounds += Math.max(0, ...this.peers.map((peer) => peer.turns(pairLane)));
  }

  #stopIfFailed(): void {
    if (this.failed.because !== undefined) throw this.failed.because;
  }

  close(): void {
    for (const peer of this.peers) peer.link.close();
  }
}
