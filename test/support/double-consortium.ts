import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jobIdOf, ResultFile, type JobSpec, type NodeFile, type Receipt } from '../../libs/contract/src/index.js';
import { SigningKey, toBase64Url, verifyStatement, writeKeyFile } from '../../libs/pqc/src/index.js';
import { Consortium, GatewayDouble, jobDigestIn } from '../../libs/testing/src/index.js';
import { ROOT } from '../../apps/cli/src/root.js';

const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();

/** Real worker processes with real homes under one policy, on a gateway that a spec plays. Each has loans with an income. */
export class DoubleConsortium {
  readonly workers = new Map<string, ChildProcess>();

  private constructor(readonly folder: string, readonly names: readonly string[], readonly world: Consortium, readonly gateway: GatewayDouble, private readonly environment: Readonly<Record<string, string>>) {}

  static async open(folder: string, { names, policy, rows, environment = {} }: { readonly names: readonly string[]; readonly policy: string; readonly rows: (name: string) => readonly number[]; readonly environment?: Readonly<Record<string, string>> }): Promise<DoubleConsortium> {
    const columns = { income: { type: 'number' as const, min: '0', max: '1000' } };
    const world = new Consortium({ nodes: names, policy, now: new Date(Date.now() - 1_000), datasets: () => [{ name: 'Loans', tags: ['credit'], maxRows: 64, columns }] });
    const key = SigningKey.generate('ML-DSA-65');
    const gateway = await GatewayDouble.start(key, (linkKey) => [...world.nodes.values()].find(({ link }) => Buffer.from(link.publicKey).equals(linkKey))?.name);
    const all = new DoubleConsortium(folder, names, world, gateway, environment);
    for (const name of names) all.#makeHome(name, rows(name), toBase64Url(key.publicKey));
    return all;
  }

  readonly home = (name: string): string => join(this.folder, name.replaceAll(' ', '-'));
  readonly markers = (name: string): string => join(this.folder, `${name.replaceAll(' ', '-')} markers`);

  #makeHome(name: string, rows: readonly number[], linkKey: string): void {
    const home = this.home(name);
    mkdirSync(join(home, 'keys'), { recursive: true });
    const { link, approval, sealing } = this.world.node(name);
    for (const [purpose, key] of Object.entries({ link, approval, sealing })) writeKeyFile(join(home, 'keys', `${purpose}.json`), { purpose, algorithm: key.algorithm, seed: key.seed() });
    const node: NodeFile = {
      v: 1, name, region: 'EU',
      controlPlane: { url: 'http://127.0.0.1:1', host: '127.0.0.1', port: this.gateway.port, linkKey, logVkey: 'none', origin: 'test' },
      listen: { host: '127.0.0.1' },
      datasets: [{ name: 'Loans', base: home, from: 'loans.csv', tags: ['credit'], columns: { income: { type: 'number', min: 0, max: 1000 } } }],
    };
    writeFileSync(join(home, 'node.json'), JSON.stringify(node));
    writeFileSync(join(home, 'loans.csv'), `income\n${rows.join('\n')}\n`);
    writeFileSync(join(home, 'policies.json'), JSON.stringify({ accepted: [{ digest: this.world.policy.digest, version: 1, file: 'test.policy', at: new Date().toISOString() }] }));
  }

  async start(name: string, environment: Readonly<Record<string, string>> = {}): Promise<void> {
    const worker = fork(join(ROOT, 'dist/apps/worker/src/main.js'), ['--home', this.home(name), '--with-parent'], {
      stdio: ['ignore', 'ignore', process.env.COUNTERSIGN_TEST_LOG ? 'inherit' : 'ignore', 'ipc'], execArgv: [],
      env: { PATH: process.env.PATH, COUNTERSIGN_STOCK_MARKERS: this.markers(name), ...this.environment, ...environment },
    });
    this.workers.set(name, worker);
    await once(worker, 'message');
  }

  async end(name: string, signal: NodeJS.Signals): Promise<void> {
    const worker = this.workers.get(name);
    this.workers.delete(name);
    if (!worker || worker.exitCode !== null || worker.signalCode !== null) return;
    const ended = once(worker, 'exit');
    worker.kill(signal);
    await ended;
  }

  async close(): Promise<void> {
    await Promise.all(this.names.map((name) => this.end(name, 'SIGTERM')));
    await this.gateway.stop();
  }

  /** Offers a Mean over these nodes, the first the requester, and starts it once all have accepted; its id. */
  async begin(parties = this.names, fields: Partial<JobSpec> = {}): Promise<string> {
    const job = this.world.job(parties[0], { parties: [...parties], inputs: parties.map((node) => ({ node, dataset: 'Loans', role: 'rows' })), ...fields });
    const id = jobIdOf(jobDigestIn(job));
    for (const node of parties) this.gateway.send(node, { type: 'offer', job: id, attempt: 1, bundle: this.world.bundle(job), acceptBy: inMs(60_000), endBy: inMs(180_000) });
    const accepts = await Promise.all(parties.map(async (node) => (await this.gateway.next(node, 'accept', id)).statement));
    for (const node of parties) this.gateway.send(node, { type: 'start', job: id, attempt: 1, accepts });
    return id;
  }

  /** Lets the outputs of a started job be opened; what each party signed. */
  async finish(id: string, parties = this.names): Promise<Receipt[]> {
    for (const node of parties) await this.gateway.next(node, 'held', id);
    for (const node of parties) this.gateway.send(node, { type: 'open', job: id, attempt: 1 });
    return Promise.all(parties.map(async (node) =>
      verifyStatement((await this.gateway.next(node, 'finished', id)).receipt, { type: 'receipt', publicKey: this.world.node(node).approval.publicKey, now: new Date() }) as unknown as Receipt));
  }

  result(name: string, id: string): ResultFile {
    return ResultFile.parse(JSON.parse(readFileSync(join(this.home(name), 'results', `${id}.json`), 'utf8')));
  }
}
