import { type ProgressView, portionOf, progressText, slowest } from '#contract';
import { type Terminal } from '../terminal.js';
import { bytesText } from './units.js';

const BAR = 16;
const bar = (portion: number): string => `[${'#'.repeat(Math.floor(portion * BAR)).padEnd(BAR, '-')}]`;

/** How far a job is, in one line: its slowest node, by which all the others wait. */
export const progressLine = (progress: ProgressView): string => `${progress.node}: ${progressText(progress)}, ${bytesText(progress.bytes)}`;

/** A node of which nothing is heard for as long as links wait for one is not shown while others are heard: the session may go on without it. */
const SILENT_MS = 30_000;

export interface ProgressOptions {
  /** Writes a line where nothing can be rewritten. */
  readonly say: (line: string) => void;
  /** At most one such line in so many milliseconds, but for the first and the last of a phase. */
  readonly everyMs: number;
  /** Only those: nothing of what is done at once. */
  readonly brief?: boolean;
  readonly now?: () => number;
}

/** Shows how far a job is: on a terminal one line that is rewritten, elsewhere a line now and then. */
export class ProgressShown {
  readonly #nodes = new Map<string, { readonly progress: ProgressView; readonly heardAt: number }>();
  readonly #now: () => number;
  #at: number;
  #phase: string | undefined;
  #kept: string | undefined;

  constructor(private readonly terminal: Terminal, private readonly options: ProgressOptions) {
    this.#now = options.now ?? ((): number => performance.now());
    this.#at = this.#now();
  }

  tell(progress: ProgressView): void {
    const now = this.#now();
    this.#nodes.set(progress.node, { progress, heardAt: now });
    const behind = slowest([...this.#nodes.values()].flatMap((each) => (now - each.heardAt < SILENT_MS ? [each.progress] : [])))!;
    if (this.terminal.isLive) return this.terminal.live(`${bar(portionOf(behind))} ${progressLine(behind)}`);
    const isNew = behind.phase !== this.#phase && !this.options.brief;
    this.#phase = behind.phase;
    this.#kept = progressLine(behind);
    if (isNew || now - this.#at >= this.options.everyMs) this.#say();
  }

  /** Before the next state is told: the last word of what came before it. */
  settle(): void {
    if (!this.options.brief) this.#say();
    this.#kept = undefined;
    this.#nodes.clear();
  }

  #say(): void {
    if (this.#kept === undefined) return;
    this.options.say(this.#kept);
    [this.#at, this.#kept] = [this.#now(), undefined];
  }
}
