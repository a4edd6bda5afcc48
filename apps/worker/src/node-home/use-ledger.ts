import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { Digest, Instant } from '#contract';
import type { PolicyJob } from '#policy';
import { writePrivateFile } from '#pqc';
import type { CountedJob } from '#verify';
import { HomeError } from './errors.js';

/** Longer than the longest period of a limit, a calendar year. */
const KEPT_MS = 367 * 86_400_000;
/** Lines that say nothing any more, above which the file is written anew. */
const MAX_SPENT_LINES = 1_000;

const Line = z.union([
  z.strictObject({ digest: Digest, at: Instant, request: z.custom<PolicyJob>((value) => typeof value === 'object' && value !== null && 'requester' in value && 'inputs' in value) }),
  z.strictObject({ digest: Digest, takenBack: z.literal(true) }),
]);

/**
 * The jobs in which shares of this node may have left it, by its own count: what limits are held against here, whatever the control plane says. One
 * line each, on disk before the first share leaves; dropped when no period can reach back to it.
 */
export class UseLedger {
  readonly #jobs = new Map<string, CountedJob>();
  #lines = 0;

  /** @throws HomeError CS0720 */
  constructor(private readonly path: string, now: Date) {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    // A line that a power cut left unfinished was not on disk yet, so no share had left.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    for (const line of whole.split('\n').slice(0, -1)) this.#take(this.#parse(line));
    this.#forget(now);
    if (whole.length !== text.length || this.#lines > this.#jobs.size) this.#rewrite();
  }

  counted(): readonly CountedJob[] {
    return [...this.#jobs.values()];
  }

  /** Counts a job; on disk when this returns. */
  count(job: CountedJob): void {
    this.#append(job);
    this.#take(job);
    this.#forget(new Date(job.at));
    if (this.#lines > this.#jobs.size + MAX_SPENT_LINES) this.#rewrite();
  }

  /** None of this node's shares left after all. Where this cannot be written, the job stays counted. */
  takeBack(digest: string): void {
    if (!this.#jobs.has(digest)) return;
    const line = { digest, takenBack: true } as const;
    try {
      this.#append(line);
      this.#take(line);
    } catch {
      // Said above.
    }
  }

  #take(line: z.infer<typeof Line>): void {
    this.#lines += 1;
    if ('takenBack' in line) this.#jobs.delete(line.digest);
    else this.#jobs.set(line.digest, line);
  }

  #forget(now: Date): void {
    for (const [digest, { at }] of this.#jobs) {
      if (Date.parse(at) < now.getTime() - KEPT_MS) this.#jobs.delete(digest);
    }
  }

  #parse(line: string): z.infer<typeof Line> {
    try {
      return Line.parse(JSON.parse(line));
    } catch (cause) {
      throw new HomeError('CS0720', `\`${this.path}\` has a line that is not of its form`, { cause });
    }
  }

  #append(line: z.infer<typeof Line>): void {
    const file = openSync(this.path, 'a', 0o600);
    const { size } = fstatSync(file);
    try {
      writeSync(file, `${JSON.stringify(line)}\n`);
      fsyncSync(file);
    } catch (error) {
      // Half a line would make the next one unreadable.
      ftruncateSync(file, size);
      throw error;
    } finally {
      closeSync(file);
    }
  }

  #rewrite(): void {
    writePrivateFile(this.path, [...this.#jobs.values()].map((job) => `${JSON.stringify(job)}\n`).join(''));
    this.#lines = this.#jobs.size;
  }
}
