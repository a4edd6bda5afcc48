import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiClient, nodeIdOf, type ApiError, type JobState, type JobView } from '../../libs/contract/src/index.js';
import { readConfig } from '../../apps/control-plane/src/config.js';
import { startControlPlane, type ControlPlane } from '../../apps/control-plane/src/start.js';
import { type DatabaseConfig } from '../../apps/control-plane/src/tokens.js';
import { TestNode } from './test-node.js';
import { operator } from './transports.js';

export function testConfig(databaseUrl: string, home: string, environment: Record<string, string> = {}): DatabaseConfig {
  const config = readConfig({ COUNTERSIGN_HOME: home, COUNTERSIGN_HTTP_PORT: '0', COUNTERSIGN_GATEWAY_PORT: '0', COUNTERSIGN_LOG_LEVEL: 'silent', COUNTERSIGN_DATABASE_POOL: '6', COUNTERSIGN_ACCEPT_SECONDS: '60', ...environment });
  return { ...config, databaseUrl };
}

export const operatorKey = (home: string): string => readFileSync(join(home, 'control-plane', 'operator.key'), 'utf8').trim();

/** The policy that most specs use: Bank A may, when Bank B signs. */
export const POLICY = 'Bank A may run Mean and Count on Loans only if Bank B signs.\nOnly Bank A may receive the results of Mean.\n';

/** A control plane in this process with three registered banks and a published policy. */
export class Consortium {
  private constructor(
    readonly controlPlane: ControlPlane,
    readonly home: string,
    readonly key: string,
    readonly admin: ApiClient,
    readonly nodes: Readonly<Record<'a' | 'b' | 'c', TestNode>>,
    readonly policy: string,
  ) {}

  static async open(databaseUrl: string, home: string, environment: Record<string, string> = {}): Promise<Consortium> {
    const controlPlane = await startControlPlane(testConfig(databaseUrl, home, environment));
    const key = operatorKey(home);
    const admin = new ApiClient(operator(controlPlane.httpPort, key));
    const nodes = { a: new TestNode('Bank A'), b: new TestNode('Bank B'), c: new TestNode('Bank C') };
    for (const node of Object.values(nodes)) {
      const { token } = await admin.createEnrolmentToken({ node: node.name });
      await node.register(admin, token);
    }
    const { digest } = await admin.publishPolicy({ file: 'credit.policy', source: POLICY });
    return new Consortium(controlPlane, home, key, admin, nodes, digest);
  }

  client(node: TestNode): ApiClient {
    return node.client(this.controlPlane.gatewayPort);
  }

  /** A job of Bank A's, signed by Bank B and so authorised. */
  async authorised(wishes: Parameters<TestNode['job']>[1] = {}): Promise<{ jws: string; digest: string; id: string }> {
    const job = this.nodes.a.job(this.policy, wishes);
    await this.admin.submitJob(job.jws);
    await this.admin.approve(job.id, this.nodes.b.about('approval', job, this.policy));
    return job;
  }

  async untilState(id: string, ...states: JobState[]): Promise<JobView> {
    const deadline = Date.now() + 90_000;
    for (;;) {
      const view = await this.admin.job(id);
      if (states.includes(view.state)) return view;
      if (Date.now() > deadline) throw new Error(`job \`${id}\` is \`${view.state}\` (${view.code ?? ''} ${view.reason ?? ''}), not ${states.join(' or ')}`);
      await new Promise((wake) => setTimeout(wake, 25));
    }
  }

  /** Resolves once everything that was committed before has its leaf: leaves get their place after the commits, in their order. */
  async untilLogged(): Promise<void> {
    const marker = `Marker ${randomUUID()}`;
    await this.admin.createEnrolmentToken({ node: marker, validForMinutes: 1 });
    for (const deadline = Date.now() + 90_000; (await this.admin.auditEntries({ subject: nodeIdOf(marker) })).items.length === 0; await new Promise((wake) => setTimeout(wake, 20))) {
      if (Date.now() > deadline) throw new Error('the sequencer does not write');
    }
  }

  stop(): Promise<void> {
    return this.controlPlane.stop();
  }
}

/** The code of the problem that `act` ends in. */
export async function codeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return 'no problem';
  } catch (error) {
    return (error as ApiError).code ?? String(error);
  }
}
