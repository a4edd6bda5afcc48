import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT } from '../../apps/cli/src/root.js';
import { freePort } from './free-port.js';

export interface Ran {
  readonly code: number;
  readonly json: Record<string, never>;
  readonly stderr: string;
}

/** The command line as its users run it: one process for each command, in a home of its own. */
export class CommandLine {
  readonly folder = mkdtempSync(join(tmpdir(), 'countersign-commands-'));
  readonly background: ChildProcess[] = [];
  /** What the processes in the background print. */
  readonly written: Buffer[] = [];
  url = '';

  constructor() {
    chmodSync(this.folder, 0o711);
    mkdirSync(join(this.folder, 'home'));
  }

  get operator(): readonly string[] {
    return ['--url', this.url];
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    return spawn(process.execPath, [join(ROOT, 'bin/countersign.mjs'), ...args], { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH, COUNTERSIGN_HOME: join(this.folder, 'home'), ...env } });
  }

  startInBackground(args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
    const child = this.start(args, env);
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => this.written.push(chunk));
    this.background.push(child);
  }

  /** A control plane with its own PostgreSQL, ready to be asked. */
  async up(env: Readonly<Record<string, string>> = {}): Promise<void> {
    const httpPort = await freePort();
    this.url = `http://127.0.0.1:${httpPort}`;
    this.startInBackground(['up', '--http-port', String(httpPort), '--gateway-port', String(await freePort())], env);
    const deadline = Date.now() + 120_000;
    while (!(await fetch(`${this.url}/health/ready`).then(({ ok }) => ok, () => false))) {
      if (Date.now() > deadline) throw new Error('`countersign up` does not get healthy');
      await delay(100);
    }
  }

  /** Exit code, and stdout as JSON: with --json nothing else may be there. */
  async run(...args: readonly string[]): Promise<Ran> {
    const child = this.start([...args, '--json']);
    const [out, err] = [child.stdout!, child.stderr!].map((stream) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      return chunks;
    });
    const [code] = (await once(child, 'close')) as [number];
    const text = Buffer.concat(out).toString();
    const stderr = Buffer.concat(err).toString();
    try {
      return { code, json: JSON.parse(text) as Record<string, never>, stderr };
    } catch {
      throw new Error(`\`countersign ${args.join(' ')}\` (exit ${code}) printed no JSON: ${text}${stderr}`);
    }
  }

  /** Waits until the worker of every registered node is connected. */
  async workersConnected(): Promise<void> {
    for (const deadline = Date.now() + 120_000; ; ) {
      const { json } = await this.run('node', 'list', ...this.operator);
      if ((json as unknown as { connected: boolean }[]).every(({ connected }) => connected)) return;
      if (Date.now() > deadline) throw new Error('the workers do not connect');
    }
  }

  async stopped(child: ChildProcess): Promise<number | null> {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const [code] = (await gone) as [number | null];
    return code;
  }

  async close(): Promise<void> {
    for (const child of this.background.toReversed()) if (child.exitCode === null && child.signalCode === null) await this.stopped(child);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
