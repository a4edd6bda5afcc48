/**
 * Work that runs when woken and at least every `everyMs`, never twice at once: a wake during a run makes one more run. Errors go to
 * `onError` and the loop goes on.
 */
export class Loop {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private stopped = true;

  constructor(
    private readonly work: () => Promise<void>,
    private readonly options: { readonly everyMs: number; readonly onError: (error: unknown) => void },
  ) {}

  start(): void {
    this.stopped = false;
    this.wake();
  }

  wake(): void {
    if (this.stopped) return;
    if (this.running) {
      this.again = true;
      return;
    }
    clearTimeout(this.timer);
    this.running = this.run();
  }

  /** Resolves when the run that is under way has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async run(): Promise<void> {
    do {
      this.again = false;
      try {
        await this.work();
      } catch (error) {
        this.options.onError(error);
      }
    } while (this.again && !this.stopped);
    this.running = undefined;
    if (!this.stopped) this.timer = setTimeout(() => this.wake(), this.options.everyMs);
  }
}
