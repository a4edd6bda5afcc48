import { type NameTable } from '../names.js';
import { type ScannedSentence } from '../scan.js';
import { piecesOf, type Piece, type Spelling } from './words-of.js';

const WIDTH = 120;
const INDENT = '  ';

/** Lines in the making. */
class Page {
  readonly lines: string[] = [];
  private line = '';

  /** Adds a word to the line, or to a new one where it would become too long. */
  word(text: string, indent: string): void {
    if (this.line === '') this.line = indent + text;
    else if (this.line.length + 1 + text.length <= WIDTH) this.line += ` ${text}`;
    else {
      this.end();
      this.line = INDENT + text;
    }
  }

  end(): void {
    if (this.line !== '') this.lines.push(this.line);
    this.line = '';
  }

  /** A comment behind the line that is being written, or else behind the last one. */
  behind(comment: string): void {
    this.end();
    this.lines[this.lines.length - 1] += `  ${comment}`;
  }

  alone(comment: string, indent: string): void {
    this.end();
    this.lines.push(indent + comment);
  }

  blank(): void {
    if (this.lines.length > 0 && this.lines.at(-1) !== '') this.lines.push('');
  }

  text(): string {
    while (this.lines.at(-1) === '') this.lines.pop();
    return this.lines.length === 0 ? '' : `${this.lines.join('\n')}\n`;
  }
}

const isBlank = (line: string): boolean => line.trim() === '';

/** What stands between two sentences: comments, and blank lines, of which one is kept. The first of its lines goes on behind the sentence before. */
function between(page: Page, gap: string): void {
  const lines = gap.split('\n');
  lines.forEach((line, i) => {
    const comment = line.slice(Math.max(0, line.indexOf('#'))).trimEnd();
    if (line.includes('#')) {
      if (i === 0 && page.lines.length > 0) page.behind(comment);
      else page.alone(comment, '');
    } else if (i > 0 && i < lines.length - 1 && isBlank(line)) page.blank();
  });
}

/** White space and comments inside a sentence: a comment ends its line there. */
function within(page: Page, gap: string): void {
  gap.split('\n').forEach((line, i) => {
    const at = line.indexOf('#');
    if (at < 0) return;
    if (i === 0) page.behind(line.slice(at).trimEnd());
    else page.alone(line.slice(at).trimEnd(), INDENT);
  });
}

function sentence(page: Page, pieces: readonly Piece[]): void {
  const lastWord = pieces.findLastIndex((piece) => 'word' in piece);
  let indent = '';
  pieces.forEach((piece, i) => {
    if ('gap' in piece) return within(page, piece.gap);
    page.word(i === lastWord ? `${piece.word}.` : piece.word, indent);
    indent = INDENT;
  });
  page.end();
}

/** Sentences, each on its own lines, with what stands between them. */
export function laidOut(source: string, sentences: readonly ScannedSentence[], names: NameTable, spelling: Spelling): string {
  const page = new Page();
  let at = 0;
  for (const { readings: [read] } of sentences) {
    const { start, end } = read.whole;
    between(page, source.slice(at, start));
    sentence(page, piecesOf(read, source, names, spelling));
    at = end;
    // Up to the full stop, white space and comments still belong to the sentence.
    const [gap, stop] = /^(?:\s|#[^\n]*)*(\.?)/.exec(source.slice(at)) as unknown as readonly [string, string];
    if (stop !== '') {
      within(page, gap.slice(0, -1));
      at += gap.length;
    }
  }
  between(page, source.slice(at));
  return page.text();
}
