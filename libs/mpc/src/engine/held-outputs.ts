import { type CorrelationFacts, type SuiteName } from '#program/plans';
import { type Mesh, ProtocolAbort } from '../channel/index.js';
import { type DrawnCounts } from '../correlations/index.js';
import { type Suite } from '../sharing/index.js';
import { type StockMaker, type StockMaking, makeStock } from './make-stock.js';

/** What a session cost, measured at this party. Bytes count whole frames. */
export interface SessionStats {
  readonly suite: SuiteName;
  /** Where oblivious transfers came from, why, and what making them and the triples was to send between two parties; how many were drawn from stock instead. */
  readonly correlations: CorrelationFacts & { readonly drawn?: DrawnCounts };
  /** Messages that had to wait for each other, from the hello to the last opening so far. */
  readonly rounds: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly perPeer: readonly { readonly party: number; readonly bytesSent: number; readonly bytesReceived: number }[];
  /** Before inputs are shared: agreement, oblivious transfers, triples. */
  readonly offlineMs: number;
  readonly onlineMs: number;
}

export interface Held {
  readonly mesh: Mesh;
  readonly suite: Suite;
  readonly shares: ReadonlyMap<string, BigUint64Array>;
  readonly transcript: Uint8Array;
  readonly correlations: SessionStats['correlations'];
  readonly signal?: AbortSignal;
  readonly offlineMs: number;
  readonly onlineMs: number;
  readonly making: Omit<StockMaking, 'mesh'>;
}

export const cancelled = (cause: unknown): ProtocolAbort => new ProtocolAbort('CS0706', 'the session was cancelled', { step: 'session', cause });

/**
 * The outputs of a session, still shared: nobody knows anything about them until all parties open them.
 * Call `open` at most once, and `discard` last: both wipe this party's shares, `discard` also closes the links.
 */
export class HeldOutputs {
  /** This party's share of each output, by output name: the components of the suite one after the other. Secret. */
  readonly shares: ReadonlyMap<string, BigUint64Array>;
  /** The same 32 bytes at every party: a hash of all that was sent on every link up to here. */
  readonly transcript: Uint8Array;
  readonly #held: Held;
  #used = false;
  #opened = false;

  constructor(held: Held) {
    this.#held = held;
    this.shares = held.shares;
    this.transcript = held.transcript;
  }

  get stats(): SessionStats {
    const { mesh, correlations, offlineMs, onlineMs } = this.#held;
    const perPeer = mesh.peers.map(({ party, bytesSent, bytesReceived }) => ({ party, bytesSent, bytesReceived }));
    const total = (of: 'bytesSent' | 'bytesReceived'): number => perPeer.reduce((sum, peer) => sum + peer[of], 0);
    return {
      suite: this.#held.suite.name,
      correlations,
      rounds: mesh.rounds,
      bytesSent: total('bytesSent'),
      bytesReceived: total('bytesReceived'),
      perPeer,
      offlineMs,
      onlineMs,
    };
  }

  /**
   * Opens all outputs to the party indices in `to`, which every party must give alike. Returns the values by name to
   * those parties and undefined to the others. Throws `ProtocolAbort`.
   */
  async open(to: readonly number[]): Promise<Map<string, BigUint64Array> | undefined> {
    if (this.#used) throw new Error('the outputs of this session were already opened or discarded');
    this.#used = true;
    const { mesh, suite, signal } = this.#held;
    const { components } = suite;
    const shares = [...this.shares].map(([name, share]) => ({ name, share, length: share.length / components }));
    const length = shares.reduce((sum, each) => sum + each.length, 0);
    const all = new BigUint64Array(components * length);
    try {
      for (let c = 0, at = 0; c < components; c++) {
        for (const each of shares) {
          all.set(each.share.subarray(c * each.length, (c + 1) * each.length), at);
          at += each.length;
        }
      }
      const opened = await suite.openTo(all, length, to);
      this.#opened = true;
      let offset = 0;
      return opened && new Map(shares.map((each) => [each.name, opened.slice(offset, (offset += each.length))]));
    } catch (error) {
      mesh.close();
      throw signal?.aborted ? cancelled(error) : error;
    } finally {
      all.fill(0n);
      this.#wipe();
    }
  }

  /**
   * What this party gives to receivers that are no party: its share of each output, of a sharing that is uniform whoever sees it whole. Every
   * party calls it, once, before `open`.
   */
  handOut(): Map<string, BigUint64Array> {
    if (this.#used) throw new Error('the outputs of this session were already opened or discarded');
    const { suite } = this.#held;
    return new Map([...this.shares].map(([name, share]) => [name, suite.refresh?.(share, share.length / suite.components) ?? share.slice()]));
  }

  /**
   * With outputs opened, makes correlations for later sessions of the same parties over the same links; all parties call it, or none. Throws
   * `ProtocolAbort`, and what `maker` throws; the outputs are the receivers' whatever happens.
   */
  async makeStock(maker: StockMaker): Promise<void> {
    if (!this.#opened) throw new Error('stock is made when the outputs are opened');
    const { mesh, making } = this.#held;
    await makeStock({ mesh, ...making }, maker);
  }

  /** Wipes the shares and closes the links; before `open` it ends the session for all parties with nothing opened. */
  discard(): void {
    this.#used = true;
    this.#wipe();
    this.#held.mesh.close();
  }

  toJSON(): string {
    return '[secret]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return 'HeldOutputs [secret]';
  }

  #wipe(): void {
    this.#held.suite.wipe();
    for (const share of this.shares.values()) share.fill(0n);
  }
}
