import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { Digest, Instant } from '#contract';
import { StockError } from './errors.js';
import { BatchHeader } from './header.js';
import { PartySet } from './set.js';

/** An offer stays below 64 KiB. */
export const MOST_BATCHES = 128;
const KEPT_DISCARDS = 8;
/** A batch that was used up is not taken in again; so many are remembered, and nobody makes one anew. */
const KEPT_SPENT = 256;

/** What a party last said of itself in an agreement: of which life of its stock, and after how many agreements. */
export const Seen = z.strictObject({ incarnation: Digest, agreements: z.int().min(0) });
export type Seen = z.infer<typeof Seen>;

/** The records [from, to) of a batch, handed out. */
export const Lease = z.strictObject({ batch: Digest, from: z.int().min(0), to: z.int().min(1) });
export type Lease = z.infer<typeof Lease>;

/** All records of a batch before `to`, gone without having been handed out here. */
const Burn = Lease.omit({ from: true });
export type Burn = z.infer<typeof Burn>;

const Shelved = z.strictObject({
  header: BatchHeader,
  /** The first record that was not handed out or burned. */
  next: z.int().min(0),
  storedAt: Instant,
});
export type Shelved = z.infer<typeof Shelved>;

export const Discard = z.strictObject({ at: Instant, code: z.string().regex(/^CS[0-9]{4}$/), batches: z.int().min(0), records: z.int().min(0) });
export type Discard = z.infer<typeof Discard>;

/** All that is true of a set at one moment. */
export const SetState = z.strictObject({
  set: PartySet,
  /** Random; another one whenever the whole stock of the set was discarded. */
  incarnation: Digest,
  /** In this incarnation, so far. */
  agreements: z.int().min(0),
  /** By place; null for the own one and for those never met. */
  seen: z.array(Seen.nullable()),
  batches: z.array(Shelved).max(MOST_BATCHES),
  spent: z.array(Digest).max(KEPT_SPENT),
  discards: z.array(Discard).max(KEPT_DISCARDS),
});
export type SetState = z.infer<typeof SetState>;

/** What the journal says, line by line. */
export const Entry = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('state'), at: Instant, state: SetState }),
  z.strictObject({ type: z.literal('stored'), at: Instant, header: BatchHeader }),
  z.strictObject({
    type: z.literal('agreed'), at: Instant,
    /** What it was for: a job and its attempt. */
    attempt: z.string().max(128),
    seen: z.array(Seen.nullable()),
    leases: z.array(Lease),
    /** Handed out by another party, so gone here too. */
    burned: z.array(Burn),
  }),
  z.strictObject({ type: z.literal('discarded'), at: Instant, code: z.string(), batches: z.array(Digest) }),
]);
export type Entry = z.infer<typeof Entry>;

/** The state after an entry. @throws StockError CS0769 when the entry does not fit: so it is never written, or the journal was tampered with */
export function after(state: SetState | undefined, entry: Entry): SetState {
  if (entry.type === 'state') return entry.state;
  if (!state) throw new StockError('CS0769', 'a journal begins with a state');
  if (entry.type === 'stored') {
    const { batch } = entry.header;
    if (state.spent.includes(batch) || state.batches.some(({ header }) => header.batch === batch)) throw new StockError('CS0769', `batch \`${batch}\` was stored before`);
    return { ...state, batches: [...state.batches, { header: entry.header, next: 0, storedAt: entry.at }] };
  }
  if (entry.type === 'discarded') {
    const gone = state.batches.filter(({ header }) => entry.batches.includes(header.batch));
    return withoutSpent({ ...state, batches: state.batches.filter((each) => !gone.includes(each)), discards: noted(state.discards, { at: entry.at, code: entry.code, gone }) }, gone);
  }
  const moved = entry.burned.reduce(burn, entry.leases.reduce(handOut, state.batches));
  const spent = moved.filter(({ header, next }) => next === header.count);
  return withoutSpent({ ...state, agreements: state.agreements + 1, seen: entry.seen, batches: moved.filter((each) => !spent.includes(each)) }, spent);
}

/** INVARIANT: `next` only grows, and no lease begins below it. */
function handOut(batches: Shelved[], { batch, from, to }: Lease): Shelved[] {
  const at = batches.findIndex(({ header }) => header.batch === batch);
  const shelved = batches[at];
  if (!shelved || from < shelved.next || to <= from || to > shelved.header.count) throw new StockError('CS0769', `records ${from} to ${to} of batch \`${batch}\` cannot be handed out`);
  return batches.with(at, { ...shelved, next: to });
}

function burn(batches: Shelved[], { batch, to }: Burn): Shelved[] {
  return batches.map((each) => (each.header.batch === batch ? { ...each, next: Math.max(each.next, Math.min(to, each.header.count)) } : each));
}

const withoutSpent = (state: SetState, gone: readonly Shelved[]): SetState => ({ ...state, spent: [...state.spent, ...gone.map(({ header }) => header.batch)].slice(-KEPT_SPENT) });

/** With what was discarded, of which only counts are kept. */
const noted = (discards: readonly Discard[], { at, code, gone }: { readonly at: string; readonly code: string; readonly gone: readonly Shelved[] }): Discard[] =>
  [...discards, { at, code, batches: gone.length, records: gone.reduce((sum, { header, next }) => sum + header.count - next, 0) }].slice(-KEPT_DISCARDS);

/** A set of which nothing is there: the first time, or again, with what was remembered `before`. */
export function anew(set: PartySet, before?: SetState, why?: { readonly at: string; readonly code: string }): SetState {
  const incarnation = randomBytes(32).toString('hex');
  const state: SetState = { set, incarnation, agreements: 0, seen: before?.seen ?? set.parties.map(() => null), batches: [], spent: before?.spent ?? [], discards: before?.discards ?? [] };
  return before && why ? withoutSpent({ ...state, discards: noted(state.discards, { ...why, gone: before.batches }) }, before.batches) : state;
}
