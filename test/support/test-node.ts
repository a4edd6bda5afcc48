import { createHmac, randomUUID } from 'node:crypto';
import tls from 'node:tls';
import { WebSocket } from 'ws';
import { ApiClient, FromWorker, nodeIdOf, ToWorker, type JobSpec, type NodeView, type Person, type SignedDataset } from '../../libs/contract/src/index.js';
import { fromBase64Url, KemKey, linkClientOptions, SigningKey, signStatement, toBase64Url, type StatementSigner } from '../../libs/pqc/src/index.js';
import { programByName } from '../../libs/program/src/index.js';
import { jobDigestOf, possessionMessage } from '../../libs/verify/src/index.js';
import { certificateOf, node as nodeTransport } from './transports.js';

const HOUR_MS = 3_600_000;

export const LOANS: SignedDataset = {
  name: 'Loans', tags: ['credit'], maxRows: 1024,
  columns: { annual_inc: { type: 'number', min: '0', max: '2000000' }, Class: { type: 'category', values: ['good', 'bad'] } },
};

export interface Keys {
  readonly link: SigningKey;
  readonly approval: SigningKey;
  readonly witness: SigningKey;
  readonly sealing: KemKey;
}
export const newKeys = (): Keys => ({
  link: SigningKey.generate('ML-DSA-65'), approval: SigningKey.generate('ML-DSA-65'), witness: SigningKey.generate('ML-DSA-44'), sealing: KemKey.generate('ML-KEM-768'),
});

export interface JobWishes {
  readonly program?: string;
  readonly parameters?: Record<string, string>;
  readonly inputs?: { node: string; dataset: string; role: string }[];
  readonly parties?: string[];
  readonly receivers?: string[];
  readonly expiresInMs?: number;
  readonly issuedAgoMs?: number;
  readonly purpose?: string;
  readonly nonce?: string;
  readonly notBefore?: string;
  readonly programDigest?: string;
  readonly privacy?: JobSpec['privacy'];
  readonly suite?: JobSpec['suite'];
  readonly security?: JobSpec['security'];
}

/** A node with keys, as its operator and its worker would act. */
export class TestNode {
  constructor(readonly name: string, readonly keys: Keys = newKeys()) {}

  get id(): string {
    return nodeIdOf(this.name);
  }

  client(gatewayPort: number): ApiClient {
    return new ApiClient(nodeTransport(gatewayPort, this.keys.link));
  }

  statement(type: string, fields: object, { key = this.keys.approval, expiresInMs = HOUR_MS, issuedAgoMs = 1_000, issuer = this.name }: { key?: StatementSigner; expiresInMs?: number; issuedAgoMs?: number; issuer?: string } = {}): string {
    const now = Date.now();
    return signStatement(key, {
      v: 1, type, issuer, kid: key.kid, issuedAt: new Date(now - issuedAgoMs).toISOString(), expiresAt: new Date(now + expiresInMs).toISOString(), ...fields,
    });
  }

  registration(version: number, datasets: readonly SignedDataset[] = [LOANS], keys = this.keys, people?: readonly Person[]): string {
    return this.statement('node-registration', {
      name: this.name, region: 'EU', version, datasets, ...(people ? { people } : {}),
      keys: { link: toBase64Url(keys.link.publicKey), approval: toBase64Url(keys.approval.publicKey), witness: toBase64Url(keys.witness.publicKey), sealing: toBase64Url(keys.sealing.publicKey) },
    }, { key: keys.approval });
  }

  /** Everything that registers `registration` but the token. */
  async proof(client: ApiClient, registration: string, keys = this.keys) {
    const challenge = await client.challenge({ name: this.name, sealing: toBase64Url(keys.sealing.publicKey) });
    const message = possessionMessage(challenge, registration);
    return {
      challenge: challenge.id,
      registration,
      proofs: {
        link: toBase64Url(keys.link.sign(message)),
        witness: toBase64Url(keys.witness.sign(message)),
        sealing: createHmac('sha256', keys.sealing.decapsulate(fromBase64Url(challenge.kemCiphertext))).update(message).digest('base64url'),
      },
    };
  }

  async register(client: ApiClient, token: string | undefined, version = 1, datasets: readonly SignedDataset[] = [LOANS]): Promise<NodeView> {
    return client.register({ ...(await this.proof(client, this.registration(version, datasets))), ...(token === undefined ? {} : { token }) });
  }

  /** A new version of the registration with these people. */
  async employ(client: ApiClient, version: number, people: readonly TestPerson[]): Promise<NodeView> {
    return client.register(await this.proof(client, this.registration(version, [LOANS], this.keys, people.map((person) => person.registered))));
  }

  job(policy: string, wishes: JobWishes = {}): { jws: string; digest: string; id: string } {
    const program = programByName(wishes.program ?? 'Mean');
    const inputs = wishes.inputs ?? ['Bank A', 'Bank B'].map((node) => ({ node, dataset: 'Loans', role: 'rows' }));
    const now = Date.now() - (wishes.issuedAgoMs ?? 1_000);
    const payload = {
      v: 1, type: 'job', issuer: this.name, kid: this.keys.approval.kid,
      issuedAt: new Date(now).toISOString(), expiresAt: new Date(Date.now() + (wishes.expiresInMs ?? HOUR_MS)).toISOString(),
      nonce: wishes.nonce ?? toBase64Url(crypto.getRandomValues(new Uint8Array(16))),
      ...(wishes.notBefore ? { notBefore: wishes.notBefore } : {}),
      program: { name: wishes.program ?? 'Mean', digest: wishes.programDigest ?? program?.digest ?? '0'.repeat(64) },
      parameters: wishes.parameters ?? { column: 'annual_inc' },
      inputs, parties: wishes.parties ?? [...new Set(inputs.map(({ node }) => node))], receivers: wishes.receivers ?? [this.name],
      ...(wishes.purpose ? { purpose: wishes.purpose } : {}), ...(wishes.privacy ? { privacy: wishes.privacy } : {}),
      security: wishes.security ?? { model: 'semi-honest', majority: 'dishonest' }, suite: wishes.suite ?? 'auto', policy,
    };
    const digest = jobDigestOf(payload as never);
    return { jws: signStatement(this.keys.approval, payload), digest, id: `job_${digest.slice(0, 20)}` };
  }

  about(kind: 'approval' | 'veto' | 'withdrawal', job: { digest: string }, policy: string, options: Parameters<TestNode['statement']>[2] = {}): string {
    return this.statement(kind, { job: job.digest, policy }, options);
  }

  /** Opens the worker's socket. */
  async connect(gatewayPort: number, options: { behave?: Behaviour; sessions?: { job: string; attempt: number }[]; link?: SigningKey } = {}): Promise<TestWorker> {
    const link = options.link ?? this.keys.link;
    const socket = new WebSocket(`wss://127.0.0.1:${gatewayPort}/v1/gateway`, { createConnection: () => tls.connect({ ...linkClientOptions(certificateOf(link)), host: '127.0.0.1', port: gatewayPort }) });
    const worker = new TestWorker(this, socket, options.behave ?? 'obey');
    await new Promise<void>((opened, failed) => {
      socket.once('open', () => opened());
      socket.once('error', failed);
    });
    worker.report({ type: 'hello', sessions: options.sessions ?? [] });
    await worker.until(({ type }) => type === 'welcome');
    return worker;
  }
}

/** Somebody who signs for a node, with keys of her own. */
export class TestPerson {
  constructor(readonly name: string, readonly node: string, readonly roles: readonly string[], readonly keys = { link: SigningKey.generate('ML-DSA-65'), approval: SigningKey.generate('ML-DSA-65') }) {}

  get registered(): Person {
    return { name: this.name, roles: [...this.roles], approvalKid: this.keys.approval.kid, linkKid: this.keys.link.kid };
  }

  client(gatewayPort: number): ApiClient {
    return new ApiClient(nodeTransport(gatewayPort, this.keys.link));
  }

  statement(type: string, fields: object, { key = this.keys.approval, expiresInMs = HOUR_MS, issuedAgoMs = 1_000 }: { key?: SigningKey; expiresInMs?: number; issuedAgoMs?: number } = {}): string {
    const now = Date.now();
    return signStatement(key, {
      v: 1, type, issuer: this.name, kid: key.kid, issuedAt: new Date(now - issuedAgoMs).toISOString(), expiresAt: new Date(now + expiresInMs).toISOString(),
      person: { node: this.node, key: toBase64Url(key.publicKey) }, ...fields,
    });
  }

  about(kind: 'approval' | 'veto' | 'withdrawal', job: { digest: string }, policy: string, options: Parameters<TestPerson['statement']>[2] = {}): string {
    return this.statement(kind, { job: job.digest, policy }, options);
  }
}

/** `obey` plays a whole session; `accept` stops after accepting, `hold` after holding; `silent` does nothing. */
export type Behaviour = 'obey' | 'accept' | 'run' | 'hold' | 'silent' | 'refuse';
type Unsent = FromWorker extends infer T ? (T extends { id: string } ? Omit<T, 'id'> : never) : never;

/** The worker's end of a gateway socket. */
export class TestWorker {
  readonly received: ToWorker[] = [];
  private readonly acknowledged = new Set<string>();
  private waiting: (() => void)[] = [];
  readonly closed: Promise<number>;

  constructor(private readonly node: TestNode, private readonly socket: WebSocket, private readonly behave: Behaviour) {
    this.closed = new Promise((done) => socket.once('close', done));
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      const message = ToWorker.parse(JSON.parse(String(data)));
      this.received.push(message);
      if (message.type === 'ack') this.acknowledged.add(message.id);
      this.answer(message);
      for (const wake of this.waiting.splice(0)) wake();
    });
  }

  report(message: Unsent, id: string = randomUUID()): string {
    this.socket.send(JSON.stringify(FromWorker.parse({ ...message, id })));
    return id;
  }

  async acked(id: string): Promise<void> {
    await this.until(() => this.acknowledged.has(id));
  }

  /** The first message, received or to come, that fits. */
  async until(fits: (message: ToWorker) => boolean, timeoutMs = 90_000): Promise<ToWorker> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const found = this.received.find(fits);
      if (found) return found;
      if (Date.now() > deadline) throw new Error(`\`${this.node.name}\` waited in vain; it got ${this.received.map(({ type }) => type).join(', ')}`);
      await Promise.race([new Promise<void>((wake) => this.waiting.push(wake)), new Promise((wake) => setTimeout(wake, 100))]);
    }
  }

  acceptStatement(offer: Extract<ToWorker, { type: 'offer' }>): string {
    const digest = jobDigestOf(payloadOf(offer.bundle.job) as never);
    return this.node.statement('accept', { job: digest, attempt: offer.attempt, policy: offer.bundle.policy.digest, endpoint: '127.0.0.1:9', rows: [] });
  }

  receiptStatement(jobDigest: string, attempt: number): string {
    return this.node.statement('receipt', { job: jobDigest, attempt, plan: PLAN, transcript: 'b'.repeat(64), bytesSent: 10, bytesReceived: 10, rounds: 3, offlineMs: 1, onlineMs: 1 });
  }

  close(): void {
    this.socket.terminate();
  }

  private readonly digests = new Map<string, string>();

  private answer(message: ToWorker): void {
    if (this.behave === 'silent') return;
    if (message.type === 'offer') {
      const { job, attempt } = message;
      const digest = jobDigestOf(payloadOf(message.bundle.job) as never);
      this.digests.set(job, digest);
      if (this.behave === 'refuse') this.report({ type: 'refuse', job, attempt, statement: this.node.statement('refuse', { job: digest, attempt, code: 'CS0350', reason: 'the policy is not accepted here' }) });
      else this.report({ type: 'accept', job, attempt, statement: this.acceptStatement(message) });
    }
    if (message.type === 'start' && this.behave !== 'accept') {
      const { job, attempt } = message;
      this.report({ type: 'running', job, attempt });
      if (this.behave === 'run') return;
      this.report({ type: 'progress', job, attempt, phase: 'online', done: 1, of: 2, bytes: 100 });
      this.report({ type: 'held', job, attempt, plan: PLAN });
    }
    if (message.type === 'open' && this.behave === 'obey') {
      const { job, attempt } = message;
      this.report({ type: 'finished', job, attempt, receipt: this.receiptStatement(this.digests.get(job) ?? '', attempt) });
    }
  }
}

export const PLAN = 'a'.repeat(64);
const payloadOf = (jws: string): unknown => JSON.parse(Buffer.from(jws.split('.')[1], 'base64url').toString('utf8'));
