import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Before which of its frames a session process kills itself: frame number `frame`, from 0, of the message `label`, to all peers together. */
export interface CrashPoint {
  readonly label: readonly [protocol: string, step: string];
  readonly frame: number;
}

/** Entry points of session processes that are as in production, and end as by a power cut at a crash point, alone or together with their worker. */
export class CrashingSessions {
  readonly #folder = mkdtempSync(join(tmpdir(), 'countersign-crashing-'));
  #made = 0;

  constructor(private readonly dist: string) {}

  /** The path of a fresh entry point. Where the worker alone dies, its session stands still there until it notices. */
  mainAt({ label, frame }: CrashPoint, dying: 'session' | 'worker' | 'both' = 'session'): string {
    const path = join(this.#folder, `main-${this.#made++}.mjs`);
    const url = (module: string): string => JSON.stringify(pathToFileURL(join(this.dist, module)).href);
    writeFileSync(path, `import { Peer } from ${url('libs/mpc/src/channel/peer.js')};
import { labelOf } from ${url('libs/mpc/src/channel/frame.js')};
const { tag } = labelOf(...${JSON.stringify(label)});
const write = Peer.prototype.write;
let left = ${frame};
Peer.prototype.write = function (head, ...rest) {
  if (new DataView(head.buffer, head.byteOffset).getUint32(8, true) === tag && left-- === 0) {
    ${dying === 'session' ? '' : "process.kill(process.ppid, 'SIGKILL');"}
    ${dying === 'worker' ? 'return new Promise(() => undefined);' : "process.kill(process.pid, 'SIGKILL');"}
  }
  return write.call(this, head, ...rest);
};
await import(${url('apps/worker/src/session/main.js')});
`);
    return path;
  }

  /** The path of a module that, loaded before a worker, lets its sessions take worker and all, or the worker alone, with them at a crash point. */
  preloadAt(point: CrashPoint, dying: 'worker' | 'both' = 'both'): string {
    const path = join(this.#folder, `preload-${this.#made++}.mjs`);
    writeFileSync(path, `import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
const { fork } = childProcess;
childProcess.fork = (module, ...rest) => fork(String(module).endsWith('session/main.js') ? ${JSON.stringify(this.mainAt(point, dying))} : module, ...rest);
syncBuiltinESMExports();
`);
    return path;
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
