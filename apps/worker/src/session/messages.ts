import type { Demand, SessionStats, StockPart } from '#mpc';
import type { LinkCertificate } from '#pqc';
import type { OwnJoinRows, Plan, Stage } from '#program';
import type { DrawnRecords, MadeRecords } from '../stock/kinds.js';

/** What a worker and its session processes tell each other over IPC (structured clone, so vectors travel as they are). */
export interface SessionPeer {
  readonly party: number;
  /** Raw ML-DSA-65 key that the node has registered for its links. */
  readonly linkKey: Uint8Array;
}
export interface Endpoint {
  readonly party: number;
  readonly host: string;
  readonly port: number;
}
export interface ListenOrder {
  readonly type: 'listen';
  readonly certificate: LinkCertificate;
  readonly host: string;
  readonly portRange?: readonly [number, number];
  readonly party: number;
  /** All parties but this one. */
  readonly peers: readonly SessionPeer[];
  /** Milliseconds from now after which the session ends whatever happens. */
  readonly endInMs: number;
}
export interface RunOrder {
  readonly type: 'run';
  readonly plan: Plan;
  readonly planDigest: string;
  readonly sessionId: Uint8Array;
  readonly inputs: ReadonlyMap<string, BigUint64Array>;
  /** The own table, where the plan joins one. */
  readonly join?: OwnJoinRows;
  readonly endpoints: readonly Endpoint[];
  /** The slowest link that the policy allows, in milliseconds; any when left out. */
  readonly roundTripMs?: number;
  /** What its worker has in stock with these parties, for them to read; empty when nothing. Left out where no party draws on stock. */
  readonly stockOffer?: Uint8Array;
}
export interface OpenOrder {
  readonly type: 'open';
  /** Party indices of the receivers that are parties. */
  readonly to: readonly number[];
  /** Whether the own share is needed as well, to be sealed to receivers that are no parties. */
  readonly share: boolean;
}
/** The answer to `take`: burned in the worker's stock before this was sent. */
export type SessionDrawn = DrawnRecords;
/** The stock could not do what was agreed: the session ends. */
export interface StockFailure {
  readonly type: 'not-drawn';
  readonly code: string;
  readonly reason: string;
}
/** When the session has finished, where it was given an offer: what this party wishes to make for later with its peers; empty for nothing. */
export interface FillOrder {
  readonly type: 'fill';
  readonly wish: Uint8Array;
}
export type ToSession =
  | ListenOrder | RunOrder | OpenOrder | FillOrder
  /** The answer to `wishes`: what all parties make, part by part. */
  | { readonly type: 'make'; readonly parts: readonly StockPart[] }
  /** The answer to `made`: on disk. */
  | { readonly type: 'stored' }
  | ({ readonly type: 'drawn' } & SessionDrawn) | StockFailure | { readonly type: 'stop' };

export type Phase = 'connecting' | 'preprocessing' | 'inputs' | 'online';

export interface SessionProgress {
  readonly type: 'progress';
  readonly phase: Phase;
  readonly done: number;
  readonly of: number;
  readonly bytes: number;
  readonly stage?: Stage;
}
/** Round trips to the peers that answered, before anything is shared. */
export interface SessionMeasured {
  readonly type: 'measured';
  readonly links: readonly { readonly party: number; readonly microseconds: number }[];
}
/** The peers have offered what they have in stock: the worker takes what all agree on, once. */
export interface SessionTake {
  readonly type: 'take';
  /** By party. */
  readonly offers: readonly Uint8Array[];
  readonly demand: Demand;
}
/** Own shares of a part that was made for later. */
export interface SessionMade {
  readonly type: 'made';
  /** 32 bytes, the same at every party. */
  readonly id: Uint8Array;
  readonly records: readonly MadeRecords[];
}
export interface SessionFinished {
  readonly type: 'finished';
  /** The opened values, at a receiver. */
  readonly outputs?: Map<string, BigUint64Array>;
  readonly share?: Map<string, BigUint64Array>;
  readonly stats: SessionStats;
  readonly transcript: Uint8Array;
  /** Parties that were lost on the way, in order. */
  readonly without: readonly number[];
}
export interface SessionAborted {
  readonly type: 'aborted';
  readonly code: string;
  /** One line, without any value. */
  readonly reason: string;
  /** Party index. */
  readonly blame?: number;
  /** Whether any share may have left this process. */
  readonly sharesSent: boolean;
}
export type FromSession =
  | { readonly type: 'warm' }
  | { readonly type: 'listening'; readonly port: number }
  | SessionProgress
  | SessionMeasured
  | SessionTake
  /** Nothing is drawn. */
  | { readonly type: 'untaken'; readonly demand: Demand }
  /** What all parties wish to make, by party. */
  | { readonly type: 'wishes'; readonly wishes: readonly Uint8Array[] }
  | SessionMade
  | { readonly type: 'held' }
  /** A connection was turned away; the session goes on. */
  | { readonly type: 'refused'; readonly reason: string }
  | SessionFinished
  | SessionAborted;
