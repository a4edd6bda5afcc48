import { randomUUID } from 'node:crypto';
import tls from 'node:tls';
import { WebSocket } from 'ws';
import { ToWorker, type FromWorker } from '../../libs/contract/src/index.js';
import { linkClientOptions } from '../../libs/pqc/src/index.js';
import { jobDigestOf } from '../../libs/verify/src/index.js';
import { PLAN, type TestNode } from './test-node.js';
import { certificateOf } from './transports.js';

interface Session {
  readonly attempt: number;
  readonly digest: string;
  at: 'accepted' | 'held' | 'finished' | 'aborted';
}

/** A worker that comes back: it keeps reports until they are acknowledged, and does nothing twice. */
export class FaithfulWorker {
  readonly sessions = new Map<string, Session>();
  /** Every attempt that it ran, by job. */
  readonly starts: string[] = [];
  private readonly unacknowledged = new Map<string, FromWorker>();
  private socket: WebSocket | undefined;
  private stopped = false;

  constructor(private readonly node: TestNode, private readonly port: number) {
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    this.socket?.terminate();
  }

  private connect(): void {
    // Stopped while it waited to connect again.
    if (this.stopped) return;
    const { port } = this;
    const socket = new WebSocket(`wss://127.0.0.1:${port}/v1/gateway`, { createConnection: () => tls.connect({ ...linkClientOptions(certificateOf(this.node.keys.link)), host: '127.0.0.1', port }) });
    this.socket = socket;
    socket.on('error', () => undefined);
    socket.on('close', () => this.stopped || setTimeout(() => this.connect(), 100));
    socket.on('open', () => {
      const sessions = [...this.sessions].filter(([, { at }]) => at === 'accepted' || at === 'held').map(([job, { attempt }]) => ({ job, attempt }));
      this.send({ type: 'hello', id: randomUUID(), sessions });
    });
    socket.on('message', (data) => this.receive(ToWorker.parse(JSON.parse(String(data)))));
  }

  private send(message: FromWorker): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private report(message: FromWorker): void {
    this.unacknowledged.set(message.id, message);
    this.send(message);
  }

  private receive(message: ToWorker): void {
    if (message.type === 'welcome') for (const report of this.unacknowledged.values()) this.send(report);
    if (message.type === 'ack') this.unacknowledged.delete(message.id);
    if (message.type === 'offer') this.accept(message);
    const session = 'job' in message ? this.sessions.get(message.job) : undefined;
    if (!session || !('attempt' in message) || session.attempt !== message.attempt) return;
    const about = { job: message.job, attempt: message.attempt };
    if (message.type === 'start' && session.at === 'accepted') {
      session.at = 'held';
      this.starts.push(`${message.job}:${message.attempt}`);
      this.report({ type: 'running', id: randomUUID(), ...about });
      this.report({ type: 'held', id: randomUUID(), ...about, plan: PLAN });
    } else if (message.type === 'open' && session.at === 'held') {
      session.at = 'finished';
      const receipt = this.node.statement('receipt', { job: session.digest, attempt: session.attempt, plan: PLAN, transcript: 'b'.repeat(64), bytesSent: 1, bytesReceived: 1, rounds: 1, offlineMs: 1, onlineMs: 1 });
      this.report({ type: 'finished', id: randomUUID(), ...about, receipt });
    } else if (message.type === 'abort') {
      session.at = 'aborted';
    }
  }

  private accept({ job, attempt, bundle }: Extract<ToWorker, { type: 'offer' }>): void {
    const known = this.sessions.get(job);
    if (known && known.attempt >= attempt) return;
    const digest = jobDigestOf(JSON.parse(Buffer.from(bundle.job.split('.')[1], 'base64url').toString('utf8')) as never);
    this.sessions.set(job, { attempt, digest, at: 'accepted' });
    this.report({ type: 'accept', id: randomUUID(), job, attempt, statement: this.node.statement('accept', { job: digest, attempt, policy: bundle.policy.digest, endpoint: '127.0.0.1:9', rows: [] }) });
  }
}
