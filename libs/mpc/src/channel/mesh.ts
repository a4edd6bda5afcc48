import { ProtocolAbort } from './abort.js';
import { labelOf } from './frame.js';
import { type Link } from './link.js';
import { LaneInterruption, Peer } from './peer.js';

/** The lane of the rounds; protocols between two parties take those from `pairLane` on. */
const roundLane = 0;
export const pairLane = 2;

/** What a party has for another in a round goes as messages of so many bytes and a last one of what is left. */
export const roundMessageBytes = 4 * 1024 * 1024;

/** One message to, and one from, each of the peers, of the several that a large round takes. None is longer than `roundMessageBytes`. */
export interface RoundPart {
  /** Undefined for no message at all. Stays as it is until `finish`. */
  outgoing(peer: number): Uint8Array | undefined;
  /** What the peer's message fills; undefined where none comes. */
  incoming(peer: number): Uint8Array | undefined;
  /** Runs when all of the part has left and come. */
  finish?(): void;
}

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
  /** Why the first round failed. */
  #failed: { because?: unknown } = {};

  private constructor(
    readonly self: number,
    readonly parties: number,
    readonly peers: readonly Peer[],
  ) {}

  /** `links` by party index; the own place is undefined. */
  static over(self: number, parties: number, links: readonly (Link | undefined)[]): Mesh {
    const peers = links.flatMap((link, party) => (link && party !== self && party < parties ? [new Peer(party, link)] : []));
    if (peers.length !== parties - 1) throw new RangeError(`party ${self} needs a link to each of the other ${parties - 1}`);
    return new Mesh(self, parties, peers);
  }

  /**
   * One round: sends `outgoing(peer)` to every peer while it receives `incomingBytes(peer)` bytes from each. Undefined on either side
   * is no message at all. Returns what came by party index. Once a round has failed, so do all others.
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
    const bodies = new Map(this.peers.map(({ party }) => [party, { message: outgoing(party), target: incoming(party) }]));
    const longest = Math.max(0, ...[...bodies.values()].flatMap(({ message, target }) => [message?.length ?? 0, target?.length ?? 0]));
    const parts = Array.from({ length: Math.max(1, Math.ceil(longest / roundMessageBytes)) }, (_, i): RoundPart => {
      const of = (body: Uint8Array | undefined): Uint8Array | undefined =>
        (i === 0 || (body?.length ?? 0) > i * roundMessageBytes ? body?.subarray(i * roundMessageBytes, (i + 1) * roundMessageBytes) : undefined);
      return { outgoing: (peer) => of(bodies.get(peer)!.message), incoming: (peer) => of(bodies.get(peer)!.target) };
    });
    await this.exchangeParts(protocol, step, parts);
  }

  /**
   * One round whose messages would be too long: part after part. A part is taken from `parts`, and made there, when the one before the last is
   * finished, so that two of them are under way and no more take memory. Peers must have the same parts for each other.
   */
  async exchangeParts(protocol: string, step: string, parts: Iterable<RoundPart>): Promise<void> {
    this.#stopIfFailed();
    this.rounds += 1;
    const label = labelOf(protocol, step);
    // On a lane messages leave and come one after the other; between lanes nothing waits.
    const lanes = this.peers.map((peer) => ({ party: peer.party, lane: peer.lane(roundLane), sent: Promise.resolve(), received: Promise.resolve() }));
    const start = (part: RoundPart): Promise<unknown> => Promise.all(lanes.flatMap((each) => {
      const [message, target] = [part.outgoing(each.party), part.incoming(each.party)];
      if (message) each.sent = each.sent.then(() => each.lane.send(label, message));
      if (target) each.received = each.received.then(() => each.lane.receiveInto(label, target));
      return [...(message ? [each.sent] : []), ...(target ? [each.received] : [])];
    }));
    let last: { readonly part: RoundPart; readonly crossed: Promise<unknown> } | undefined;
    const finishLast = async (): Promise<void> => {
      await last?.crossed;
      // INVARIANT: a round that ends beside a failed one leads to nothing, because what its caller works on may be wiped by now.
      this.#stopIfFailed();
      last?.part.finish?.();
    };
    try {
      for (const part of parts) {
        const crossed = start(part);
        crossed.catch(() => undefined);
        await finishLast();
        last = { part, crossed };
      }
      await finishLast();
    } catch (error) {
      throw (this.#failed.because ??= error);
    }
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
        else reject((this.#failed.because ??= error) as Error);
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
    if (this.#failed.because !== undefined) throw this.#failed.because;
  }

  close(): void {
    for (const peer of this.peers) peer.link.close();
  }
}
