import { type Range } from './syntax.js';
import { type Diagnostic, type Position, type Span } from './types.js';

/** Offsets to lines and columns, by binary search. */
export class Places {
  private readonly lineStarts: number[] = [0];

  constructor(
    readonly file: string,
    source: string,
  ) {
    for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) this.lineStarts.push(at + 1);
  }

  position(offset: number): Position {
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.lineStarts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - this.lineStarts[low] + 1, offset };
  }

  span({ start, end }: Range): Span {
    return { file: this.file, start: this.position(start), end: this.position(end) };
  }
}

export interface RefusalDetail {
  readonly help?: readonly string[];
  /** Text to put in place of the span. */
  readonly fix?: string;
  /** What stands under the span. */
  readonly label?: string;
  readonly labels?: readonly { readonly at: Range; readonly text: string }[];
}

const MAX_DIAGNOSTICS = 200;

/** Collects what is wrong with a policy, in any order; `list` is in the order of the text. */
export class Refusals {
  private readonly found: Diagnostic[] = [];
  private errors = 0;

  constructor(readonly places: Places) {}

  get count(): number {
    return this.errors;
  }

  get isFull(): boolean {
    return this.found.length >= MAX_DIAGNOSTICS;
  }

  absorb(other: Refusals): void {
    this.errors += other.errors;
    for (const diagnostic of other.found) if (!this.isFull) this.found.push(diagnostic);
  }

  add(code: string, at: Range, message: string, detail: RefusalDetail = {}): void {
    this.errors++;
    this.push('error', code, at, message, detail);
  }

  /** Added even when it is full. */
  addLast(code: string, at: Range, message: string, detail: RefusalDetail = {}): void {
    this.errors++;
    this.found.push(this.diagnostic('error', code, at, message, detail));
  }

  warn(code: string, at: Range, message: string, detail: RefusalDetail = {}): void {
    this.push('warning', code, at, message, detail);
  }

  private push(severity: Diagnostic['severity'], code: string, at: Range, message: string, detail: RefusalDetail): void {
    if (!this.isFull) this.found.push(this.diagnostic(severity, code, at, message, detail));
  }

  private diagnostic(severity: Diagnostic['severity'], code: string, at: Range, message: string, { help = [], fix, label, labels = [] }: RefusalDetail): Diagnostic {
    const span = this.places.span(at);
    return {
      code,
      severity,
      message,
      span,
      labels: [...(label === undefined ? [] : [{ span, text: label }]), ...labels.map(({ at: where, text }) => ({ span: this.places.span(where), text }))],
      help,
      ...(fix === undefined ? {} : { fix: { span, replacement: fix } }),
    };
  }

  list(severity: Diagnostic['severity']): Diagnostic[] {
    return this.found.filter((d) => d.severity === severity).sort((a, b) => a.span.start.offset - b.span.start.offset || a.span.end.offset - b.span.end.offset);
  }
}
