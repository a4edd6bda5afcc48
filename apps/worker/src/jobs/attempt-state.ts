import type { SessionProcess } from '../session/session-process.js';
import type { Receipt } from '#contract';
import type { VerifiedJob, VerifiedPlan } from '#verify';
import type { Drawing } from './drawing.js';
import type { OwnInputs } from './inputs.js';

/** From the Accept on: a verified job, the own rows, and a session process that listens. */
export interface Prepared {
  readonly job: VerifiedJob;
  readonly inputs: OwnInputs;
  readonly session: SessionProcess;
  /** The own Accept, as signed. */
  readonly accept: string;
}
export interface Underway {
  readonly job: VerifiedJob;
  /** As its session measured them, once it has. */
  readonly roundTrips?: NonNullable<Receipt['roundTrips']>;
  readonly session: SessionProcess;
  readonly plan: VerifiedPlan;
  readonly startedAt: number;
  /** Where the suite consumes what can be in stock. */
  readonly drawing?: Drawing;
}

/**
 * The life of an attempt at one worker.
 *
 *     offered ─ verifies and reads ─▶ accepted ─ start ─▶ running ─▶ held ─ open ─▶ opening ─▶ finished
 *        └────────────────────────────┴──────────────────┴─────────┴───────────────┴────────▶ aborted
 *
 * `aborted` also stands for a refusal: nothing is left of the attempt but its number.
 */
export type AttemptState =
  | { readonly at: 'offered' }
  | ({ readonly at: 'accepted' } & Prepared)
  | ({ readonly at: 'running' } & Underway)
  | ({ readonly at: 'held' } & Underway)
  | ({ readonly at: 'opening' } & Underway)
  | { readonly at: 'finished' }
  | { readonly at: 'aborted'; readonly code: string };

const NEXT: Readonly<Record<AttemptState['at'], readonly AttemptState['at'][]>> = {
  offered: ['accepted', 'aborted'],
  accepted: ['running', 'aborted'],
  running: ['held', 'aborted'],
  held: ['opening', 'aborted'],
  opening: ['finished', 'aborted'],
  finished: [],
  aborted: [],
};

/** The new state. INVARIANT: an attempt only moves forward, and never out of its end. */
export function moved<T extends AttemptState>(from: AttemptState, to: T): T {
  if (!NEXT[from.at].includes(to.at)) throw new Error(`an attempt cannot go from ${from.at} to ${to.at}`);
  return to;
}

export const isOver = ({ at }: AttemptState): boolean => at === 'finished' || at === 'aborted';
