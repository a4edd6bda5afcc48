import { KernelMemory } from '#kernels';
import { type Announce, type Mesh, type Outcome, ProtocolAbort } from '../../channel/index.js';
import { inconsistent, noElement, tooFew } from './aborts.js';
import { batchesOf } from './batches.js';
import { type ShareField, type Weights, bytesOver, wordsOver } from './fields.js';
import { Interpolation } from './interpolation.js';
import { type Dealing, type Item, type Opening, eachPiece, pieceBytes } from './items.js';
import { Members } from './members.js';
import { lagrange, pointOf, secretPoint } from './polynomials.js';
import { shamirProtocol } from './protocol.js';
import { type KeptRound, againFor, correct, keep, keepResults, wipeKept } from './recovery.js';
import { type ExchangeStreams, type PairSeeds, expanders, receivers } from './seeds.js';

/** Exchanges of the second epoch have numbers from here on. */
const secondEpoch = 2 ** 31;

/** What a party computes of its own dealing: every row is a share, from the value and the t expanded shares. */
interface DealingRows {
  readonly own: Weights;
  readonly sent: readonly { readonly peer: number; readonly weights: Weights }[];
}

type Send = (peer: number, piece: Uint8Array) => void;
type Take = (peer: number, slot: number, field: ShareField, count: number) => void;

/** Runs exchanges: dealings and openings, all in one round. */
export class Exchanges {
  readonly members: Members;
  readonly workspace: KernelMemory;
  readonly words: ShareField;
  readonly bytes: ShareField;
  /** A piece of the workspace for whoever prepares what is dealt, or takes what is opened. */
  readonly staging: number;
  /** Pieces of the workspace, at least two more than there are parties. */
  readonly slots: readonly number[];
  readonly #expanders: readonly number[];
  readonly #rows = new Map<string, DealingRows>();
  readonly #interpolations = new Map<string, Interpolation>();
  #round = 0;
  #last: KeptRound | undefined;

  constructor(readonly mesh: Mesh, readonly seeds: PairSeeds) {
    this.members = new Members(mesh);
    const slots = mesh.parties + 4;
    this.workspace = new KernelMemory(slots * pieceBytes + 128 * 1024);
    [this.staging, ...this.slots] = Array.from({ length: slots }, () => this.workspace.take(pieceBytes)) as [number, ...number[]];
    this.words = wordsOver(this.workspace);
    this.bytes = bytesOver(this.workspace);
    this.#expanders = expanders(mesh.self, mesh.parties, this.threshold);
  }

  get threshold(): number {
    return this.members.threshold;
  }

  /** One round, or one for each message that the longest takes. Throws `ProtocolAbort`. */
  async run(step: string, items: readonly Item[]): Promise<void> {
    for (const batch of batchesOf(items, this.mesh.parties)) await this.#exchange(step, batch);
  }

  async #exchange(step: string, items: readonly Item[]): Promise<void> {
    const round = this.#round++;
    const kept = this.members.guarded ? keep(items) : undefined;
    const unsettled = await this.#attempt(step, round, kept?.items ?? items);
    if (unsettled) {
      if (await this.#recover(round, unsettled, kept!)) await this.#attempt(step, round, kept!.items);
    }
    wipeKept(this.#last);
    this.#last = this.members.guarded && kept ? keepResults(kept) : undefined;
    if (!this.#last) wipeKept(kept);
  }

  /** `confirmTranscripts` goes on without those who are lost. */
  readonly announce: Announce = async (...message) => {
    const round = this.#round++;
    let result = await this.members.announce(...message);
    if (!Array.isArray(result)) {
      await this.#recover(round, result.unsettled, keep([]));
      result = await this.members.announce(...message);
    }
    wipeKept(this.#last);
    this.#last = undefined;
    return result as (Uint8Array | undefined)[];
  };

  /** Returns what became of the round where it is to be agreed on who is left, and undefined where it is complete. */
  async #attempt(step: string, round: number, items: readonly Item[]): Promise<readonly Outcome[] | undefined> {
    const { self } = this.mesh;
    const { epoch } = this.members;
    const dealings = new Map(items.flatMap((item) => (item.kind === 'deal' ? [[item, item.dealers === 'reducers' ? this.members.reducers(step) : item.dealers] as const] : [])));
    const streams = this.seeds.streams(epoch * secondEpoch + round);
    const bytesFor = (item: Item, from: number, to: number): number => {
      const sends = item.kind === 'open' ? item.to.includes(to) : dealings.get(item)!.includes(from) && this.#receives(to, from);
      return sends ? item.field.elementBytes * item.count : 0;
    };
    const messageBytes = (of: readonly Item[], from: number, to: number): number => of.reduce((sum, item) => sum + bytesFor(item, from, to), 0);
    const outgoing = new Map(this.mesh.peers.map(({ party }) => [party, new Uint8Array(messageBytes(items, self, party))]));
    const sent = new Map([...outgoing.keys()].map((peer) => [peer, 0]));
    const send: Send = (peer, piece) => {
      outgoing.get(peer)!.set(piece, sent.get(peer)!);
      sent.set(peer, sent.get(peer)! + piece.length);
    };
    for (const item of items) eachPiece(item, (from, count) => (item.kind === 'deal' ? this.#deal(item, dealings.get(item)!, from, count, streams, send) : this.#show(item, from, count, send)));
    const result = await this.members.exchange({ protocol: shamirProtocol, step }, outgoing, {
      incomingBytes: (peer) => messageBytes(items, peer, self), needs: (peer) => messageBytes([...dealings.keys()], peer, self) > 0, agree: true,
    });
    if ('unsettled' in result) return result.unsettled;
    const { received } = result;
    const taken = received.map(() => 0);
    const take: Take = (peer, slot, field, count) => {
      const length = field.elementBytes * count;
      this.workspace.bytes.set(received[peer]!.subarray(taken[peer]!, (taken[peer]! += length)), slot);
      if (!field.isCanonical(slot, count)) throw noElement(step, peer);
    };
    const present = this.mesh.peers.flatMap(({ party }) => (received[party] ? [party] : []));
    try {
      for (const item of items) eachPiece(item, (from, count) => (item.kind === 'deal' ? this.#collect(item, dealings.get(item)!, from, count, take) : this.#open(item, present, from, count, take, step)));
    } finally {
      for (const body of received) body?.fill(0);
    }
    return undefined;
  }

  /** Brings all who are left to the end of the first round that some have not completed. Returns whether this party is to run its own round again. */
  async #recover(round: number, outcomes: readonly Outcome[], kept: KeptRound): Promise<boolean> {
    const { first, rounds } = await this.members.agree(round, outcomes);
    this.#rows.clear();
    const isAhead = first < round;
    const again = isAhead ? this.#last : kept;
    if (!again) throw new ProtocolAbort('CS0704', 'a party is in a round that is over', { step: 'lost' });
    const repeated = againFor(again, isAhead);
    await this.#attempt('again', first, repeated.items);
    const ahead = [...rounds].flatMap(([party, each]) => (each > first ? [party] : []));
    if (ahead.length > 0) await correct(this, again, repeated, ahead);
    wipeKept(repeated);
    return isAhead;
  }

  /** Whether a party is sent its share of what another deals. */
  #receives(party: number, dealer: number): boolean {
    return receivers(dealer, this.mesh.parties, this.threshold).includes(party);
  }

  /** Steps 1 and 2 of a dealing: what is sent, and the part of the own share that needs no message. */
  #deal(item: Dealing, dealers: readonly number[], from: number, count: number, streams: ExchangeStreams, send: Send): void {
    const { field, shares } = item;
    const { bytes } = this.workspace;
    const { self, parties } = this.mesh;
    const length = field.elementBytes * count;
    const [sum, moved, value, ...expanded] = this.slots as [number, number, number, ...number[]];
    if (dealers.includes(self)) {
      const rows = this.#rowsOf(item, dealers);
      bytes.set(item.values(from, count), value);
      this.#expanders.forEach((peer, k) => {
        streams.drawFor(peer, bytes.subarray(expanded[k]!, expanded[k]! + length));
        field.uniform(expanded[k]!, count);
      });
      const sources = [value, ...expanded.slice(0, this.threshold)];
      for (const { peer, weights } of rows.sent) {
        field.combine(moved, sources, weights, count);
        send(peer, bytes.subarray(moved, moved + length));
      }
      field.combine(sum, sources, rows.own, count);
    } else bytes.fill(0, sum, sum + pieceBytes);
    for (const dealer of dealers) {
      if (dealer === self || !expanders(dealer, parties, this.threshold).includes(self)) continue;
      streams.drawFrom(dealer, bytes.subarray(moved, moved + length));
      field.uniform(moved, count);
      field.add(sum, moved, count);
    }
    shares.set(bytes.subarray(sum, sum + length), field.elementBytes * from);
  }

  /** Step 3 of a dealing: the rest of the own share. */
  #collect({ field, shares }: Dealing, dealers: readonly number[], from: number, count: number, take: Take): void {
    const [sum, moved] = this.slots as [number, number];
    const place = shares.subarray(field.elementBytes * from, field.elementBytes * (from + count));
    this.workspace.bytes.set(place, sum);
    for (const dealer of dealers) {
      if (dealer === this.mesh.self || !this.#receives(this.mesh.self, dealer)) continue;
      take(dealer, moved, field, count);
      field.add(sum, moved, count);
    }
    place.set(this.workspace.bytes.subarray(sum, sum + place.length));
  }

  #show({ field, shares, to }: Opening, from: number, count: number, send: Send): void {
    const piece = shares.subarray(field.elementBytes * from, field.elementBytes * (from + count));
    for (const peer of to) if (peer !== this.mesh.self) send(peer, piece);
  }

  #open(item: Opening, present: readonly number[], from: number, count: number, take: Take, step: string): void {
    const { field, shares, to } = item;
    const { self } = this.mesh;
    if (!to.includes(self)) return;
    const [value, scratch, ...places] = this.slots as [number, number, ...number[]];
    this.workspace.bytes.set(shares.subarray(field.elementBytes * from, field.elementBytes * (from + count)), places[self]!);
    for (const party of present) take(party, places[party]!, field, count);
    const consistent = this.#interpolationOf(field, [...present, self], step).run(this.workspace, value, scratch, (party) => places[party]!, count);
    if (!consistent) throw inconsistent(step);
    item.opened(value, from, count);
  }

  #interpolationOf(field: ShareField, present: readonly number[], step: string): Interpolation {
    if (present.length <= this.threshold) throw tooFew(step, 'openings');
    const parties = present.toSorted((a, b) => a - b);
    const key = `${field.elementBytes}: ${parties.join()}`;
    let interpolation = this.#interpolations.get(key);
    if (!interpolation) this.#interpolations.set(key, (interpolation = new Interpolation(field, parties, this.threshold)));
    return interpolation;
  }

  #rowsOf({ field, dealers: of }: Dealing, dealers: readonly number[]): DealingRows {
    const key = `${field.elementBytes} ${of === 'reducers'}`;
    const known = this.#rows.get(key);
    if (known) return known;
    const { arithmetic } = field;
    const { parties, self } = this.mesh;
    const points = [secretPoint, ...this.#expanders.map(pointOf)];
    // What reducers share is λ_i times their share of degree 2t.
    const factor = of === 'reducers' ? lagrange(arithmetic, dealers.map(pointOf), secretPoint)[dealers.indexOf(self)]! : 1n;
    const weightsAt = (party: number): Weights => {
      const [first, ...rest] = lagrange(arithmetic, points, pointOf(party)) as [bigint, ...bigint[]];
      return field.weights([arithmetic.multiply(first, factor), ...rest]);
    };
    const rows = { own: weightsAt(self), sent: receivers(self, parties, this.threshold).map((peer) => ({ peer, weights: weightsAt(peer) })) };
    this.#rows.set(key, rows);
    return rows;
  }

  /** Wipes keys, kept rounds and what pieces are left. Only what was dealt before can still be opened. */
  wipe(): void {
    this.seeds.wipe();
    wipeKept(this.#last);
    this.#last = undefined;
    for (const at of [this.staging, ...this.slots]) this.workspace.bytes.fill(0, at, at + pieceBytes);
  }
}
