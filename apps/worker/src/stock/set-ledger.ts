import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { StockError, type StockErrorCode } from './errors.js';
import { appendLine, cutJournal, lineAfter, NO_LINES, readJournal, readLine, replaceJournal, sameHead, type Head, type ReadJournal, type ReadLine } from './journal.js';
import type { MarkerFile, ReadMarker } from './marker.js';
import type { PartySet } from './set.js';
import { after, anew, type Entry, type SetState, type Shelved } from './state.js';

/** Lines above which the journal is written anew. */
const MOST_LINES = 1_000;

export interface LedgerPlace {
  readonly journal: string;
  readonly marker: MarkerFile;
  readonly clock: () => Date;
  /** Called at every place where a power cut would leave something else behind: tests cut it there. */
  readonly onStep: (step: string) => void;
}

/** What was thrown away. */
export interface Thrown {
  readonly code: StockErrorCode | string;
  readonly gone: Shelved[];
}

/** What is true of a set, in memory and on disk: a journal in the home, and its last line outside of it. */
export class SetLedger {
  /** A line may be in the marker and not in the journal: the next run makes up for it, and until then nothing goes on. */
  #stuck = false;

  private constructor(
    private readonly place: LedgerPlace, private current: SetState, private head: Head,
    private file: { readonly bytes: number; readonly lines: number }, private found?: { readonly journal?: ReadJournal; readonly marker: ReadMarker },
  ) {}

  /** The ledger of a set that has none. */
  static create(set: PartySet, place: LedgerPlace): { readonly ledger: SetLedger; readonly thrown?: Thrown } {
    const marker = place.marker.read();
    const ledger = new SetLedger(place, anew(set), NO_LINES, { bytes: 0, lines: 0 });
    // There was a journal, and it is gone; unless nothing was ever written into it.
    const restored = marker.is !== 'missing' && !(marker.is === 'good' && marker.line.head.n === 1);
    if (restored) return { ledger, thrown: ledger.begin('CS0764') };
    ledger.#replace({ type: 'state', at: ledger.#now(), state: ledger.current }, NO_LINES);
    return { ledger };
  }

  /** The ledger that a former run left, to be reconciled before it is used; undefined when it cannot be told whose it was. */
  static read(place: LedgerPlace): SetLedger | undefined {
    const marker = place.marker.read();
    try {
      const journal = readJournal(place.journal);
      const state = journal.lines.reduce<SetState | undefined>((before, { entry }) => after(before, entry), undefined) ?? firstStateIn(marker);
      return state && new SetLedger(place, state, journal.head, { bytes: journal.bytes, lines: journal.lines.length }, { journal, marker });
    } catch (error) {
      if (!(error instanceof StockError)) throw error;
      const state = firstStateOf(place.journal) ?? firstStateIn(marker);
      return state && new SetLedger(place, state, NO_LINES, { bytes: 0, lines: 0 }, { marker });
    }
  }

  /**
   * Holds the journal against the marker. A journal that lacks one line had no time to be written; anything else that differs is an older copy,
   * or may be one, and all of the set is thrown away.
   */
  reconcile(): Thrown | undefined {
    const { journal, marker } = this.found!;
    this.found = undefined;
    if (!journal) return this.begin('CS0766');
    if (marker.is !== 'good') return this.begin('CS0764');
    if (sameHead(marker.line.head, journal.head)) return journal.unfinished ? this.begin('CS0766') : undefined;
    if (!sameHead(marker.line.before, journal.head)) return this.begin('CS0764');
    try {
      const state = after(journal.lines.length === 0 ? undefined : this.current, marker.line.entry);
      if (journal.unfinished) cutJournal(this.place.journal, journal.bytes);
      this.#append(state, marker.line);
      return undefined;
    } catch (error) {
      if (error instanceof StockError && error.code === 'CS0769') return this.begin('CS0766');
      throw error;
    }
  }

  get state(): SetState {
    return this.current;
  }

  get stuck(): boolean {
    return this.#stuck;
  }

  /** INVARIANT: marker, then journal, then use. What fails here is made up for at the next start, when nobody has used it. */
  commit(entry: Entry): void {
    this.#assertFree();
    const state = after(this.current, entry);
    const line = lineAfter(this.head, entry);
    this.#stuck = true;
    this.place.onStep('marker');
    this.place.marker.write(line);
    this.place.onStep('journal');
    this.#append(state, line);
    this.#stuck = false;
    if (this.file.lines > MOST_LINES) this.#replace({ type: 'state', at: this.#now(), state }, this.head);
  }

  /** Throws away all of the set, and another incarnation begins. */
  begin(code: StockErrorCode | string): Thrown {
    this.#assertFree();
    const { batches: gone } = this.current;
    const at = this.#now();
    this.#replace({ type: 'state', at, state: anew(this.current.set, this.current, { at, code }) }, NO_LINES);
    return { code, gone };
  }

  #append(state: SetState, line: ReadLine): void {
    this.file = { bytes: appendLine(this.place.journal, line, this.file.bytes), lines: this.file.lines + 1 };
    this.place.onStep('written');
    this.current = state;
    this.head = line.head;
  }

  #replace(entry: Entry & { readonly type: 'state' }, before: Head): void {
    const line = lineAfter(before, entry);
    this.#stuck = true;
    this.place.onStep('marker');
    this.place.marker.write(line);
    this.place.onStep('journal');
    this.file = { bytes: replaceJournal(this.place.journal, line), lines: 1 };
    this.place.onStep('written');
    this.current = entry.state;
    this.head = line.head;
    this.#stuck = false;
  }

  #assertFree(): void {
    if (this.#stuck) throw new StockError('CS0766', 'the journal of this set could not be written; start the worker again');
  }

  readonly #now = (): string => this.place.clock().toISOString();
}

const firstStateIn = (marker: ReadMarker): SetState | undefined => (marker.is === 'good' && marker.line.entry.type === 'state' ? marker.line.entry.state : undefined);

/** Whose a journal was that cannot be followed to its end. */
function firstStateOf(path: string): SetState | undefined {
  try {
    const { entry } = readLine(readFileSync(path, 'utf8').split('\n', 1)[0]);
    return entry.type === 'state' ? entry.state : undefined;
  } catch {
    return undefined;
  }
}

/** For a look from outside: nothing is held against anything, and a line that is being written is left out. */
export function peek(journal: string): SetState | undefined {
  return readJournal(journal).lines.reduce<SetState | undefined>((before, { entry }) => after(before, entry), undefined);
}
