import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Instant } from '#contract';
import { flushFolder, labelledHash, toHex, writePrivateFile } from '#pqc';
import { StockError } from './errors.js';
import { readLine, type ReadLine } from './journal.js';

/** Between the moment that a marker names and the one at which the file system says that the file came to its place. */
const MOST_LATE_MS = 60_000;

const Marker = z.strictObject({ v: z.literal(1), at: Instant, line: z.string() });

/** What `Marker.read` found. `copied`: the file was put there by something else than this software. */
export type ReadMarker = { readonly is: 'missing' } | { readonly is: 'copied' } | { readonly is: 'damaged' } | { readonly is: 'good'; readonly line: ReadLine };

/**
 * The last line of a journal, kept a second time outside of the home, and written first. So a journal that lacks it is an older copy, but for
 * the one line that a crash kept from being written, which is made up for.
 */
export class MarkerFile {
  readonly #path: string;

  constructor(private readonly folder: MarkerFolder, name: string, private readonly clock: () => Date) {
    this.#path = join(folder.path, name);
  }

  write({ text }: ReadLine): void {
    this.folder.make();
    writePrivateFile(this.#path, `${JSON.stringify({ v: 1, at: this.clock().toISOString(), line: text })}\n`);
    flushFolder(this.folder.path);
  }

  read(): ReadMarker {
    const stat = statSync(this.#path, { throwIfNoEntry: false });
    if (!stat) return { is: 'missing' };
    try {
      const { at, line } = Marker.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
      // Whoever restores a file cannot set its time of change (ctime).
      if (Math.abs(stat.ctimeMs - Date.parse(at)) > MOST_LATE_MS) return { is: 'copied' };
      return { is: 'good', line: readLine(line) };
    } catch (error) {
      if (error instanceof StockError || error instanceof SyntaxError || error instanceof z.ZodError) return { is: 'damaged' };
      throw error;
    }
  }

  remove(): void {
    rmSync(this.#path, { force: true });
  }
}

const HOME = 'home';

/** Where the markers of a home are. The path is what makes a home this one, so a copy elsewhere has none. */
export class MarkerFolder {
  readonly path: string;

  constructor(root: string, private readonly home: string) {
    this.path = join(root, toHex(labelledHash('countersign/stock-markers/1', Buffer.from(home, 'utf8'))));
  }

  make(): void {
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
    if (!existsSync(join(this.path, HOME))) writePrivateFile(join(this.path, HOME), this.home);
  }
}

/** Removes the markers of homes that are no more, as those of labs are. */
export function forgetGoneHomes(root: string): void {
  for (const name of existsSync(root) ? readdirSync(root) : []) {
    const home = join(root, name, HOME);
    if (existsSync(home) && !existsSync(readFileSync(home, 'utf8'))) rmSync(join(root, name), { recursive: true, force: true });
  }
}
