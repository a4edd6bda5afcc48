import { styleText } from 'node:util';

/** Where a command writes. In tests these are arrays. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  readonly inIsTerminal: boolean;
}

export interface TerminalOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly colour: boolean;
  /** What starts this command line: `countersign`, unless it was started in another way. */
  readonly startedAs?: string;
  /** A command that follows, with the flags of the one that ran. */
  readonly following?: (command: string) => string;
}

/** The command that usually follows; `at` whom or where, if that is not who runs this one. */
export interface Hint {
  readonly command: string;
  readonly at?: string;
}

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

// The sequences of `style`, and no others: what nodes and control planes send must not move the cursor, hide a line or write a clipboard.
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const UNSEEN = /(?!\u001b\[(?:0|1|2|22|3[1236]|39)m|\r\n)[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const visible = (text: string): string => text.replace(UNSEEN, '?');

/** What a line that is rewritten may take: longer ones would wrap, and then stay. */
const LIVE_COLUMNS = 79;

/** Output of one command: a result on stdout, as text or as one JSON value, and everything else on stderr or not at all. */
export class Terminal {
  readonly streams: Streams;
  #live = false;

  constructor(streams: Streams, readonly options: TerminalOptions) {
    // Whatever is written takes a live line away first.
    const settled = (write: Streams['out']) => (text: string): void => {
      if (this.#live) streams.err('\r\x1b[K');
      this.#live = false;
      write(text);
    };
    this.streams = { ...streams, out: settled(streams.out), err: settled(streams.err) };
  }

  /** Whether `live` shows anything: where people look at a terminal. */
  get isLive(): boolean {
    return this.streams.errIsTerminal && !this.options.json && !this.options.quiet;
  }

  /** A line that stays until the next one, or until anything else is written. */
  live(line: string): void {
    if (!this.isLive) return;
    this.streams.err(visible(line.slice(0, LIVE_COLUMNS)));
    this.#live = true;
  }

  /** The outcome: `value` as JSON with --json, else `lines`. */
  result(value: unknown, lines: () => readonly string[]): void {
    if (this.options.json) this.streams.out(`${JSON.stringify(value, null, 2)}\n`);
    else for (const line of lines()) this.streams.out(visible(`${line}\n`));
  }

  /** One line of a stream of results: NDJSON with --json, text otherwise. */
  event(value: unknown, line: string): void {
    this.streams.out(this.options.json ? `${JSON.stringify(value)}\n` : visible(`${line}\n`));
  }

  /** A line of a story that people follow: stdout, or stderr where stdout is kept for JSON. */
  say(line = ''): void {
    if (this.options.json) this.note(line);
    else if (!this.options.quiet) this.streams.out(visible(`${line}\n`));
  }

  /** Progress and hints. */
  note(line: string): void {
    if (!this.options.quiet) this.streams.err(visible(`${line}\n`));
  }

  /** Errors are never quiet. */
  complain(text: string): void {
    this.streams.err(visible(`${text}\n`));
  }

  /** The commands that usually follow, each beginning with `countersign`, as they can be pasted here: a place is a comment to the shell. */
  next(...hints: readonly (string | Hint)[]): void {
    const { startedAs = 'countersign', following = (command: string): string => command } = this.options;
    for (const hint of hints) {
      const { command, at } = typeof hint === 'string' ? { command: hint } : hint;
      this.note(this.style('dim', `next: ${following(command).replace(/(?<=^(?:[A-Z_]+=\S+ )*)countersign(?= )/, () => startedAs)}${at === undefined ? '' : `   # at ${at}`}`));
    }
  }

  /** Text in which each command in backticks can be pasted here. */
  typed(text: string): string {
    return text.replaceAll('`countersign ', `\`${this.options.startedAs ?? 'countersign'} `);
  }

  style(style: Style | readonly Style[], text: string): string {
    return this.options.colour ? styleText(style as Style, text, { validateStream: false }) : text;
  }
}

/** Colour on a terminal unless https://no-color.org or the caller says no. */
export const wantsColour = (streams: Streams, env: NodeJS.ProcessEnv, flag: boolean): boolean =>
  flag && !env.NO_COLOR && env.TERM !== 'dumb' && (streams.outIsTerminal || Boolean(env.FORCE_COLOR));

/** Whoever reads what a command prints may stop reading, as `head` does: the command goes on to its end, and nobody is told. */
function lettingGo(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

export function processStreams(): Streams {
  for (const stream of [process.stdout, process.stderr]) lettingGo(stream);
  return ownStreams();
}

const ownStreams = (): Streams => ({
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  outIsTerminal: process.stdout.isTTY === true,
  errIsTerminal: process.stderr.isTTY === true,
  inIsTerminal: process.stdin.isTTY === true,
});
