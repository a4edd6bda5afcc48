import { labelOf } from './frame.js';
import { type Link } from './link.js';
import { Peer } from './peer.js';

/** The lane of the rounds; protocols between two parties take the lanes above. */
const roundLane = 0;

/** The parties of a session as seen by one of them. */
export class Mesh {
  readonly peers: readonly Peer[];
  /** Rounds so far: exchanges, and the turns of the two-party protocols that `countTurns` added. */
  rounds = 0;

  /** `links` by party index; the own place is undefined. */
  constructor(readonly self: number, readonly parties: number, links: readonly (Link | undefined)[]) {
    this.peers = links.flatMap((link, party) => (link && party !== self && party < parties ? [new Peer(party, link)] : []));
    if (this.peers.length !== parties - 1) throw new RangeError(`party ${self} needs a link to each of the other ${parties - 1}`);
  }

  /**
   * One round: sends `outgoing(peer)` to every peer while it receives `incomingBytes(peer)` bytes from each. Undefined on either side
   * is no message at all. Returns what came by party index.
   */
  async exchange(
    protocol: string,
    step: string,
    outgoing: (peer: number) => Uint8Array | undefined,
    incomingBytes: (peer: number) => number | undefined,
  ): Promise<(Uint8Array | undefined)[]> {
    this.rounds += 1;
    const label = labelOf(protocol, step);
    const incoming: (Uint8Array | undefined)[] = new Array<undefined>(this.parties).fill(undefined);
    await Promise.all(
      this.peers.flatMap((peer) => {
        const lane = peer.lane(roundLane);
        const message = outgoing(peer.party);
        const expected = incomingBytes(peer.party);
        return [
          ...(message ? [lane.send(label, message)] : []),
          ...(expected === undefined ? [] : [lane.receive(label, expected).then((body) => void (incoming[peer.party] = body))]),
        ];
      }),
    );
    return incoming;
  }

  /** Runs `role` with every peer at once and counts the rounds of the longest on `lanes`. */
  async withEachPeer<T>(lanes: readonly number[], role: (peer: Peer) => Promise<T>): Promise<T[]> {
    const turns = (): number => Math.max(0, ...this.peers.flatMap((peer) => lanes.map((id) => peer.lane(id).rounds)));
    const before = turns();
    const results = await Promise.all(this.peers.map(role));
    this.rounds += turns() - before;
    return results;
  }

  close(): void {
    for (const peer of this.peers) peer.link.close();
  }
}
