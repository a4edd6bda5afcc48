import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DataSource } from 'typeorm';
import { verifyAudit } from '../apps/cli/src/actions/verify-audit.js';
import { goOnWithout } from '../apps/control-plane/src/dispatch/vanishing.js';
import { lockJob } from '../apps/control-plane/src/jobs/transition.js';
import { type JobSpec, type JobView, type ToWorker } from '../libs/contract/src/index.js';
import { Consortium } from './support/consortium.js';
import { TestDatabases } from './support/databases.js';
import { stoppedAfterEach } from './support/in-use.js';
import { PLAN, TestNode, type Behaviour, type TestWorker } from './support/test-node.js';

/** What the control plane does when parties vanish, with workers that report what a spec wants: see `vanishing.e2e-spec.ts` for real ones. */

let databases: TestDatabases;
beforeAll(async () => {
  databases = await TestDatabases.start();
});
afterAll(() => databases?.stop());
const { use } = stoppedAfterEach();

const NAMES = ['Bank A', 'Bank B', 'Bank C', 'Bank D', 'Bank E'] as const;
/** After its start a control plane waits ten seconds for workers to come back. */
const WITHIN_MS = 90_000;

interface Setting {
  readonly parties?: number;
  readonly suite?: JobSpec['suite'];
  readonly receivers?: readonly string[];
  readonly behave?: Behaviour;
  readonly policy?: string;
}

/** Banks of which some compute a Mean, and workers of theirs that go as far as they are told. */
class World {
  private constructor(readonly banks: Consortium, readonly nodes: readonly TestNode[], readonly workers: readonly TestWorker[], readonly id: string, readonly digest: string) {}

  static async open({ parties = 5, suite = 'shamir-p61', receivers = ['Bank A'], behave = 'hold', policy = 'Allow anyone to compute.\n' }: Setting): Promise<World> {
    const banks = use(await Consortium.open(await databases.fresh(), databases.newHome()));
    const more = NAMES.slice(3).map((name) => new TestNode(name));
    for (const node of more) await node.register(banks.admin, (await banks.admin.createEnrolmentToken({ node: node.name })).token);
    const { digest: policyDigest } = await banks.admin.publishPolicy({ file: 'vanishing.policy', source: policy });
    const nodes = [...Object.values(banks.nodes), ...more];
    const job = nodes[0].job(policyDigest, { inputs: nodes.slice(0, parties).map(({ name }) => ({ node: name, dataset: 'Loans', role: 'rows' })), receivers: [...receivers], suite, security: { model: 'semi-honest', majority: suite === 'additive-z64' ? 'dishonest' : 'honest' } });
    const workers = await Promise.all(nodes.map((node) => node.connect(banks.controlPlane.gatewayPort, { behave })));
    use({ stop: () => workers.forEach((worker) => worker.close()) });
    await banks.admin.submitJob(job.jws);
    return new World(banks, nodes, workers, job.id, job.digest);
  }

  readonly until = (...states: JobView['state'][]): Promise<JobView> => this.banks.untilState(this.id, ...states);
  async about(party: number, more: object): Promise<void> {
    const worker = this.workers[party];
    await worker.acked(worker.report({ job: this.id, attempt: 1, ...more } as never));
  }
  readonly leaves = (party: number, code = 'CS0744'): Promise<void> => this.about(party, { type: 'aborted', code, reason: 'gone', sharesSent: true });
  readonly held = (party: number): Promise<void> => this.about(party, { type: 'held', plan: PLAN });
  readonly finishes = (party: number): Promise<void> => this.about(party, { type: 'finished', receipt: this.workers[party].receiptStatement(this.digest, 1) });
  readonly told = (party: number, type: ToWorker['type']): Promise<ToWorker> => this.workers[party].until((message) => message.type === type);
  /** How many leaves of this type are in the log, with all that was committed before. */
  async leaf(type: string): Promise<number> {
    await this.banks.untilLogged();
    let count = 0;
    for await (const entry of this.banks.admin.everyAuditEntry()) if (entry.type === type) count += 1;
    return count;
  }
  async audited(): Promise<Awaited<ReturnType<typeof verifyAudit>>> {
    const { origin, logVkey } = this.banks.controlPlane.serviceInfo;
    // A checkpoint is signed every second.
    for (;;) {
      const report = await verifyAudit(this.banks.admin, { origin, vkey: logVkey });
      if (report.size === (await this.banks.admin.auditEntries({ limit: 200 })).items.length) return report;
      await new Promise((wake) => setTimeout(wake, 100));
    }
  }
}

const names = (view: JobView): string[] => (view.vanished ?? []).map(({ node }) => node);

describe('a party that leaves a session of an honest majority', () => {
  test('while the others compute: they hold, open and sign without it; the log says so, limits are charged, and it is told', async () => {
    const world = await World.open({ behave: 'run', policy: 'Allow anyone to compute.\nLimit everyone to 5 computations per year.\n' });
    await world.until('running');
    await world.leaves(1);
    expect(await world.told(1, 'abort')).toMatchObject({ job: world.id, attempt: 1, code: 'CS0682' });
    expect(await world.until('running')).toMatchObject({ vanished: [{ node: 'Bank B', attempt: 1, code: 'CS0744' }] });
    for (const party of [0, 2, 3]) await world.held(party);
    expect((await world.banks.admin.job(world.id)).state).toBe('running');
    // What it says from now on moves nothing.
    await world.held(1);
    await world.leaves(1, 'CS0737');
    expect((await world.banks.admin.job(world.id)).state).toBe('running');
    await world.held(4);
    await world.until('held');
    for (const party of [0, 2, 3, 4]) await world.finishes(party);
    const view = await world.until('released');
    expect([names(view), view.receipts.map(({ node }) => node)]).toEqual([['Bank B'], ['Bank A', 'Bank C', 'Bank D', 'Bank E']]);
    expect((await world.banks.admin.limits()).map(({ used }) => used)).toEqual(['1']);
    const report = await world.audited();
    expect([report.findings, report.vanished.map(({ job, party, suite, parties }) => [job, party, suite, parties])]).toEqual([[], [[world.id, 'bank-b', 'shamir-p61', 5]]]);
    // A worker that comes back when all is over learns of it, too, with its session or without.
    const late = await world.nodes[1].connect(world.banks.controlPlane.gatewayPort, { behave: 'silent', sessions: [{ job: world.id, attempt: 1 }] });
    expect(await late.until(({ type }) => type === 'abort')).toMatchObject({ job: world.id, code: 'CS0682' });
    late.close();
    const back = await world.nodes[1].connect(world.banks.controlPlane.gatewayPort, { behave: 'silent' });
    back.report({ type: 'aborted', job: world.id, attempt: 1, code: 'CS0744', reason: 'restarted', sharesSent: true });
    expect(await back.until(({ type }) => type === 'abort')).toMatchObject({ job: world.id, code: 'CS0682' });
    expect((await world.banks.admin.job(world.id)).state).toBe('released');
    back.close();
  });

  test('because its connection is gone, one as two, and with a third the job is aborted', async () => {
    const world = await World.open({ behave: 'run' });
    await world.until('running');
    world.workers[3].close();
    world.workers[4].close();
    const deadline = Date.now() + WITHIN_MS;
    while (names(await world.banks.admin.job(world.id)).length < 2 && Date.now() < deadline) await new Promise((wake) => setTimeout(wake, 50));
    expect(await world.until('running')).toMatchObject({ vanished: [{ node: 'Bank D', code: 'CS0751' }, { node: 'Bank E', code: 'CS0751' }] });
    await world.leaves(2, 'CS0734');
    expect(await world.until('aborted')).toMatchObject({ code: 'CS0734' });
    for (const party of [0, 1]) expect(await world.told(party, 'abort')).toMatchObject({ code: 'CS0734' });
    expect((await world.audited()).findings).toEqual([]);
  });

  test('after it has held: what the others hold is opened without it', async () => {
    const world = await World.open({});
    await world.until('held');
    await world.leaves(4, 'CS0734');
    for (const party of [0, 1, 2, 3]) await world.finishes(party);
    expect(names(await world.until('released'))).toEqual(['Bank E']);
    expect((await world.audited()).findings).toEqual([]);
  });

  test('and comes back without its session: it is not let in again', async () => {
    const world = await World.open({ behave: 'run' });
    await world.until('running');
    world.workers[1].close();
    const back = await world.nodes[1].connect(world.banks.controlPlane.gatewayPort, { behave: 'silent' });
    expect(await back.until(({ type }) => type === 'abort')).toMatchObject({ job: world.id, code: 'CS0682' });
    expect(await world.until('running')).toMatchObject({ vanished: [{ node: 'Bank B', code: 'CS0754' }] });
    back.close();
  });

  test.each<[string, Behaviour, boolean, readonly string[]]>([
    ['before it holds the outputs: duties to delete are owed by the other alone', 'run', false, ['Bank A']],
    ['with the outputs, before all hold them: so too', 'run', true, ['Bank A']],
    ['once all are told to open: it may have the result, and owes its deletion', 'hold', true, ['Bank A', 'Bank B']],
  ])('as one of two receivers, %s', async (_, behave, holds, owing) => {
    const world = await World.open({ behave, receivers: ['Bank A', 'Bank B'], policy: 'Allow anyone to compute.\nResults of Mean must be deleted after 30 days.\n' });
    await world.until(behave === 'run' ? 'running' : 'held');
    if (behave === 'run' && holds) await world.held(1);
    await world.leaves(1);
    if (behave === 'run') for (const party of [0, 2, 3, 4]) await world.held(party);
    await world.until('held');
    for (const party of [0, 2, 3, 4]) await world.finishes(party);
    const view = await world.until('released');
    expect(view.duties.map(({ kind, by }) => [kind, by])).toEqual([['delete', owing]]);
  });

  test('is waited for no more, whoever finds out next that it is gone, and how far it was is not shown', async () => {
    const world = await World.open({ behave: 'run' });
    await world.until('running');
    const progress = { type: 'progress', phase: 'online', done: 1, of: 2, bytes: 3 };
    for (const party of [0, 1]) await world.about(party, progress);
    await world.leaves(1);
    await world.about(1, { ...progress, done: 2 });
    expect((await world.banks.admin.job(world.id)).progress.map(({ node, done }) => [node, done])).toEqual([['Bank A', 1]]);
    const again = await world.banks.controlPlane.application.get(DataSource).transaction(async (manager) => goOnWithout(manager, (await lockJob(manager, world.id))!, ['Bank B'], 'CS0751'));
    expect([again, await world.leaf('session.vanished'), names(await world.until('running'))]).toEqual([true, 1, ['Bank B']]);
  });

  test.each<[string, (world: World) => unknown]>([
    ['says so', (world) => world.leaves(1)],
    ['is found to be gone', (world) => world.workers[1].close()],
  ])('and %s when the others hold outputs of different plans: the job is aborted', async (_, leave) => {
    const world = await World.open({ behave: 'run' });
    await world.until('running');
    for (const party of [0, 2, 3]) await world.held(party);
    await world.about(4, { type: 'held', plan: 'b'.repeat(64) });
    await leave(world);
    expect(await world.until('aborted')).toMatchObject({ code: 'CS0755' });
    expect((await world.audited()).findings).toEqual([]);
  });

  test('only when all have accepted, and only when it is one of the parties', async () => {
    const world = await World.open({ behave: 'run' });
    await world.until('running');
    const database = world.banks.controlPlane.application.get(DataSource);
    const goesOn = (state: string, gone: readonly string[]): Promise<boolean> => database.transaction(async (manager) => {
      const job = (await lockJob(manager, world.id))!;
      const goes = await goOnWithout(manager, { ...job, state: state as JobView['state'] }, gone, 'CS0751');
      // Whatever came of it is taken back.
      throw goes;
    }).catch((goes: unknown) => goes as boolean);
    expect(await Promise.all(['accepted', 'running', 'held'].map((state) => goesOn(state, ['Bank B', 'Bank C'])))).toEqual([true, true, true]);
    expect(await Promise.all(['authorised', 'offered', 'released', 'aborted'].map((state) => goesOn(state, ['Bank B'])))).toEqual([false, false, false, false]);
    for (const gone of [['Bank Z'], ['Bank B', 'Bank Z'], ['Bank B', 'Bank C', 'Bank D']]) expect(await goesOn('running', gone)).toBe(false);
  });

  test.each<[string, Setting, (world: World) => Promise<void>, object]>([
    ['as the only receiver', { receivers: ['Bank B'] }, async (world) => { await world.until('held'); await world.leaves(1); }, { code: 'CS0744' }],
    ['before it began', { behave: 'accept' }, async (world) => { await world.until('accepted'); await world.leaves(1); }, { code: 'CS0744' }],
    ['in a suite that needs all', { suite: 'additive-z64' }, async (world) => { await world.until('held'); await world.leaves(1); }, { code: 'CS0744' }],
    ['in a suite of three that needs all', { suite: 'replicated-z64', parties: 3 }, async (world) => { await world.until('held'); await world.leaves(1); }, { code: 'CS0744' }],
    ['for a reason that the others share', {}, async (world) => { await world.until('held'); await world.leaves(1, 'CS0707'); }, { code: 'CS0707' }],
  ])('%s: the job is aborted', async (_, setting, leave, expected) => {
    const world = await World.open(setting);
    await leave(world);
    const view = await world.until('aborted');
    expect([view, view.vanished, await world.leaf('session.vanished')]).toEqual([expect.objectContaining(expected), undefined, 0]);
    expect((await world.audited()).findings).toEqual([]);
  });
});
