import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { type ServiceInfo } from '../../libs/contract/src/index.js';

const ROOT = join(import.meta.dirname, '..', '..');

interface Ready {
  readonly type: 'ready';
  readonly httpPort: number;
  readonly gatewayPort: number;
  readonly serviceInfo: ServiceInfo;
}

/** The built control plane as a process of its own, so that it can be killed. */
export class ControlPlaneProcess {
  readonly exited: Promise<NodeJS.Signals | number | null>;
  private constructor(readonly child: ChildProcess, readonly ready: Ready) {
    this.exited = new Promise((done) => (child.exitCode ?? child.signalCode) !== null ? done(child.signalCode ?? child.exitCode) : child.once('exit', (code, signal) => done(signal ?? code)));
  }

  static async start(main: 'main' | 'embedded', environment: Record<string, string>): Promise<ControlPlaneProcess> {
    const child = fork(join(ROOT, 'dist', 'apps', 'control-plane', 'src', `${main}.js`), ['--with-parent', '--quiet'], {
      cwd: ROOT, execArgv: ['--disable-proto=throw'], stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { PATH: process.env.PATH, COUNTERSIGN_HTTP_PORT: '0', COUNTERSIGN_GATEWAY_PORT: '0', COUNTERSIGN_LOG_LEVEL: 'warn', COUNTERSIGN_DATABASE_POOL: '6', ...environment },
    });
    let log = '';
    child.stderr?.on('data', (chunk: Buffer) => (log = `${log}${String(chunk)}`.slice(-4_000)));
    const ready = await new Promise<Ready>((resolve, reject) => {
      child.once('message', (message) => resolve(message as Ready));
      child.once('exit', (code, signal) => reject(new Error(`the control plane ended with ${signal ?? code}: ${log}`)));
    });
    return new ControlPlaneProcess(child, ready);
  }

  stop(): Promise<unknown> {
    return this.kill();
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<NodeJS.Signals | number | null> {
    this.child.kill(signal);
    return this.exited;
  }
}
