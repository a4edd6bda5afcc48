import { fork, type ChildProcess } from 'node:child_process';
import type { Demand, StockPart } from '#mpc';
import { SessionError } from './errors.js';
import type { FromSession, ListenOrder, OpenOrder, RunOrder, SessionAborted, SessionDrawn, SessionFinished, SessionMade, SessionMeasured, SessionProgress, SessionTake, StockFailure, ToSession } from './messages.js';

export interface SessionEvents {
  onProgress(progress: SessionProgress): void;
  onMeasured(measured: SessionMeasured): void;
  /** What to take from stock, and hand in by `drawn` or `notDrawn`; `onUntaken` in its place when nothing comes of the offer. */
  onTake(take: SessionTake): void;
  onUntaken(demand: Demand): void;
  onHeld(): void;
  /** Somebody else than a registered peer, or by other means than a post-quantum link, tried to connect. */
  onRefused(reason: string): void;
  onFinished(finished: SessionFinished): void;
  /** Once, when the session did not finish: also when its process was killed. */
  onAborted(aborted: SessionAborted): void;
}

/** What a session that has finished still asks while it makes stock with its peers. */
export interface FillEvents {
  /** To be answered by `make`. */
  onWishes(wishes: readonly Uint8Array[]): void;
  /** To be answered by `stored`. */
  onMade(made: SessionMade): void;
  /** Once, whatever the reason. */
  onGone(): void;
}

const START_MS = 15_000;
const STOP_MS = 2_000;

/** A session process as its worker sees it: one attempt, then it is gone. */
export class SessionProcess {
  readonly warm: Promise<void>;
  /** Whether any share may have left it, once it has ended. */
  readonly sharesSent: Promise<boolean>;
  readonly #child: ChildProcess;
  #events: SessionEvents | undefined;
  #fill: FillEvents | undefined;
  #listening: { resolve(port: number): void; reject(error: Error): void } | undefined;
  #tellSharesSent: (sent: boolean) => void = () => undefined;
  #ran = false;
  #over = false;

  constructor(mainPath: string) {
    this.#child = fork(mainPath, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
      // Nothing of the worker's environment (a passphrase, for one) goes along.
      env: { PATH: process.env.PATH, NODE_ENV: process.env.NODE_ENV },
    });
    this.warm = new Promise((resolve, reject) => {
      const fail = (): void => reject(new SessionError('CS0734', 'the session process could not start'));
      const timer = setTimeout(() => (fail(), this.#child.kill('SIGKILL')), START_MS);
      this.#child.once('message', () => (clearTimeout(timer), resolve()));
      this.#child.once('exit', () => (clearTimeout(timer), fail()));
      this.#child.once('error', () => (clearTimeout(timer), fail()));
    });
    this.warm.catch(() => undefined);
    this.sharesSent = new Promise((resolve) => (this.#tellSharesSent = resolve));
    this.#child.on('message', (message: FromSession) => this.#receive(message));
    this.#child.on('error', () => this.#exited('an error'));
    this.#child.once('exit', (code, signal) => this.#exited(signal ?? `code ${code}`));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null && this.#child.connected;
  }

  /** The port on which it listens for its peers. @throws SessionError CS0732, CS0734 */
  async listen(order: Omit<ListenOrder, 'type'>, events: SessionEvents): Promise<number> {
    await this.warm;
    this.#events = events;
    return new Promise((resolve, reject) => {
      this.#listening = { resolve, reject };
      this.#send({ type: 'listen', ...order });
    });
  }

  run(order: Omit<RunOrder, 'type'>): void {
    this.#ran = true;
    this.#send({ type: 'run', ...order });
  }

  open(order: Omit<OpenOrder, 'type'>): void {
    this.#send({ type: 'open', ...order });
  }

  /** The records are the caller's again, to be wiped, as soon as this returns. */
  drawn(drawn: SessionDrawn): void {
    this.#send({ type: 'drawn', ...drawn });
  }

  notDrawn(failure: Omit<StockFailure, 'type'>): void {
    this.#send({ type: 'not-drawn', ...failure });
  }

  /** After `onFinished`, by every party whose session was given an offer: makes stock for later sessions, or nothing with an empty wish. */
  fill(wish: Uint8Array, events: FillEvents): void {
    this.#fill = events;
    if (this.alive) this.#send({ type: 'fill', wish });
    else this.#gone();
  }

  make(parts: readonly StockPart[]): void {
    this.#send({ type: 'make', parts });
  }

  stored(): void {
    this.#send({ type: 'stored' });
  }

  /** Ends it without a report; its peers are told. */
  stop(): void {
    this.#over = true;
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#send({ type: 'stop' });
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    this.#child.once('exit', () => clearTimeout(timer));
  }

  #send(order: ToSession): void {
    if (this.#child.connected) this.#child.send(order, () => undefined);
  }

  #receive(message: FromSession): void {
    if (message.type === 'warm') return;
    if (message.type === 'listening') return this.#listening?.resolve(message.port);
    if (message.type === 'aborted') this.#tellSharesSent(message.sharesSent);
    if (message.type === 'wishes') return this.#fill?.onWishes(message.wishes);
    if (message.type === 'made') return this.#fill?.onMade(message);
    if (this.#over) return;
    if (message.type === 'progress') return this.#events?.onProgress(message);
    if (message.type === 'measured') return this.#events?.onMeasured(message);
    if (message.type === 'take') return this.#events?.onTake(message);
    if (message.type === 'untaken') return this.#events?.onUntaken(message.demand);
    if (message.type === 'held') return this.#events?.onHeld();
    if (message.type === 'refused') return this.#events?.onRefused(message.reason);
    this.#over = true;
    if (message.type === 'finished') return this.#events?.onFinished(message);
    this.#listening?.reject(new SessionError('CS0734', message.reason));
    this.#events?.onAborted(message);
  }

  #gone(): void {
    this.#fill?.onGone();
    this.#fill = undefined;
  }

  #exited(how: string): void {
    this.#gone();
    this.#tellSharesSent(this.#ran);
    const reason = `the session process ended with ${how}`;
    this.#listening?.reject(new SessionError('CS0734', reason));
    if (this.#over) return;
    this.#over = true;
    this.#events?.onAborted({ type: 'aborted', code: 'CS0734', reason, sharesSent: this.#ran });
  }
}

/** Session processes, of which one is kept loaded and waiting so that an offer need not wait for a process to start. */
export class SessionPool {
  #spare: SessionProcess | undefined;
  #closed = false;

  constructor(private readonly mainPath: string) {}

  /** Starts the spare one unless it is there. */
  warmUp(): void {
    if (this.#closed || this.#spare?.alive) return;
    this.#spare = new SessionProcess(this.mainPath);
  }

  take(): SessionProcess {
    const spare = this.#spare?.alive ? this.#spare : new SessionProcess(this.mainPath);
    this.#spare = undefined;
    return spare;
  }

  close(): void {
    this.#closed = true;
    this.#spare?.stop();
  }
}
