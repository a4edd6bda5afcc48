import { type Range } from './syntax.js';

/** Marks that stand for a name and for other quoted text; both are private-use characters, which no policy may contain. */
export const NAME_MARK = '\ue000';
export const QUOTED_MARK = '\ue001';

/**
 * A sentence as the grammar reads it: lower case, one blank for any white space and comments, one mark for each registered name and for each other
 * quoted text. It knows where each of its characters stands in the source.
 */
export class Masked {
  constructor(
    readonly mask: string,
    private readonly source: string,
    /** Offsets in the source, for each character of the mask: its first and the one after its last. */
    private readonly starts: readonly number[],
    private readonly ends: readonly number[],
  ) {}

  /** Where a part of the mask stands in the source, without trailing blanks and commas. */
  place({ start, end }: Range): Range {
    let last = Math.min(end, this.mask.length) - 1;
    while (last > start && /[ ,]/.test(this.mask[last])) last--;
    return last < start ? { start: this.starts[start] ?? this.whole.end, end: this.starts[start] ?? this.whole.end } : { start: this.starts[start], end: this.ends[last] };
  }

  get whole(): Range {
    return { start: this.starts[0], end: this.ends[this.ends.length - 1] };
  }

  /** A part as its author wrote it, on one line and without comments. */
  text(range: Range): string {
    const { start, end } = this.place(range);
    const text = this.source.slice(start, end);
    if (!/[#\n\r\t]| {2}/.test(text)) return text;
    let out = '';
    for (let i = range.start; i < range.end && this.ends[i] <= end; i++) out += this.mask[i] === ' ' ? ' ' : this.source.slice(this.starts[i], this.ends[i]);
    return out.replace(/\s+/g, ' ');
  }

  /** Whether a line of the source begins in the blank before this place. */
  startsLine(at: number): boolean {
    return this.mask[at - 1] === ' ' && this.source.slice(this.starts[at - 1], this.ends[at - 1]).includes('\n');
  }

  /** The part from `from` up to `to`, without blanks around it. */
  part(from: number, to = this.mask.length): Masked {
    while (from < to && this.mask[from] === ' ') from++;
    while (to > from && this.mask[to - 1] === ' ') to--;
    return new Masked(this.mask.slice(from, to), this.source, this.starts.slice(from, to), this.ends.slice(from, to));
  }

  /** The same with the names at these places of the mask read as words. */
  withWords(places: readonly number[]): Masked {
    let mask = '';
    const starts: number[] = [];
    const ends: number[] = [];
    for (let i = 0; i < this.mask.length; i++) {
      const from = this.starts[i];
      const to = this.ends[i];
      if (!places.includes(i)) {
        mask += this.mask[i];
        starts.push(from);
        ends.push(to);
        continue;
      }
      mask += this.source.slice(from, to).toLowerCase();
      for (let at = from; at < to; at++) {
        starts.push(at);
        ends.push(at + 1);
      }
    }
    return new Masked(mask, this.source, starts, ends);
  }
}
