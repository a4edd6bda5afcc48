import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, closeSync, existsSync, lstatSync, mkdirSync, openSync, readFileSync, readlinkSync, realpathSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { locatePostgres, reachableByOthers, UNPRIVILEGED, type PostgresBinaries } from './postgres-binaries.js';

const SUPERUSER = 'countersign';
const START_MS = 60_000;
const STOP_MS = 10_000;
/** A port that was free may be somebody's when the server asks for it. */
const PORT_TRIES = 5;

export interface EmbeddedPostgres {
  /** Connection string with the password: for a client, never for a log. */
  url(database: string): string;
  /** Creates it unless it exists. */
  createDatabase(name: string, template?: string): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when the server has ended, whoever ended it. */
  readonly exited: Promise<void>;
}

/**
 * A running PostgreSQL 18 on 127.0.0.1 whose files live under `dataDir` (`data/`, `password`, `postgres.log`, `owner`). It is
 * stopped by `stop()`. When the process that started it died, the server it left behind is stopped and the next start recovers from its
 * write-ahead log. Errors: `EmbeddedPostgresError` CS0010 when a living process owns the folder, CS0011–CS0015 otherwise.
 */
export async function startEmbeddedPostgres(dataDir: string, options: { readonly port?: number; readonly choosePort?: () => Promise<number> } = {}): Promise<EmbeddedPostgres> {
  const runAs = process.getuid?.() === 0 ? UNPRIVILEGED : undefined;
  const binaries = locatePostgres(runAs);
  const home = placeHome(resolve(dataDir), runAs);
  claim(home);
  const data = join(home, 'data');
  const password = initialise(binaries, home, data, runAs);
  await stopOrphan(data);

  const { port: fixed, choosePort = freePort } = options;
  let port = 0;
  let server: ChildProcess;
  const url = (database: string): string => `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
  for (let tries = 1; ; tries++) {
    port = fixed || (await choosePort());
    server = spawnServer(binaries, { home, data, port, runAs });
    try {
      await untilReady(server, url('postgres'), home);
      break;
    } catch (error) {
      server.kill('SIGKILL');
      if (!fixed && tries < PORT_TRIES && portWasTaken(home)) continue;
      release(home);
      throw error;
    }
  }
  server.unref();
  return {
    exited: new Promise((ended) => server.once('exit', () => ended())),
    url,
    createDatabase: (name, template) => createDatabase(url('postgres'), name, template),
    async stop() {
      await stopServer(binaries, server, data);
      release(home);
    },
  };
}

const settings = (values: Readonly<Record<string, string>>): string[] => Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

function spawnServer({ postgres }: PostgresBinaries, { home, data, port, runAs }: { readonly home: string; readonly data: string; readonly port: number; readonly runAs: { readonly uid: number; readonly gid: number } | undefined }): ChildProcess {
  const log = openSync(join(home, 'postgres.log'), 'a', 0o600);
  const server = spawn(
    postgres,
    ['-D', data, '-p', String(port), ...settings({
      listen_addresses: '127.0.0.1', unix_socket_directories: '', shared_buffers: '32MB', max_connections: '80',
      max_wal_size: '256MB', log_min_messages: 'warning', log_statement: 'none', log_parameter_max_length_on_error: '0',
    })],
    // Its own process group: Ctrl-C in a terminal reaches the parent alone, which stops the server in order.
    { ...runAs, cwd: home, detached: process.platform !== 'win32', stdio: ['ignore', log, log], env: { LC_ALL: 'C', TZ: 'UTC', PATH: '' } },
  );
  closeSync(log);
  return server;
}

/** Whether that is how the last start ended. */
const portWasTaken = (home: string): boolean => readFileSync(join(home, 'postgres.log'), 'utf8').trimEnd().split('\n').slice(-6).some((line) => line.includes('Address already in use'));

/** A folder that the server's account can reach: `dataDir`, or what a symbolic link there points to. */
function placeHome(dataDir: string, runAs: { readonly uid: number } | undefined): string {
  mkdirSync(dirname(dataDir), { recursive: true });
  if (!runAs || reachableByOthers(dirname(dataDir))) {
    mkdirSync(dataDir, { recursive: true, mode: 0o755 });
    return dataDir;
  }
  if (lstatSync(dataDir, { throwIfNoEntry: false })?.isSymbolicLink() && existsSync(dataDir)) return realpathSync(dataDir);
  // A name of its own: a home that was removed and made again must not find the old database.
  const name = `countersign-${randomBytes(8).toString('hex')}`;
  for (const shelf of dataDir.startsWith(tmpdir()) ? [tmpdir()] : ['/var/lib', tmpdir()]) {
    const home = join(shelf, name);
    try {
      if (!existsSync(shelf) || !reachableByOthers(shelf)) continue;
      mkdirSync(home, { recursive: true, mode: 0o755 });
      if (statSync(home).uid !== process.getuid?.()) continue;
      rmSync(dataDir, { recursive: true, force: true });
      symlinkSync(home, dataDir);
      return home;
    } catch {
      continue;
    }
  }
  throw new EmbeddedPostgresError('CS0014', `no folder that an unprivileged account can reach for the database of \`${dataDir}\``, 'set COUNTERSIGN_HOME to a folder outside of a private home, or do not run as root');
}

/** One living process per folder; `owner` holds its id. */
function claim(home: string): void {
  const file = join(home, 'owner');
  const owner = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (owner !== process.pid && owner > 0 && isAlive(owner)) {
    throw new EmbeddedPostgresError('CS0010', `the database in \`${home}\` is in use by process ${owner}`, 'stop that process, or set COUNTERSIGN_HOME to another folder');
  }
  writeFileSync(file, String(process.pid), { mode: 0o600 });
}
const release = (home: string): void => rmSync(join(home, 'owner'), { force: true });

function isAlive(pid: number): boolean {
  // A zombie answers signals but owns nothing any more.
  if (process.platform === 'linux') {
    try {
      return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Makes the cluster on the first start and returns the password. A killed `initdb` leaves nothing that looks finished. */
function initialise(binaries: PostgresBinaries, home: string, data: string, runAs: { readonly uid: number; readonly gid: number } | undefined): string {
  const passwordFile = join(home, 'password');
  if (existsSync(join(data, 'PG_VERSION'))) return readFileSync(passwordFile, 'utf8').trim();
  const password = randomBytes(24).toString('base64url');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  const fresh = join(home, 'data.new');
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  if (runAs) for (const path of [fresh, passwordFile]) chownSync(path, runAs.uid, runAs.gid);
  const done = spawnSync(
    binaries.initdb,
    ['-D', fresh, '-U', SUPERUSER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-sync', '--no-instructions'],
    { ...runAs, cwd: home, encoding: 'utf8', env: { LC_ALL: 'C', TZ: 'UTC', PATH: process.env['PATH'] ?? '' } },
  );
  if (done.status !== 0) {
    throw new EmbeddedPostgresError('CS0015', `\`initdb\` failed: ${lastLine(done.stderr) || done.error?.message || `exit ${done.status ?? done.signal}`}`, `see \`${home}\`; COUNTERSIGN_DATABASE_URL names a server of your own`);
  }
  chmodSync(fresh, 0o700);
  renameSync(fresh, data);
  return password;
}

const lastLine = (text: string | null): string => text?.trim().split('\n').at(-1) ?? '';

/** Ends the server that a killed parent left behind; recovery is PostgreSQL's own at the next start. */
async function stopOrphan(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (!(pid > 0) || !isAlive(pid) || !servesFolder(pid, data)) {
    rmSync(file, { force: true });
    return;
  }
  for (const [signal, patienceMs] of [['SIGINT', STOP_MS], ['SIGQUIT', STOP_MS]] as const) {
    process.kill(pid, signal);
    if (await until(() => !isAlive(pid) || !existsSync(file), patienceMs)) {
      rmSync(file, { force: true });
      return;
    }
  }
  throw new EmbeddedPostgresError('CS0010', `the server ${pid} of \`${data}\` does not stop`, `end process ${pid}, then start again`);
}

/** Process ids are reused: a PostgreSQL server stands in its data folder. Elsewhere than on Linux its own pid file is all there is. */
function servesFolder(pid: number, data: string): boolean {
  if (process.platform !== 'linux') return true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data);
  } catch {
    return false;
  }
}

async function untilReady(server: ChildProcess, url: string, home: string): Promise<void> {
  let spawnError: Error | undefined;
  server.once('error', (error) => (spawnError = error));
  const deadline = Date.now() + START_MS;
  for (;;) {
    if (spawnError || server.exitCode !== null || server.signalCode !== null || Date.now() > deadline) {
      const why = spawnError?.message ?? lastLine(readFileSync(join(home, 'postgres.log'), 'utf8'));
      throw new EmbeddedPostgresError('CS0015', `PostgreSQL did not start: ${why}`, `see \`${join(home, 'postgres.log')}\``);
    }
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    try {
      await client.connect();
      return;
    } catch {
      await delay(25);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

async function createDatabase(adminUrl: string, name: string, template = 'template0'): Promise<void> {
  if (![name, template].every((word) => /^[a-z][a-z0-9_]{0,62}$/.test(word))) {
    throw new EmbeddedPostgresError('CS0015', `\`${name}\` is no database name`, 'use lower-case letters, digits and underscores');
  }
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE "${name}" TEMPLATE "${template}"`);
  } finally {
    await client.end();
  }
}

async function stopServer(binaries: PostgresBinaries, server: ChildProcess, data: string): Promise<void> {
  const gone = (): boolean => server.exitCode !== null || server.signalCode !== null;
  if (gone()) return;
  if (process.platform === 'win32') spawnSync(binaries.pgCtl, ['stop', '-D', data, '-m', 'fast']);
  else server.kill('SIGINT');
  if (await until(gone, STOP_MS)) return;
  server.kill('SIGQUIT');
  await until(gone, STOP_MS);
}

async function until(condition: () => boolean, patienceMs: number): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  while (!condition()) {
    if (Date.now() > deadline) return false;
    await delay(10);
  }
  return true;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((listening, failed) => probe.once('error', failed).listen(0, '127.0.0.1', listening));
  const address = probe.address();
  await new Promise((closed) => probe.close(closed));
  if (address === null || typeof address === 'string') throw new Error('a listening TCP socket has a port');
  return address.port;
}
