import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { initNode } from '../../apps/cli/src/actions/init-node.js';
import { acceptPolicy, publishPolicy } from '../../apps/cli/src/actions/publish-policy.js';
import { registerNode, signedDataset } from '../../apps/cli/src/actions/register-node.js';
import { approveJob, verifyJob } from '../../apps/cli/src/actions/sign-job.js';
import { signed } from '../../apps/cli/src/actions/statement.js';
import { verifyAudit, type AuditVerdict } from '../../apps/cli/src/actions/verify-audit.js';
import { Homes } from '../../apps/cli/src/homes.js';
import { type NodeHome } from '../../apps/cli/src/node-home.js';
import { PROCESS, ROOT } from '../../apps/cli/src/root.js';
import { gatewayTransport } from '../../apps/cli/src/transport/gateway.js';
import { operatorTransport } from '../../apps/cli/src/transport/http.js';
import { ApiClient, isTerminal, nodeIdOf, type JobSpec, type JobState, type JobView } from '../../libs/contract/src/index.js';
import { programByName } from '../../libs/program/src/index.js';
import { freePort } from './free-port.js';

const HOUR_MS = 3_600_000;
const READY_WITHIN_MS = 120_000;
const BANKS = ['Bank A', 'Bank B', 'Bank C', 'Bank D', 'Bank E'] as const;
export type Bank = (typeof BANKS)[number];
export const FEATURES = ['income', 'debt', 'age', 'rate'] as const;

/** Rows that a seedless formula makes, so that every run and every bank has its own and the sums are known. */
const cell = (bank: number, row: number, column: number): number => ((row * 31 + bank * 7 + column * 13) % 997) + 1;

/** What a spec asks for that differs from a Mean over all banks that Bank A receives. */
export interface MeanWishes {
  readonly parties?: readonly Bank[];
  readonly receivers?: readonly Bank[];
  readonly suite?: JobSpec['suite'];
}

/** Three banks or more, as processes that tests may kill, on one control plane whose ports stay the same when it is started again. */
export class BankProcesses {
  readonly homes: Homes;
  readonly workers = new Map<Bank, ChildProcess>();
  controlPlane!: ChildProcess;
  policy = '';
  private readonly clients = new Map<Bank, ApiClient>();
  private readonly closers: (() => void)[] = [];

  private constructor(private readonly folder: string, private readonly databaseUrl: string, private readonly httpPort: number, private readonly gatewayPort: number, readonly names: readonly Bank[]) {
    this.homes = new Homes(join(folder, 'home'));
  }

  /** `databaseUrl` is an empty database. */
  static async open(folder: string, databaseUrl: string, { rows, policy, count = 3 }: { readonly rows: number; readonly policy: string; readonly count?: number }): Promise<BankProcesses> {
    const banks = new BankProcesses(folder, databaseUrl, await freePort(), await freePort(), BANKS.slice(0, count));
    mkdirSync(banks.homes.path, { recursive: true });
    await banks.startControlPlane();
    for (const name of banks.names) await banks.enrol(name, rows);
    const view = await publishPolicy(banks.operator, 'faults.policy', policy);
    banks.policy = view.digest;
    for (const name of banks.names) await acceptPolicy(banks.home(name), banks.client(name), view, new Date());
    await Promise.all(banks.names.map((name) => banks.startWorker(name)));
    return banks;
  }

  get operator(): ApiClient {
    return new ApiClient(operatorTransport(`http://127.0.0.1:${this.httpPort}`, this.homes.operatorKey()));
  }
  home = (bank: Bank): NodeHome => this.homes.nodeHome(bank);
  client(bank: Bank): ApiClient {
    const known = this.clients.get(bank);
    if (known) return known;
    const home = this.home(bank);
    const gateway = gatewayTransport(home.settings().controlPlane, home.signingKey('link'), () => new Date());
    this.closers.push(() => gateway.close());
    const client = new ApiClient(gateway.send);
    this.clients.set(bank, client);
    return client;
  }

  async startControlPlane(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    this.controlPlane = await this.start('control-plane', join(ROOT, 'dist/apps/control-plane/src/main.js'), ['--with-parent'], {
      COUNTERSIGN_HOME: this.homes.path, COUNTERSIGN_DATABASE_URL: this.databaseUrl, COUNTERSIGN_DATABASE_POOL: '6',
      COUNTERSIGN_HTTP_PORT: String(this.httpPort), COUNTERSIGN_GATEWAY_PORT: String(this.gatewayPort), ...environment,
    });
  }

  /** `preload`: a module that is loaded before the worker's own. */
  async startWorker(bank: Bank, preload?: string): Promise<void> {
    this.workers.set(bank, await this.start(this.home(bank).id, PROCESS.worker, ['--home', this.home(bank).path, '--with-parent'], {}, preload === undefined ? [] : ['--import', preload]));
  }

  /** What the worker has written to its log. */
  readonly logOf = (bank: Bank): string => readFileSync(this.logPath(this.home(bank).id), 'utf8');

  private async start(name: string, module: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}, execArgv: readonly string[] = []): Promise<ChildProcess> {
    const log = openSync(this.logPath(name), 'a', 0o600);
    const child = fork(module, [...args], { stdio: ['ignore', log, log, 'ipc'], execArgv: [...execArgv], env: { PATH: process.env.PATH, ...environment } });
    closeSync(log);
    const ready = once(child, 'message', { signal: AbortSignal.timeout(READY_WITHIN_MS) });
    const died = once(child, 'exit').then(() => Promise.reject(new Error(`${name} ended before it was ready: ${readFileSync(this.logPath(name), 'utf8').slice(-2_000)}`)));
    died.catch(() => undefined);
    await Promise.race([ready, died]);
    return child;
  }
  private readonly logPath = (name: string): string => join(this.folder, `${name}.log`);

  private async enrol(name: Bank, rows: number): Promise<void> {
    const bank = BANKS.indexOf(name);
    const file = (lines: readonly (readonly (string | number)[])[]): string => `${lines.map((line) => line.join(',')).join('\n')}\n`;
    const table = Array.from({ length: rows }, (_, row) => [...FEATURES.map((_feature, column) => cell(bank, row, column)), row % 2 === 0 ? 'good' : 'bad']);
    const loans = `${nodeIdOf(name)}.csv`;
    writeFileSync(join(this.folder, loans), file([[...FEATURES, 'Class'], ...table]));
    writeFileSync(join(this.folder, 'weights.csv'), file([[...FEATURES, 'intercept'], [0.5, -0.25, 2, 1, 10]]));
    const number = (min: number, max: number) => ({ type: 'number' as const, min, max });
    const columns = (min: number, max: number) => Object.fromEntries(FEATURES.map((feature) => [feature, number(min, max)]));
    const home = this.home(name);
    await initNode({
      home, name, region: 'EU', now: new Date(),
      datasets: [
        { name: 'Loans', base: this.folder, from: loans, tags: ['credit'], columns: { ...columns(0, 1000), Class: { type: 'category', values: ['good', 'bad'] } } },
        { name: 'Weights', base: this.folder, from: 'weights.csv', tags: ['model'], columns: { ...columns(-10, 10), intercept: number(-100, 100) } },
      ],
      controlPlane: { url: `http://127.0.0.1:${this.httpPort}`, transport: operatorTransport(`http://127.0.0.1:${this.httpPort}`) },
    });
    const { token } = await this.operator.createEnrolmentToken({ node: name, validForMinutes: 5 });
    const datasets = home.settings().datasets.map((dataset) => signedDataset(dataset, { rows: dataset.name === 'Loans' ? rows : 1 }));
    await registerNode({ home, client: this.client(name), token, version: 1, now: new Date(), datasets });
  }

  /** A signed request of Bank A's, not yet submitted: the same text can be sent again after a crash. */
  request(program: 'Mean' | 'Linear Score', inputs: readonly { node: Bank; dataset: string; role: string }[], { parties = this.names, receivers = ['Bank A'], suite = 'auto' }: MeanWishes = {}): string {
    const home = this.home('Bank A');
    const now = new Date();
    return signed(home.signingKey('approval'), { type: 'job', issuer: 'Bank A', issuedAt: now, expiresAt: new Date(now.getTime() + HOUR_MS) }, {
      nonce: randomBytes(16).toString('base64url'), program: { name: program, digest: programByName(program)!.digest },
      parameters: program === 'Mean' ? { column: 'income' } : {}, inputs, parties: [...parties], receivers: [...receivers],
      security: { model: 'semi-honest', majority: suite === 'shamir-p61' ? 'honest' : 'dishonest' }, suite, policy: this.policy,
    });
  }
  mean = (wishes: MeanWishes = {}): string => this.request('Mean', (wishes.parties ?? this.names).map((node) => ({ node, dataset: 'Loans', role: 'rows' })), wishes);
  /** Long enough (tens of thousands of products between three parties) to be killed on the way. */
  scores = (): string => this.request('Linear Score', [{ node: 'Bank A', dataset: 'Weights', role: 'model' }, { node: 'Bank B', dataset: 'Loans', role: 'rows' }]);

  async sign(bank: Bank, id: string): Promise<JobView> {
    const home = this.home(bank);
    const client = this.client(bank);
    return approveJob({ home, client, job: await verifyJob(home, client, id, new Date()), now: new Date() });
  }

  /** The job once it is in one of these states, or has ended. Asks again while nobody answers. */
  async until(id: string, states: readonly JobState[], withinMs: number): Promise<JobView> {
    const deadline = Date.now() + withinMs;
    let seen = 'nothing';
    for (;;) {
      const job = await this.operator.job(id).catch(() => undefined);
      if (job && (states.includes(job.state) || isTerminal(job.state))) return job;
      seen = job?.state ?? seen;
      if (Date.now() > deadline) throw new Error(`job ${id} is still ${seen} after ${withinMs} ms, not ${states.join(' or ')}`);
      await delay(20);
    }
  }

  /** The verdict on the audit log once a checkpoint covers the end of this job: both come up to a second after the end itself. */
  async audit({ id, state }: Pick<JobView, 'id' | 'state'>): Promise<AuditVerdict> {
    const { controlPlane } = this.home('Bank A').settings();
    for (const deadline = Date.now() + READY_WITHIN_MS; ; await delay(50)) {
      const end = (await this.operator.auditEntries({ subject: id, limit: 200 })).items.find(({ to }) => to === state);
      const verdict = await verifyAudit(this.operator, { origin: controlPlane.origin, vkey: controlPlane.logVkey });
      if (end && verdict.size > end.index) return verdict;
      if (Date.now() > deadline) throw new Error(`no checkpoint covers the end of ${id} after ${READY_WITHIN_MS} ms`);
    }
  }

  async close(): Promise<void> {
    for (const close of this.closers) close();
    for (const child of [...this.workers.values(), this.controlPlane]) {
      if (!child || child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 8_000);
      await once(child, 'exit');
      clearTimeout(timer);
    }
  }
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

/** Ends a process as a power cut would. */
export const killed = (child: ChildProcess): Promise<void> => ended(child, 'SIGKILL');
/** Asks a process to end. */
export const stopped = (child: ChildProcess): Promise<void> => ended(child, 'SIGTERM');
