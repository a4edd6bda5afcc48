import { createHash } from 'node:crypto';
import { accessSync, constants, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, parse } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** PostgreSQL refuses to run as root, so root runs it as nobody; everybody else as themselves. */
export const UNPRIVILEGED = { uid: 65534, gid: 65534 } as const;

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/**
 * The server's programs from the platform package, at a path that the account which runs them can reach: as root from under
 * a private folder, a copy beside other temporary files.
 */
export function locatePostgres(runAs: { readonly uid: number } | undefined): PostgresBinaries {
  const packaged = nativeFolder();
  const native = runAs && !reachableByOthers(packaged) ? copyOf(packaged) : packaged;
  hydrateSymlinks(native);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string): string => join(native, 'bin', `${name}${suffix}`);
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') };
}

function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return join(dirname(dirname(createRequire(import.meta.url).resolve(name))), 'native');
  } catch {
    throw new EmbeddedPostgresError(
      'CS0011',
      `no embedded PostgreSQL for \`${platform}-${process.arch}\`: the package \`${name}\` is not installed`,
      'run `npm ci` without --omit=optional, or name a server with COUNTERSIGN_DATABASE_URL',
    );
  }
}

/** Whether an account that owns nothing may enter every folder on the way. */
export function reachableByOthers(path: string): boolean {
  if (process.platform === 'win32') return true;
  const { root } = parse(path);
  for (let at = realpathSync(path); ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === root) return true;
  }
}

function copyOf(native: string): string {
  const source = realpathSync(native);
  // One copy per installation and version: the package's own manifest and place name it.
  const manifest = readFileSync(join(dirname(source), 'package.json'));
  const mark = createHash('sha256').update(source).update(manifest).digest('hex').slice(0, 16);
  const copy = join(tmpdir(), `countersign-postgres-${mark}`);
  if (existsSync(copy)) {
    const found = lstatSync(copy);
    // Somebody else's folder in a shared place must never be run.
    if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0) return copy;
    throw new EmbeddedPostgresError('CS0012', `\`${copy}\` exists and is not ours`, 'remove it, or set TMPDIR to another folder');
  }
  const fresh = `${copy}.${process.pid}`;
  mkdirSync(fresh, { mode: 0o755 });
  cpSync(source, fresh, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(fresh, copy);
  } catch {
    // Another process made the same copy first.
    rmSync(fresh, { recursive: true, force: true });
  }
  return copy;
}

/** The package lists its library symlinks in a file, since npm archives hold none; its install script may not have run. */
function hydrateSymlinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { readonly source: string; readonly target: string }[];
  for (const { source, target } of links) {
    const at = join(dirname(native), ...relocated(native, target));
    if (lstatSync(at, { throwIfNoEntry: false })) continue;
    try {
      accessSync(dirname(at), constants.W_OK);
      symlinkSync(basename(source), at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new EmbeddedPostgresError('CS0013', `the library link \`${at}\` is missing and cannot be made`, 'run `npm ci` as the account that owns node_modules');
    }
  }
}

/** `native/lib/x` in the list, whatever the folder is called here. */
const relocated = (native: string, path: string): string[] => [basename(native), ...path.split('/').slice(1)];
