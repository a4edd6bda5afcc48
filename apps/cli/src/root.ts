import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

function packageRoot(): string {
  for (let at = import.meta.dirname; ; at = dirname(at)) {
    if (existsSync(join(at, 'package.json'))) return at;
    if (dirname(at) === at) throw new Error('the package that this file belongs to has no package.json');
  }
}

/** The folder of this package: sources, examples and `dist/`. */
export const ROOT = packageRoot();
const Package = z.object({ version: z.string() });
/** Of this package. */
export const VERSION = Package.parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))).version;
/** What a program of a user's own imports. */
export const AUTHOR_MODULE = pathToFileURL(join(ROOT, 'dist/libs/program/src/author.js')).href;
/** Entry points of the processes that the command line starts. */
export const PROCESS = {
  embedded: join(ROOT, 'dist/apps/control-plane/src/embedded.js'),
  worker: join(ROOT, 'dist/apps/worker/src/main.js'),
  inspect: join(ROOT, 'dist/apps/worker/src/inspect.js'),
  inspectStock: join(ROOT, 'dist/apps/worker/src/inspect-stock.js'),
  bench: join(ROOT, 'dist/bench/main.js'),
} as const;
