import { z } from 'zod';
import { Digest, Instant, JobId } from '#contract';
import { readJson, writeJson } from './private-file.js';

const Entry = z.strictObject({
  id: JobId,
  /** The highest attempt that this node has accepted. */
  attempt: z.int().min(1),
  /** Until then an offer of the job could verify; afterwards the entry is not needed. */
  expiresAt: Instant,
  /** `open` from before the Accept is signed until the attempt is over. */
  status: z.enum(['open', 'over']),
  /** The attempt was started, so shares may have left: no other attempt of this job is entered. */
  ran: z.literal(true).optional(),
});
const LedgerFile = z.record(Digest, Entry);
export type LedgerEntry = z.infer<typeof Entry>;

/**
 * Which attempts of which jobs this node has taken part in: the fence on the worker's side. An attempt is written here, on disk, before its
 * Accept is signed and so before any share leaves, and it is never entered a second time. Nor is a job that was started: what was signed
 * once is computed once, however often it is offered and however the rows have changed since.
 */
export class AttemptLedger {
  readonly #entries: Map<string, LedgerEntry>;

  constructor(private readonly path: string) {
    this.#entries = new Map(Object.entries(readJson(path, LedgerFile) ?? {}));
  }

  /** The highest attempt entered for a job, 0 when there is none. */
  highest(jobDigest: string): number {
    return this.#entries.get(jobDigest)?.attempt ?? 0;
  }

  /** Whether an attempt of this job was started. */
  hasRun(jobDigest: string): boolean {
    return this.#entries.get(jobDigest)?.ran === true;
  }

  /**
   * INVARIANT: `attempt` exceeds every attempt of this job that was ever entered, and none of them was started. Returns false, and enters
   * nothing, when that does not hold.
   */
  enter(jobDigest: string, { id, attempt, expiresAt, now }: { readonly id: string; readonly attempt: number; readonly expiresAt: string; readonly now: Date }): boolean {
    if (attempt <= this.highest(jobDigest) || this.hasRun(jobDigest)) return false;
    for (const [digest, entry] of this.#entries) {
      if (entry.status === 'over' && Date.parse(entry.expiresAt) <= now.getTime()) this.#entries.delete(digest);
    }
    this.#replace(jobDigest, { id, attempt, expiresAt, status: 'open' });
    return true;
  }

  /** Notes, on disk when this returns, that shares of the entered attempt may leave from now on. */
  run(jobDigest: string, attempt: number): void {
    const entry = this.#entries.get(jobDigest);
    if (entry?.attempt !== attempt || entry.status === 'over') throw new Error(`attempt ${attempt} was not entered`);
    this.#replace(jobDigest, { ...entry, ran: true });
  }

  /** The attempt will not go on. When this cannot be written the next run reports the attempt as aborted once more, which changes nothing. */
  close(jobDigest: string, attempt: number): void {
    const entry = this.#entries.get(jobDigest);
    if (entry?.attempt !== attempt || entry.status === 'over') return;
    this.#entries.set(jobDigest, { ...entry, status: 'over' });
    try {
      this.#write();
    } catch {
      // Said above.
    }
  }

  /** Attempts that a former run of this worker left open: their sessions died with it. */
  open(): { readonly digest: string; readonly id: string; readonly attempt: number; readonly ran: boolean }[] {
    return [...this.#entries].flatMap(([digest, { id, attempt, status, ran }]) => (status === 'open' ? [{ digest, id, attempt, ran: ran === true }] : []));
  }

  /** What cannot be written did not happen. */
  #replace(jobDigest: string, entry: LedgerEntry): void {
    const before = this.#entries.get(jobDigest);
    this.#entries.set(jobDigest, entry);
    try {
      this.#write();
    } catch (error) {
      if (before) this.#entries.set(jobDigest, before);
      else this.#entries.delete(jobDigest);
      throw error;
    }
  }

  #write(): void {
    writeJson(this.path, Object.fromEntries(this.#entries));
  }
}
