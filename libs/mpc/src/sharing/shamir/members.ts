import { isGuarded } from '#program/plans';
import { type Announce, type Mesh, type Outcome, labelOf } from '../../channel/index.js';
import { disagreement, tooFew } from './aborts.js';
import { reducersOf, shamirProtocol, thresholdOf } from './protocol.js';

/** Lanes of the rounds after the inputs, one for each epoch, and of the notices between the two. */
const epochLanes = [8, 9] as const;
const noticeLane = 10;
const noticeBytes = 8;

/** What the parties agreed on: who is lost, and the first round that some of them have not completed. */
export interface Agreement {
  readonly lost: number;
  readonly first: number;
  /** The round that each of those who are left is in. */
  readonly rounds: ReadonlyMap<number, number>;
}

/** Who is left of the parties, and how messages cross between them: see `recovery.ts`. */
export class Members {
  readonly threshold: number;
  /** In order, this party among them. */
  left: readonly number[];
  epoch: 0 | 1 = 0;
  #phase: 'all needed' | 'rounds' | 'settled' = 'all needed';

  constructor(readonly mesh: Mesh) {
    this.threshold = thresholdOf(mesh.parties);
    this.left = Array.from({ length: mesh.parties }, (_, party) => party);
  }

  /** Inputs are shared: from now on parties may vanish. */
  tolerate(): void {
    this.#phase = 'rounds';
    if (this.guarded) for (const peer of this.mesh.peers) peer.alarm = noticeLane;
  }

  /** Whether the loss of a party is to be agreed on, because products can go on without it. */
  get guarded(): boolean {
    return this.#phase === 'rounds' && this.epoch === 0 && isGuarded(this.mesh.parties);
  }

  /** The parties that reduce degrees. */
  reducers(step: string): readonly number[] {
    const needed = reducersOf(this.threshold);
    if (this.left.length < needed) throw tooFew(step, 'products');
    return this.left.slice(0, needed);
  }

  /**
   * One round with those who are left. `needs` says whose message this party cannot do without. Returns what came; or, where `guarded`,
   * what became of the round when it has to be agreed on who is left.
   */
  async exchange(
    { protocol, step }: { readonly protocol: string; readonly step: string },
    outgoing: ReadonlyMap<number, Uint8Array>,
    { incomingBytes, needs, agree }: { readonly incomingBytes: (peer: number) => number; readonly needs: (peer: number) => boolean; readonly agree: boolean },
  ): Promise<{ readonly received: (Uint8Array | undefined)[] } | { readonly unsettled: readonly Outcome[] }> {
    if (this.#phase === 'all needed') {
      const some = (body: Uint8Array | undefined): Uint8Array | undefined => (body?.length ? body : undefined);
      const received = await this.mesh.exchange(protocol, step, (peer) => some(outgoing.get(peer)), (peer) => incomingBytes(peer) || undefined)
        .finally(() => outgoing.forEach((body) => body.fill(0)));
      return { received };
    }
    const isMissed = (peer: number): boolean => incomingBytes(peer) > 0 && needs(peer);
    if (this.mesh.peers.some(({ party }) => !this.left.includes(party) && isMissed(party))) throw tooFew(step, 'products');
    // INVARIANT: where losses are agreed on, everybody sends something to everybody, so that nobody is more than one round ahead.
    const { guarded, left } = this;
    const crosses = (peer: number, bytes: number): boolean => left.includes(peer) && (guarded || bytes > 0);
    const outcomes = await this.mesh.exchangeWith(new Map([...outgoing].filter(([peer, body]) => crosses(peer, body.length))), {
      protocol, step, lane: epochLanes[this.epoch], stopAtLoss: guarded && agree,
      incomingBytes: (peer) => (crosses(peer, incomingBytes(peer)) ? incomingBytes(peer) : undefined),
    });
    if (guarded && (outcomes.some(({ alarmed }) => alarmed) || (agree && outcomes.some(({ lost }) => lost)))) return { unsettled: outcomes };
    outcomes.forEach(({ lost, body }, peer) => {
      if (!lost) return;
      this.left = this.left.filter((party) => party !== peer);
      if (!body && isMissed(peer)) throw tooFew(step, 'products', lost);
    });
    return { received: outcomes.map(({ body }) => body) };
  }

  /** The round in which transcripts are confirmed, after which products can no longer be asked for. */
  async announce(...[protocol, step, message, byteLength]: Parameters<Announce>): Promise<(Uint8Array | undefined)[] | { readonly unsettled: readonly Outcome[] }> {
    const body = message();
    const result = await this.exchange({ protocol, step }, new Map(this.mesh.peers.map(({ party }) => [party, Uint8Array.from(body)])), {
      incomingBytes: () => byteLength, needs: () => false, agree: false,
    });
    if ('unsettled' in result) return result;
    this.#phase = 'settled';
    return result.received;
  }

  /** Agrees with all who are left on who is not. Throws `ProtocolAbort` where they see it differently. */
  async agree(round: number, outcomes: readonly Outcome[]): Promise<Agreement> {
    for (const { body } of outcomes) body?.fill(0);
    const { mesh } = this;
    const notices = new Map<number, { lost: number; round: number }>();
    const label = labelOf(shamirProtocol, 'lost');
    const laneTo = (party: number) => mesh.peers.find((peer) => peer.party === party)!.lane(noticeLane);
    const receive = async (party: number): Promise<void> => {
      const notice = new DataView((await laneTo(party).receive(label, noticeBytes)).buffer);
      notices.set(party, { lost: notice.getUint32(0, true), round: notice.getUint32(4, true) });
    };
    let lost = outcomes.findIndex((outcome) => outcome.lost);
    if (lost < 0) {
      const teller = outcomes.findIndex(({ alarmed }) => alarmed);
      await receive(teller);
      lost = notices.get(teller)!.lost;
    }
    if (lost === mesh.self || !this.left.includes(lost)) throw disagreement(outcomes.findIndex(({ alarmed }) => alarmed));
    const others = this.left.filter((party) => party !== mesh.self && party !== lost);
    const notice = new DataView(new ArrayBuffer(noticeBytes));
    notice.setUint32(0, lost, true);
    notice.setUint32(4, round, true);
    mesh.rounds += 1;
    await Promise.all(others.flatMap((party) => [
      laneTo(party).send(label, new Uint8Array(notice.buffer)),
      ...(notices.has(party) ? [] : [receive(party)]),
    ]));
    notices.set(mesh.self, { lost, round });
    const first = Math.min(...[...notices.values()].map((each) => each.round));
    for (const [party, each] of notices) {
      if (each.lost !== lost || each.round > first + 1) throw disagreement(party);
    }
    this.#begin(lost);
    return { lost, first, rounds: new Map([...notices].map(([party, each]) => [party, each.round])) };
  }

  /** The second epoch: without the lost party, on a lane of its own. */
  #begin(lost: number): void {
    this.left = this.left.filter((party) => party !== lost);
    this.epoch = 1;
    for (const peer of this.mesh.peers) {
      peer.alarm = undefined;
      if (peer.party === lost) peer.link.close();
      else peer.retire(epochLanes[0]);
    }
  }
}
