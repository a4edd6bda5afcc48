import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../apps/cli/src/root.js';

export interface Ended {
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder where the real command line runs as users run it; what it makes beside is in `scratch`. */
export class CommandFolder {
  readonly path: string;
  readonly scratch: string;

  constructor(name: string) {
    this.path = mkdtempSync(join(tmpdir(), `countersign-${name}-e2e-`));
    this.scratch = join(this.path, 'tmp');
    mkdirSync(this.scratch);
    // PostgreSQL's own user passes through.
    for (const path of [this.path, this.scratch]) chmodSync(path, 0o755);
  }

  /** Runs it to its end; interrupted as by a terminal once it says `interruptAt`. */
  run(args: readonly string[], interruptAt?: string): Promise<Ended> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, [join(ROOT, 'bin/countersign.mjs'), ...args], {
        cwd: this.path, env: { ...process.env, COUNTERSIGN_HOME: join(this.path, 'home'), TMPDIR: this.scratch, NODE_OPTIONS: '', NO_COLOR: '1' },
      });
      let waiting = interruptAt;
      let [out, err] = ['', ''];
      child.stdout.on('data', (chunk) => void (out += String(chunk)));
      child.stderr.on('data', (chunk) => {
        err += String(chunk);
        if (waiting !== undefined && err.includes(waiting)) {
          waiting = undefined;
          child.kill('SIGINT');
        }
      });
      child.once('close', (exit) => resolve({ exit, out, err }));
    });
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
