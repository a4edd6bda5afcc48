import { chmodSync, existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { ApiClient, type PolicyView, type ProgramView } from '#contract';
import { programJson } from '#program';
import { loadProgram } from '../actions/build-program.js';
import { initNode } from '../actions/init-node.js';
import { addPerson, initPerson } from '../actions/people.js';
import { inspectData, requireData } from '../actions/inspect-data.js';
import { acceptPolicy, compileAsPublished, publishPolicy } from '../actions/publish-policy.js';
import { publishProgram } from '../actions/programs.js';
import { registerNode, signedDataset } from '../actions/register-node.js';
import { signPolicy } from '../actions/sign-standing.js';
import { readText } from '../files.js';
import { Homes } from '../homes.js';
import { type NodeHome } from '../node-home.js';
import { Processes } from '../processes.js';
import { PROCESS } from '../root.js';
import { type SignerHome } from '../signer-home.js';
import { gatewayTransport, type GatewayTransport } from '../transport/gateway.js';
import { operatorTransport } from '../transport/http.js';
import { type LoadedLab } from './check.js';

export interface Member {
  readonly name: string;
  readonly home: NodeHome;
  readonly client: ApiClient;
}

/** A node, or a person of one. */
export interface LabSigner {
  readonly home: SignerHome;
  readonly client: ApiClient;
}

export interface ConsortiumOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly clock: () => Date;
  /** Leaves the homes and logs where they are. */
  readonly keep: boolean;
  /** Told when a process ends by itself. */
  readonly onDeath: (what: string) => void;
}

const READY_WITHIN_MS = 60_000;
const SIGNED_FOR_MS = 3_600_000;

/** A control plane and the nodes of a lab, as real processes with real keys in a temporary home; made by the same functions as the commands. */
export class Consortium {
  readonly homes = new Homes(mkdtempSync(join(tmpdir(), 'countersign-lab-')));
  private readonly processes: Processes;
  private readonly members = new Map<string, Member>();
  /** People, by "Ana Lopez of Bank A". */
  private readonly people = new Map<string, LabSigner>();
  private readonly gateways: GatewayTransport[] = [];
  private url = '';
  private workersReady: Promise<unknown> = Promise.resolve();
  operator = new ApiClient(operatorTransport('http://127.0.0.1'));

  constructor(private readonly lab: LoadedLab, private readonly options: ConsortiumOptions) {
    // PostgreSQL refuses to run as root, so its own user must be able to pass through this folder.
    chmodSync(this.homes.path, 0o711);
    this.processes = new Processes((name, code, signal) => options.onDeath(`the ${name} ended by itself (${signal ?? `exit ${code}`})`));
  }

  async startControlPlane(): Promise<void> {
    const { ready } = await this.processes.start({
      name: 'control plane', module: PROCESS.embedded, args: ['--with-parent'], logPath: this.logPath('control-plane'), readyWithinMs: READY_WITHIN_MS,
      env: { ...this.options.env, COUNTERSIGN_HOME: this.homes.path, COUNTERSIGN_HTTP_PORT: '0', COUNTERSIGN_GATEWAY_PORT: '0', COUNTERSIGN_HTTP_HOST: '127.0.0.1', COUNTERSIGN_GATEWAY_HOST: '127.0.0.1', COUNTERSIGN_ORIGIN: 'lab.countersign.local' },
    });
    this.url = `http://127.0.0.1:${Number(ready.httpPort)}`;
    this.operator = new ApiClient(operatorTransport(this.url, this.homes.operatorKey()));
  }

  /** Makes a node's home and keys, has its data read and checked, and registers it with proofs. Bad data is told, and fails unless it is expected. */
  async enrol(name: string, badDataIsExpected: boolean): Promise<Member> {
    const { region, datasets } = this.lab.value.nodes[name];
    const { clock, env } = this.options;
    const home = this.homes.nodeHome(name);
    await initNode({
      home, name, region, now: clock(),
      datasets: Object.entries(datasets).map(([dataset, rule]) => ({ name: dataset, base: this.lab.folder, ...rule })),
      controlPlane: { url: this.url, transport: operatorTransport(this.url) },
    });
    const inspected = await inspectData(home, env);
    if (!badDataIsExpected) requireData(name, inspected);
    await this.employ(home);
    const client = this.clientOf(home);
    const { token } = await this.operator.createEnrolmentToken({ node: name, validForMinutes: 5 });
    await registerNode({ home, client, token, version: 1, now: clock(), datasets: home.settings().datasets.map((dataset) => signedDataset(dataset, inspected.find((one) => one.name === dataset.name) ?? {})) });
    const member = { name, home, client };
    this.members.set(name, member);
    return member;
  }

  /** Makes the homes of a node's people, and takes them in before the node registers. */
  private async employ(home: NodeHome): Promise<void> {
    for (const [name, roles] of Object.entries(this.lab.value.nodes[home.name].people)) {
      const hers = this.homes.personHome(name, home.name);
      addPerson(home, await initPerson({ home: hers, name, node: home.name, controlPlane: { url: this.url, transport: operatorTransport(this.url) } }), roles);
      this.people.set(hers.name, { home: hers, client: this.clientOf(hers) });
    }
  }

  private clientOf(home: SignerHome): ApiClient {
    const gateway = gatewayTransport(home.controlPlane, home.signingKey('link'), this.options.clock);
    this.gateways.push(gateway);
    return new ApiClient(gateway.send);
  }

  /** Starts one worker process for each node; `ready` waits for them. */
  startWorkers(): void {
    this.workersReady = Promise.all([...this.members.values()].map(({ name, home }) => this.processes.start({
      name: `worker of ${name}`, module: PROCESS.worker, args: ['--home', home.path, '--with-parent'], logPath: this.logPath(home.id), readyWithinMs: READY_WITHIN_MS, env: this.options.env,
    })));
    this.workersReady.catch(() => undefined);
  }
  async ready(): Promise<void> {
    await this.workersReady;
  }

  /** Has the first node publish a program file of the lab. */
  async publishProgram(path: string): Promise<ProgramView> {
    const program = await loadProgram(resolve(this.lab.folder, path));
    return publishProgram({ ...this.member(this.names[0]), now: this.options.clock() }, program, programJson(program));
  }

  /** Publishes a policy file of the lab, has these sign it, and these nodes and everybody's people accept it. */
  async publish(path: string, acceptedBy: readonly string[], signedBy: readonly string[] = []): Promise<PolicyView> {
    let policy = await publishPolicy(this.operator, basename(path), readText(resolve(this.lab.folder, path), 'policy'));
    for (const name of signedBy) policy = await this.signPolicy(this.signer(name), policy);
    // Nobody accepts what others must sign first.
    if (policy.inForce) await Promise.all([...acceptedBy.map((name) => this.member(name)), ...this.people.values()].map(({ home, client }) => acceptPolicy(home, client, policy, this.options.clock())));
    return policy;
  }

  private async signPolicy({ home, client }: LabSigner, proposed: PolicyView): Promise<PolicyView> {
    const [{ digest: policy }, { digest: previous }] = await Promise.all([compileAsPublished(client, proposed), client.currentPolicy().then((current) => compileAsPublished(client, current))]);
    return signPolicy({ home, client, now: this.options.clock(), validForMs: SIGNED_FOR_MS }, proposed.version, { policy, previous });
  }

  /** The node or person of this name. */
  signer(name: string): LabSigner {
    return this.people.get(name) ?? this.member(name);
  }

  member(name: string): Member {
    return this.members.get(name) as Member;
  }
  get names(): readonly string[] {
    return [...this.members.keys()];
  }

  /** Ends every process and removes the homes. */
  async close(): Promise<void> {
    for (const gateway of this.gateways) gateway.close();
    await this.processes.stop();
    if (this.options.keep) return;
    // The database lies elsewhere when PostgreSQL's own user could not pass through the folders above.
    const database = join(this.homes.path, 'pg');
    for (const folder of [...(existsSync(database) ? [realpathSync(database)] : []), this.homes.path]) {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    }
  }

  private readonly logPath = (name: string): string => join(this.homes.path, 'logs', `${name}.log`);
}
