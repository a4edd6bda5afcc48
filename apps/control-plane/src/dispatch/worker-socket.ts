import { randomUUID } from 'node:crypto';
import { WebSocket, type RawData } from 'ws';
import { FromWorker, type ToWorker } from '#contract';
import { Budget } from './budget.js';
import { type Reporter } from './reports.service.js';

const PING_MS = 2_000;
const SILENCE_MS = 6_000;
/** Messages that wait to be worked on; more means that the worker floods. */
const MAX_QUEUED = 512;
/** … and bytes of them, above which the socket is not read until the queue is empty: TCP then slows the worker down. */
const MAX_QUEUED_BYTES = 32 * 1024 * 1024;
/** What a worker has not taken yet of what it is sent, orders with whole bundles among it; acknowledgements of a worker that only talks would pile up without an end. */
const MAX_UNREAD_BYTES = 128 * 1024 * 1024;

/** Why this side closes: RFC 6455 private codes. */
export const CLOSE = { replaced: 4001, revoked: 4003, malformed: 4008, silent: 4010, flooding: 4013, stopping: 1001 } as const;

export interface SocketEvents {
  /** In order, one at a time; the next waits until this one resolves. */
  onMessage(message: FromWorker, socket: WorkerSocket): Promise<void>;
  onClose(socket: WorkerSocket): void;
  /** A word on progress was more than is taken: acknowledged, and not looked at. */
  onTooManyHints(): void;
  onError(error: unknown, socket: WorkerSocket): void;
}

/** One worker's open socket, and what it was told over it. */
export class WorkerSocket {
  readonly connection = randomUUID();
  /** Orders sent on this socket, as `type:attempt` by job. */
  readonly told = new Map<string, Set<string>>();
  /** What it may still say of progress: a worker of many sessions at four words a second each. */
  private readonly hints = new Budget({ most: 128, perSecond: 80 });
  /** Whether the database knows of this connection: before that it says nothing about it. */
  recorded = false;
  private readonly heartbeat: NodeJS.Timeout;
  /** Pings since the last sign of life: counted, so that a time in which this process was held up is not taken for the worker's silence. */
  private unanswered = 0;
  private queue: Promise<void> = Promise.resolve();
  private queued = 0;
  private queuedBytes = 0;

  constructor(
    private readonly socket: WebSocket,
    readonly node: Reporter,
    readonly linkKid: string,
    private readonly events: SocketEvents,
  ) {
    socket.on('message', (data, binary) => this.receive(data, binary));
    socket.on('pong', () => (this.unanswered = 0));
    socket.on('ping', () => (this.unanswered = 0));
    socket.on('error', () => socket.terminate());
    socket.once('close', () => {
      clearInterval(this.heartbeat);
      events.onClose(this);
    });
    this.heartbeat = setInterval(() => {
      // While this side leaves bytes unread on purpose, silence says nothing.
      if (socket.isPaused) this.unanswered = 0;
      else if (++this.unanswered * PING_MS > SILENCE_MS) return socket.terminate();
      socket.ping();
    }, PING_MS);
  }

  send(message: ToWorker): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    if (this.socket.bufferedAmount > MAX_UNREAD_BYTES) return this.socket.terminate();
    this.socket.send(JSON.stringify(message));
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
    // A peer that does not answer the closing handshake is cut off.
    setTimeout(() => this.socket.terminate(), 1_000).unref();
  }

  private receive(data: RawData, binary: boolean): void {
    this.unanswered = 0;
    const message = binary ? undefined : parse((data as Buffer).toString('utf8'));
    if (!message) return this.close(CLOSE.malformed, 'a message that is not of the gateway');
    if (message.type === 'progress' && !this.hints.take()) {
      this.events.onTooManyHints();
      return this.send({ type: 'ack', id: message.id });
    }
    if (this.queued >= MAX_QUEUED) return this.close(CLOSE.flooding, 'too many messages at once');
    this.queued += 1;
    const { length } = data as Buffer;
    this.queuedBytes += length;
    if (this.queuedBytes > MAX_QUEUED_BYTES) this.socket.pause();
    this.queue = this.queue
      .then(() => this.events.onMessage(message, this))
      .catch((error: unknown) => this.events.onError(error, this))
      .finally(() => {
        this.queued -= 1;
        this.queuedBytes -= length;
        if (this.socket.isPaused && this.queuedBytes === 0) this.socket.resume();
      });
  }
}

function parse(text: string): FromWorker | undefined {
  try {
    return FromWorker.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
