import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CliError } from './failure.js';

export interface ProcessToStart {
  /** For people, e.g. `worker of Bank A`. */
  readonly name: string;
  readonly module: string;
  readonly args?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Where its structured log goes. */
  readonly logPath: string;
  readonly readyWithinMs: number;
}

/** A process that said `{type: 'ready', …}` over its IPC channel. */
export interface Started {
  readonly name: string;
  readonly process: ChildProcess;
  readonly ready: Readonly<Record<string, unknown>>;
}

const STOP_WITHIN_MS = 8_000;
const LOG_TAIL_LINES = 8;

/** The processes that one command started; stopped in reverse order, by process id, and never left behind. */
export class Processes {
  private readonly started: { readonly name: string; readonly process: ChildProcess }[] = [];
  private stopping = false;

  /** Tells when a process ends that nobody stopped. */
  constructor(private readonly onDeath: (name: string, code: number | null, signal: NodeJS.Signals | null) => void = () => undefined) {}

  /** @throws CliError CS0909 when it ends or stays silent instead of getting ready */
  async start({ name, module, args = [], env, logPath, readyWithinMs }: ProcessToStart): Promise<Started> {
    if (!existsSync(module)) throw new CliError('CS0909', `the ${name} is not built: \`${module}\` is missing`, { help: ['run `npm run build`'] });
    mkdirSync(dirname(logPath), { recursive: true, mode: 0o700 });
    const log = openSync(logPath, 'a', 0o600);
    const child = fork(module, [...args], { env, stdio: ['ignore', log, log, 'ipc'], execArgv: [] });
    closeSync(log);
    this.started.push({ name, process: child });
    const ready = await new Promise<Record<string, unknown>>((resolve, reject) => {
      const fail = (what: string): void => reject(new CliError('CS0909', `the ${name} ${what}`, { help: tailOf(logPath) }));
      const timer = setTimeout(() => fail(`was not ready within ${readyWithinMs / 1000} seconds`), readyWithinMs);
      child.on('message', (message: { type?: string }) => {
        if (message?.type !== 'ready') return;
        clearTimeout(timer);
        resolve(message as Record<string, unknown>);
      });
      child.once('error', (error) => fail(`could not be started: ${error.message}`));
      child.once('exit', (code, signal) => {
        clearTimeout(timer);
        fail(`ended before it was ready (${signal ?? `exit ${code}`})`);
      });
    });
    child.once('exit', (code, signal) => {
      if (!this.stopping) this.onDeath(name, code, signal);
    });
    return { name, process: child, ready };
  }

  /** Asks each to end, the last started first, and kills what does not. */
  async stop(): Promise<void> {
    this.stopping = true;
    const workers = this.started.slice(1).reverse();
    await Promise.all(workers.map(({ process }) => stopOne(process)));
    if (this.started[0]) await stopOne(this.started[0].process);
  }
}

async function stopOne(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}

/** The last lines of a log as help: what they say, without the JSON around it. Logs hold ids and codes, never values. */
function tailOf(path: string): string[] {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n').filter(Boolean).slice(-LOG_TAIL_LINES);
  if (lines.length === 0) return [`its log \`${path}\` is empty`];
  const taken = lines.some((line) => line.includes('EADDRINUSE')) ? ['another process has this port: choose others, e.g. with --http-port and --gateway-port of `countersign up`'] : [];
  return [...taken, `the end of its log \`${path}\`:`, ...lines.map((line) => `  ${said(line).slice(0, 400)}`)];
}

function said(line: string): string {
  try {
    const { msg, code } = JSON.parse(line) as { msg?: unknown; code?: unknown };
    return typeof msg !== 'string' ? line : typeof code === 'string' ? `${code}: ${msg}` : msg;
  } catch {
    return line;
  }
}
