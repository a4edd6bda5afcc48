import { type IncomingMessage } from 'node:http';
import { type Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { type Subscription } from 'rxjs';
import { DataSource } from 'typeorm';
import { WebSocketServer } from 'ws';
import { type FromWorker, type ToWorker } from '#contract';
import { LinkError } from '#pqc';
import { backgroundLoop } from '../background.js';
import { CONTROL_PLANE } from '../auth/caller.js';
import { linkKidOf, NodeRequests } from '../auth/node-requests.service.js';
import { databaseNow, inTransaction } from '../database/data-source.js';
import { SessionParty, type Job } from '../database/entities/jobs.js';
import { type RegisteredNode } from '../database/entities/identities.js';
import { type Signal } from '../database/signals.js';
import { WakeBus } from '../database/wake-bus.js';
import { Metrics } from '../health/metrics.js';
import { Problem } from '../http/problem.js';
import { lockJob, transition } from '../jobs/transition.js';
import { type Loop } from '../loop.js';
import { Duties } from '../ledger/duties.service.js';
import { PolicyBook } from '../policies/policy-book.service.js';
import { Orders } from './orders.service.js';
import { HEARTBEAT_MS, Presence } from './presence.service.js';
import { Reports, type ProgressReport, type Report } from './reports.service.js';
import { goOnWithout, withoutIt } from './vanishing.js';
import { CLOSE, WorkerSocket } from './worker-socket.js';

const PATH = '/v1/gateway';
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** After a reconnect, reports that were kept come first; only what is still missing then is lost. */
const SETTLE_MS = 1_000;
const IN_SESSION = ['accepted', 'running', 'held'];
/** Reports after which a worker has nothing left to stop. */
const ENDS: readonly FromWorker['type'][] = ['refuse', 'finished', 'delivered', 'stopped', 'aborted'];

type Hello = Extract<FromWorker, { type: 'hello' }>;

/**
 * The WebSocket of the workers. A worker is known by the link key of its TLS connection. Orders follow from the tables (`Orders`) and are sent at
 * least once; reports go to the tables (`Reports`) and are acknowledged once recorded.
 */
@Injectable()
export class Gateway implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  private readonly sockets = new Map<string, WorkerSocket>();
  private readonly changed = new Set<string>();
  private readonly deliveries: Loop;
  private readonly heartbeat: Loop;
  private woken: Subscription | undefined;
  private stopping = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly nodeRequests: NodeRequests,
    private readonly presence: Presence,
    private readonly reports: Reports,
    private readonly orders: Orders,
    private readonly book: PolicyBook,
    private readonly duties: Duties,
    private readonly bus: WakeBus,
    private readonly metrics: Metrics,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(Gateway.name);
    this.deliveries = backgroundLoop('deliveries', () => this.deliver(), { everyMs: 5_000, logger, metrics });
    this.heartbeat = backgroundLoop('heartbeat', () => this.presence.beat([...this.sockets.values()].map(({ connection }) => connection)), { everyMs: HEARTBEAT_MS, logger, metrics });
  }

  onApplicationBootstrap(): void {
    this.woken = this.bus.signals.subscribe((signal) => this.wake(signal));
    this.deliveries.start();
    this.heartbeat.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    this.woken?.unsubscribe();
    // The sockets close because this process stops: workers come back, to it or to another, and their sessions go on.
    for (const socket of this.sockets.values()) socket.close(CLOSE.stopping, 'the control plane stops');
    await Promise.all([this.deliveries.stop(), this.heartbeat.stop()]);
    this.server.close();
  }

  /** Handles `Upgrade: websocket` on the post-quantum port; everybody but registered nodes is sent away. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    void this.admit(request, socket).then(
      (admitted) => admitted && this.server.handleUpgrade(request, socket, head, (ws) => this.open(new WorkerSocket(ws, admitted.node, admitted.linkKid, this.events))),
      (error: unknown) => {
        if (!(error instanceof LinkError)) this.logger.warn({ error: (error as Error).message }, 'a worker could not be admitted');
        socket.destroy();
      },
    );
  }

  private async admit(request: IncomingMessage, socket: Duplex): Promise<{ node: RegisteredNode; linkKid: string } | undefined> {
    if (this.stopping || !(socket instanceof TLSSocket)) return void reject(socket, '503 Service Unavailable');
    if (request.url?.split('?', 1)[0] !== PATH) return void reject(socket, '404 Not Found');
    const node = await this.nodeRequests.nodeOfSocket(socket);
    return node ? { node, linkKid: linkKidOf(socket) } : void reject(socket, '401 Unauthorized');
  }

  private readonly events = {
    onMessage: (message: FromWorker, socket: WorkerSocket) => this.receive(message, socket),
    onClose: (socket: WorkerSocket) => this.closed(socket),
    onTooManyHints: () => this.metrics.hintsDropped.inc(),
    // Not acknowledged, so the worker sends it again; a fresh connection is the way to ask for that.
    onError: (error: unknown, socket: WorkerSocket) => {
      this.logger.error({ node: socket.node.id, error: (error as Error).message }, 'a report could not be recorded');
      socket.close(1011, 'the report could not be recorded');
    },
  };

  private open(socket: WorkerSocket): void {
    this.sockets.get(socket.node.id)?.close(CLOSE.replaced, 'another connection of this node took over');
    this.sockets.set(socket.node.id, socket);
    this.metrics.workers.set(this.sockets.size);
    this.logger.info({ node: socket.node.id }, 'worker connected');
    this.welcome(socket).catch((error: unknown) => this.events.onError(error, socket));
  }

  private async welcome(socket: WorkerSocket): Promise<void> {
    await this.presence.arrived(socket.node.id, socket.connection);
    socket.recorded = true;
    const { manager } = this.dataSource;
    const policy = await this.book.inForce(manager).catch(() => undefined);
    socket.send({ type: 'welcome', node: socket.node.name, now: (await databaseNow(manager)).toISOString(), ...(policy ? { policy: policy.digest } : {}) });
  }

  private closed(socket: WorkerSocket): void {
    if (this.sockets.get(socket.node.id) !== socket) return;
    this.sockets.delete(socket.node.id);
    this.metrics.workers.set(this.sockets.size);
    this.logger.info({ node: socket.node.id }, 'worker disconnected');
    if (!this.stopping) this.presence.left(socket.node.id, socket.connection).catch((error: unknown) => this.logger.warn({ error: (error as Error).message }, 'a departure was not recorded'));
  }

  private async receive(message: FromWorker, socket: WorkerSocket): Promise<void> {
    if (message.type === 'hello') this.greet(message, socket);
    else if (message.type === 'attested') await this.attested(message, socket);
    else await this.report(message, socket);
    socket.send({ type: 'ack', id: message.id });
  }

  private async report(message: Report | ProgressReport, socket: WorkerSocket): Promise<void> {
    const taken = await this.reports.take(message, socket.node);
    if (taken === 'without' && message.type !== 'stopped' && message.type !== 'progress') return socket.send(withoutIt(message));
    if (taken !== 'stale') return;
    // Its sender still works on an attempt that is over: tell it so.
    if (!ENDS.includes(message.type)) tell(socket, message.job, `known:${message.attempt}`);
    this.change(message.job);
  }

  /** A word that does not hold is not asked for again: it would not hold then either. */
  private async attested({ duty, statement }: Extract<FromWorker, { type: 'attested' }>, socket: WorkerSocket): Promise<void> {
    try {
      await this.duties.attest(duty, statement);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.logger.warn({ node: socket.node.id, duty, code: error.code }, 'an attestation is refused');
    }
  }

  private greet(hello: Hello, socket: WorkerSocket): void {
    for (const { job, attempt } of hello.sessions) tell(socket, job, `known:${attempt}`);
    for (const { job } of hello.sessions) this.change(job);
    void this.afterHello(hello, socket).catch((error: unknown) => this.events.onError(error, socket));
  }

  /** Tells a worker that came back what it missed, and ends sessions that it has lost. */
  private async afterHello(hello: Hello, socket: WorkerSocket): Promise<void> {
    const open = await this.orders.openJobs(socket.node.id);
    if (open.length === 0) return;
    await delay(SETTLE_MS);
    if (this.sockets.get(socket.node.id) !== socket) return;
    for (const id of open) {
      await this.endIfLost(id, hello, socket);
      this.change(id);
    }
  }

  private async endIfLost(jobId: string, hello: Hello, { node, told }: WorkerSocket): Promise<void> {
    await inTransaction(this.dataSource, async (manager) => {
      const job = await lockJob(manager, jobId);
      if (!job || !IN_SESSION.includes(job.state) || hello.sessions.some((session) => session.job === jobId && session.attempt === job.attempt)) return;
      // Offered over this very connection, after the greeting that could not know of it.
      if (told.get(jobId)?.has(`offer:${job.attempt}`)) return;
      const party = await manager.findOneBy(SessionParty, { jobId, attempt: job.attempt, nodeId: node.id });
      if (!party || !IN_SESSION.includes(party.status)) return;
      if (await goOnWithout(manager, job, [node.name], 'CS0754')) return this.reports.follow(manager, job);
      await transition(manager, job, 'aborted', { actor: CONTROL_PLANE, code: 'CS0754', reason: `the worker of \`${node.name}\` came back without the session` });
    });
  }

  private wake(signal: Signal): void {
    if (signal.of === 'job') this.change(signal.id);
    else if (signal.of === 'node') void this.recheck(signal.id).catch(() => undefined);
    else if (signal.of === 'resync') void this.resync().catch(() => undefined);
  }

  private change(jobId: string): void {
    if (this.sockets.size === 0) return;
    this.changed.add(jobId);
    this.deliveries.wake();
  }

  private async resync(): Promise<void> {
    for (const nodeId of this.sockets.keys()) {
      await this.recheck(nodeId);
      for (const id of await this.orders.openJobs(nodeId)) this.change(id);
    }
  }

  /** Cuts a socket whose key was rotated or revoked, or whose node connected elsewhere since. */
  private async recheck(nodeId: string): Promise<void> {
    const socket = this.sockets.get(nodeId);
    if (socket?.recorded && !(await this.presence.holds(nodeId, socket.connection, socket.linkKid))) socket.close(CLOSE.revoked, 'this connection counts no more');
  }

  private async deliver(): Promise<void> {
    // Nobody woke this run but the clock: a signal may have been lost.
    if (this.changed.size === 0) await this.resync();
    for (const id of this.changed) {
      this.changed.delete(id);
      const { job, orders } = await this.orders.of(id);
      for (const socket of this.sockets.values()) {
        for (const order of orders.get(socket.node.id) ?? []) if (tell(socket, id, `${order.type}:${order.attempt}`)) socket.send(order);
        if (job) this.abortStale(socket, job, orders.has(socket.node.id));
        // A worker names jobs as it likes.
        else socket.told.delete(id);
      }
    }
  }

  /** Stops attempts that this worker was told of and that are over, or are another's now. */
  private abortStale(socket: WorkerSocket, job: Job, takesPart: boolean): void {
    const told = socket.told.get(job.id);
    if (!told) return;
    const attempts = new Set([...told].map((mark) => Number(mark.split(':')[1])));
    for (const attempt of attempts) {
      if ((takesPart && attempt === job.attempt) || (job.state === 'released' && attempt === job.attempt)) continue;
      if (tell(socket, job.id, `abort:${attempt}`)) socket.send(abortOf(job, attempt));
    }
    if (!takesPart) socket.told.delete(job.id);
  }
}

const abortOf = (job: Job, attempt: number): ToWorker => ({ type: 'abort', job: job.id, attempt, code: job.code ?? 'CS0750', reason: job.reason ?? `the job is \`${job.state}\`` });

/** Notes that `mark` was told; false when it was before. */
function tell(socket: WorkerSocket, jobId: string, mark: string): boolean {
  const told = socket.told.get(jobId) ?? new Set();
  socket.told.set(jobId, told);
  if (told.has(mark)) return false;
  told.add(mark);
  return true;
}

function reject(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
