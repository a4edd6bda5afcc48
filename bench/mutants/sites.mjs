import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where a protocol stops: every `throw` of `libs/mpc/src`, in the order of files and lines. */
export const SOURCES = 'libs/mpc/src';

/** A `throw` that begins a statement, on a line that is no comment. */
const STATEMENT = /^(?!\s*(?:\*|\/\/|\/\*))(.*?(?:^|[\s;{)]))throw (?=[\w(])/;

export const isSource = (path) => path.includes(`${SOURCES}/`) && !path.endsWith('.spec.ts') && !path.includes('/testing/');

/** Lines of a source with a statement that throws, from 1. */
export const throwsOf = (text) => text.split('\n').flatMap((line, i) => (STATEMENT.test(line) ? [i + 1] : []));

/** The source in which such a statement runs only if `__throws` says so; no line moves. */
export const instrumented = (path, text) => text.split('\n').map((line, i) => line.replace(STATEMENT, `$1if (globalThis.__throws(${JSON.stringify(`${path}:${i + 1}`)})) throw `)).join('\n');

/** Every place, as `file:line`, with what stands there. */
export const sites = (root) => readdirSync(join(root, SOURCES), { recursive: true })
  .map((path) => join(SOURCES, path)).filter((path) => path.endsWith('.ts') && isSource(path)).sort()
  .flatMap((path) => {
    const lines = readFileSync(join(root, path), 'utf8').split('\n');
    return throwsOf(lines.join('\n')).map((line) => ({ place: `${path}:${line}`, text: lines[line - 1].trim() }));
  });
