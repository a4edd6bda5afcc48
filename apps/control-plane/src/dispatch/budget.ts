/** How often something may happen: `most` times at once, and `perSecond` times in the long run. */
export class Budget {
  private left: number;
  private at: number;

  constructor(
    private readonly limit: { readonly most: number; readonly perSecond: number },
    private readonly now: () => number = () => performance.now(),
  ) {
    this.left = limit.most;
    this.at = now();
  }

  /** Whether it may happen now, which then counts. */
  take(): boolean {
    const now = this.now();
    this.left = Math.min(this.limit.most, this.left + ((now - this.at) / 1000) * this.limit.perSecond);
    this.at = now;
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}
