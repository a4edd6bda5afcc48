import { KernelMemory } from '#kernels';
import { type Mesh, ProtocolAbort } from '../../channel/index.js';
import { type ShareField, type Weights, bytesOver, wordsOver } from './fields.js';
import { Interpolation } from './interpolation.js';
import { lagrange, pointOf, secretPoint } from './polynomials.js';
import { reducersOf, shamirProtocol, thresholdOf } from './protocol.js';
import { type ExchangeStreams, type PairSeeds, expanders, receivers } from './seeds.js';

/** Vectors are walked in pieces of so many bytes, which stay in the cache. */
const pieceBytes = 32 * 1024;

/** Every dealer shares a vector of its own; every party ends up with its share of the sum of all. */
export interface Dealing {
  readonly kind: 'deal';
  readonly field: ShareField;
  readonly count: number;
  readonly dealers: readonly number[];
  /** `products`: what is dealt are shares of degree 2t, one of each of the 2t + 1 dealers, and the sum is of what they share. */
  readonly of: 'values' | 'products';
  /** This party's elements [from, from + count), if it deals. */
  values(from: number, count: number): Uint8Array;
  readonly shares: Uint8Array;
}

/** Shares that all parties send to those in `to`. */
export interface Opening {
  readonly kind: 'open';
  readonly field: ShareField;
  readonly count: number;
  readonly to: readonly number[];
  readonly shares: Uint8Array;
  /** Takes elements [from, from + count) of the values, which lie at `at` of the workspace. Called at parties in `to`. */
  opened(at: number, from: number, count: number): void;
}

export type Item = Dealing | Opening;

/** What a party computes of its own dealing: every row is a share, from the value and the t expanded shares. */
interface DealingRows {
  readonly own: Weights;
  readonly sent: readonly { readonly peer: number; readonly weights: Weights }[];
}

/** Runs exchanges: dealings and openings, all in one round. */
export class Exchanges {
  readonly threshold: number;
  readonly workspace: KernelMemory;
  readonly words: ShareField;
  readonly bytes: ShareField;
  /** Parties that reduce degrees. */
  readonly reducers: readonly number[];
  readonly #expanders: readonly number[];
  readonly #slots: readonly number[];
  /** A piece of the workspace for whoever prepares what is dealt, or takes what is opened. */
  readonly staging: number;
  readonly #rows = new Map<string, DealingRows>();
  readonly #interpolations = new Map<ShareField, Interpolation>();
  #next = 0;

  constructor(readonly mesh: Mesh, readonly seeds: PairSeeds) {
    const { parties, self } = mesh;
    this.threshold = thresholdOf(parties);
    const slots = parties + 3;
    this.workspace = new KernelMemory(slots * pieceBytes + 64 * 1024);
    [this.staging, ...this.#slots] = Array.from({ length: slots }, () => this.workspace.take(pieceBytes)) as [number, ...number[]];
    this.words = wordsOver(this.workspace);
    this.bytes = bytesOver(this.workspace);
    this.reducers = Array.from({ length: reducersOf(this.threshold) }, (_, i) => i);
    this.#expanders = expanders(self, parties, this.threshold);
  }

  /** One round. Throws `ProtocolAbort`. */
  async run(step: string, items: readonly Item[]): Promise<void> {
    const streams = this.seeds.streams(this.#next++);
    const bytesFor = (from: number, to: number): number => items.reduce((sum, item) => sum + this.#bytesOf(item, from, to), 0);
    const { self } = this.mesh;
    const outgoing = new Map(this.mesh.peers.map(({ party }) => [party, new Uint8Array(bytesFor(self, party))]));
    let received: readonly (Uint8Array | undefined)[] = [];
    try {
      const cursors = new Map([...outgoing.keys()].map((peer) => [peer, 0]));
      const send = (peer: number, piece: Uint8Array): void => {
        outgoing.get(peer)!.set(piece, cursors.get(peer)!);
        cursors.set(peer, cursors.get(peer)! + piece.length);
      };
      for (const item of items) this.#pieces(item, (from, count) => (item.kind === 'deal' ? this.#deal(item, from, count, streams, send) : this.#show(item, from, count, send)));
      received = await this.mesh.exchange(
        shamirProtocol, step,
        (peer) => (outgoing.get(peer)!.length > 0 ? outgoing.get(peer) : undefined),
        (peer) => bytesFor(peer, self) || undefined,
      );
      const taken = received.map(() => 0);
      const take = (peer: number, slot: number, field: ShareField, count: number): void => {
        const length = field.elementBytes * count;
        this.workspace.bytes.set(received[peer]!.subarray(taken[peer]!, (taken[peer]! += length)), slot);
        if (!field.isCanonical(slot, count)) throw new ProtocolAbort('CS0703', 'a word that is no element of the field', { step, blame: peer });
      };
      for (const item of items) this.#pieces(item, (from, count) => (item.kind === 'deal' ? this.#collect(item, from, count, take) : this.#open(item, from, count, take, step)));
    } finally {
      for (const body of [...outgoing.values(), ...received]) body?.fill(0);
    }
  }

  /** Bytes of an item in the message from one party to another. */
  #bytesOf(item: Item, from: number, to: number): number {
    const sends = item.kind === 'open'
      ? item.to.includes(to)
      : item.dealers.includes(from) && receivers(from, this.mesh.parties, this.threshold).includes(to);
    return sends ? item.field.elementBytes * item.count : 0;
  }

  #pieces({ field, count }: Item, each: (from: number, count: number) => void): void {
    const most = pieceBytes / field.elementBytes;
    for (let from = 0; from < count; from += most) each(from, Math.min(most, count - from));
  }

  /** Steps 1 and 2 of a dealing: what is sent, and the part of the own share that needs no message. */
  #deal(item: Dealing, from: number, count: number, streams: ExchangeStreams, send: (peer: number, piece: Uint8Array) => void): void {
    const { field, dealers, shares } = item;
    const { bytes } = this.workspace;
    const { self } = this.mesh;
    const length = field.elementBytes * count;
    const [sum, moved, value, ...expanded] = this.#slots as [number, number, number, ...number[]];
    if (dealers.includes(self)) {
      const rows = this.#rowsOf(item);
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
      if (dealer === self || !expanders(dealer, this.mesh.parties, this.threshold).includes(self)) continue;
      streams.drawFrom(dealer, bytes.subarray(moved, moved + length));
      field.uniform(moved, count);
      field.add(sum, moved, count);
    }
    shares.set(bytes.subarray(sum, sum + length), field.elementBytes * from);
  }

  /** Step 3 of a dealing: the rest of the own share. */
  #collect({ field, dealers, shares }: Dealing, from: number, count: number, take: (peer: number, slot: number, field: ShareField, count: number) => void): void {
    const [sum, moved] = this.#slots as [number, number];
    const senders = dealers.filter((dealer) => dealer !== this.mesh.self && receivers(dealer, this.mesh.parties, this.threshold).includes(this.mesh.self));
    if (senders.length === 0) return;
    const place = shares.subarray(field.elementBytes * from, field.elementBytes * (from + count));
    this.workspace.bytes.set(place, sum);
    for (const dealer of senders) {
      take(dealer, moved, field, count);
      field.add(sum, moved, count);
    }
    place.set(this.workspace.bytes.subarray(sum, sum + place.length));
  }

  #show({ field, shares, to }: Opening, from: number, count: number, send: (peer: number, piece: Uint8Array) => void): void {
    const piece = shares.subarray(field.elementBytes * from, field.elementBytes * (from + count));
    for (const peer of to) if (peer !== this.mesh.self) send(peer, piece);
  }

  #open(item: Opening, from: number, count: number, take: (peer: number, slot: number, field: ShareField, count: number) => void, step: string): void {
    const { field, shares, to } = item;
    if (!to.includes(this.mesh.self)) return;
    const [value, scratch, ...places] = this.#slots as [number, number, ...number[]];
    this.workspace.bytes.set(shares.subarray(field.elementBytes * from, field.elementBytes * (from + count)), places[this.mesh.self]!);
    for (const { party } of this.mesh.peers) take(party, places[party]!, field, count);
    const consistent = this.#interpolationOf(field).run(this.workspace, value, scratch, (party) => places[party]!, count);
    if (!consistent) throw inconsistent(step);
    item.opened(value, from, count);
  }

  #interpolationOf(field: ShareField): Interpolation {
    let interpolation = this.#interpolations.get(field);
    if (!interpolation) {
      interpolation = new Interpolation(field, Array.from({ length: this.mesh.parties }, (_, party) => party), this.threshold);
      this.#interpolations.set(field, interpolation);
    }
    return interpolation;
  }

  #rowsOf({ field, of }: Dealing): DealingRows {
    const key = `${field.elementBytes} ${of}`;
    const known = this.#rows.get(key);
    if (known) return known;
    const { arithmetic } = field;
    const { parties, self } = this.mesh;
    const points = [secretPoint, ...this.#expanders.map(pointOf)];
    const factor = of === 'values' ? 1n : lagrange(arithmetic, this.reducers.map(pointOf), secretPoint)[this.reducers.indexOf(self)]!;
    const weightsAt = (party: number): Weights => {
      const [first, ...rest] = lagrange(arithmetic, points, pointOf(party)) as [bigint, ...bigint[]];
      return field.weights([arithmetic.multiply(first, factor), ...rest]);
    };
    const rows = { own: weightsAt(self), sent: receivers(self, parties, this.threshold).map((peer) => ({ peer, weights: weightsAt(peer) })) };
    this.#rows.set(key, rows);
    return rows;
  }

  /** Wipes keys and what pieces are left. Only what was dealt before can still be opened. */
  wipe(): void {
    this.seeds.wipe();
    for (const at of [this.staging, ...this.#slots]) this.workspace.bytes.fill(0, at, at + pieceBytes);
  }
}

export const inconsistent = (step: string): ProtocolAbort => new ProtocolAbort('CS0709', 'shares that do not lie on one polynomial', { step });
