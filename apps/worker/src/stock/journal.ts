import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { Digest } from '#contract';
import { flushFolder, labelledHash, toHex, writePrivateFile } from '#pqc';
import { StockError } from './errors.js';
import { Entry } from './state.js';

const MOST_JOURNAL_BYTES = 64 * 2 ** 20;

const Line = z.strictObject({ n: z.int().min(1), prev: Digest, entry: Entry });

/** A place in a journal: how many lines there were, and the hash over all of them. */
export interface Head {
  readonly n: number;
  readonly hash: string;
}
export const NO_LINES: Head = { n: 0, hash: '0'.repeat(64) };

export interface ReadLine {
  readonly text: string;
  /** The head that the line follows, and the one that it makes. */
  readonly before: Head;
  readonly head: Head;
  readonly entry: Entry;
}

const headOf = (n: number, text: string): Head => ({ n, hash: toHex(labelledHash('countersign/stock-journal/1', Buffer.from(text, 'utf8'))) });

/** The next line, without its end. Each names the hash of the one before, so the last hash stands for all. */
export function lineAfter(before: Head, entry: Entry): ReadLine {
  const n = before.n + 1;
  const text = JSON.stringify({ n, prev: before.hash, entry });
  return { text, before, head: headOf(n, text), entry };
}

/** @throws StockError CS0766 */
export function readLine(text: string): ReadLine {
  try {
    const { n, prev, entry } = Line.parse(JSON.parse(text));
    return { text, before: { n: n - 1, hash: prev }, head: headOf(n, text), entry };
  } catch (cause) {
    throw new StockError('CS0766', 'a line of the journal is not of its form', { cause });
  }
}

export const sameHead = (a: Head, b: Head): boolean => a.n === b.n && a.hash === b.hash;

export interface ReadJournal {
  readonly lines: readonly ReadLine[];
  readonly head: Head;
  /** Of whole lines; what follows was not finished. */
  readonly bytes: number;
  readonly unfinished: boolean;
}

/** The lines of a journal that follow each other from a `state` on; none where there is no file. @throws StockError CS0766 */
export function readJournal(path: string): ReadJournal {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return { lines: [], head: NO_LINES, bytes: 0, unfinished: false };
  if (stat.size > MOST_JOURNAL_BYTES) throw new StockError('CS0766', 'the journal is too long');
  const text = readFileSync(path, 'utf8');
  const end = text.lastIndexOf('\n') + 1;
  const lines = text.slice(0, end).split('\n').slice(0, -1).map(readLine);
  lines.forEach(({ before, entry }, i) => {
    if (i === 0 ? entry.type !== 'state' : !sameHead(before, lines[i - 1].head)) throw new StockError('CS0766', 'the lines of the journal do not follow each other');
  });
  return { lines, head: lines.at(-1)?.head ?? NO_LINES, bytes: Buffer.byteLength(text.slice(0, end)), unfinished: end < text.length };
}

/** Appends a line to the file, which has `bytes` bytes; on disk when this returns the bytes that it has then. */
export function appendLine(path: string, { text }: ReadLine, bytes: number): number {
  const line = Buffer.from(`${text}\n`, 'utf8');
  const file = openSync(path, 'a', 0o600);
  try {
    if (fstatSync(file).size !== bytes) throw new StockError('CS0766', 'the journal was changed by somebody else');
    if (writeSync(file, line) !== line.length) throw new StockError('CS0766', 'the journal could not be written');
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
  if (bytes === 0) flushFolder(dirname(path));
  return bytes + line.length;
}

/** Cuts off a line that was not finished. */
export function cutJournal(path: string, bytes: number): void {
  const file = openSync(path, 'r+');
  try {
    ftruncateSync(file, bytes);
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A journal that begins with this line, in place of what was there. */
export function replaceJournal(path: string, { text }: ReadLine): number {
  writePrivateFile(path, `${text}\n`);
  flushFolder(dirname(path));
  return Buffer.byteLength(text) + 1;
}
