import type { Stage } from '#program';
import type { Phase, SessionProgress } from './messages.js';

const EVERY_MS = 250;

export type Told = Omit<SessionProgress, 'type' | 'bytes'>;

/** Hands on how far a session is, at most four times a second but for the first and the last word of a phase: most rounds cost a look at the clock. */
export class ProgressTeller {
  #at = -Infinity;
  #phase: Phase | undefined;
  #kept: Told | undefined;

  constructor(private readonly hand: (told: Told) => void, private readonly now: () => number = () => performance.now()) {}

  tell(phase: Phase, done: number, of: number, stage?: Stage): void {
    const now = this.now();
    const told = { phase, done, of, ...(stage && stage.length > 0 && { stage }) };
    if (phase === this.#phase && done < of && now - this.#at < EVERY_MS) {
      this.#kept = told;
      return;
    }
    this.#hand(told, now);
  }

  /** The phase is over: what was kept back is told. */
  last(): void {
    if (this.#kept) this.#hand(this.#kept, this.now());
  }

  #hand(told: Told, now: number): void {
    [this.#at, this.#phase, this.#kept] = [now, told.phase, undefined];
    this.hand(told);
  }
}
