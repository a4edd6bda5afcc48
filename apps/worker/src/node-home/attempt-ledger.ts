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
});
const LedgerFile = z.record(Digest, Entry);
export type LedgerEntry = z.infer<typeof Entry>;

/**
 * Which attempts of which jobs this node has taken part in: the fence on the worker's side. An attempt is written here, on disk, before its
 * Accept is signed and so before any share leaves, and it is never entered a second time.
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

  /** INVARIANT: `attempt` exceeds every attempt of this job that was ever entered. Returns false, and enters nothing, when it does not. */
  enter(jobDigest: string, { id, attempt, expiresAt, now }: { readonly id: string; readonly attempt: number; readonly expiresAt: string; readonly now: Date }): boolean {
    if (attempt <= this.highest(jobDigest)) return false;
    for (const [digest, entry] of this.#entries) {
      if (entry.status === 'over' && Date.parse(entry.expiresAt) <= now.getTime()) this.#entries.delete(digest);
    }
    const before = this.#entries.get(jobDigest);
    this.#entries.set(jobDigest, { id, attempt, expiresAt, status: 'open' });
    try {
      this.#write();
    } catch (error) {
      if (before) this.#entries.set(jobDigest, before);
      else this.#entries.delete(jobDigest);
      throw error;
    }
    return true;
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
  open(): { readonly digest: string; readonly id: string; readonly attempt: number }[] {
    return [...this.#entries].flatMap(([digest, { id, attempt, status }]) => (status === 'open' ? [{ digest, id, attempt }] : []));
  }

  #write(): void {
    writeJson(this.path, Object.fromEntries(this.#entries));
  }
}
