import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DataSource } from 'typeorm';
import { type AuditEntry, nodeIdOf, TRANSITIONS } from '#contract';
import { fromBase64Url } from '#pqc';
import { type ProgramDefinition, programJson } from '#program';
import { auditLog, leafHash, MerkleTree, verifyConsistency, verifyInclusion } from '#tlog';
import { Gateway } from '../apps/control-plane/src/dispatch/gateway.js';
import { program } from '../libs/program/src/author.js';
import { codeOf, Consortium, POLICY } from './support/consortium.js';
import { TestDatabases } from './support/databases.js';
import { LOANS, newKeys, TestNode } from './support/test-node.js';

let databases: TestDatabases;
let banks: Consortium;
beforeAll(async () => {
  databases = await TestDatabases.start();
  banks = await Consortium.open(await databases.fresh(), databases.newHome());
});
afterAll(async () => {
  await banks?.stop();
  await databases?.stop();
});
const gateway = (): number => banks.controlPlane.gatewayPort;
let markers = 0;
const leavesOf = async (subject: string): Promise<AuditEntry[]> => {
  // The sequencer runs after the commits, in their order: once a leaf written now is there, all earlier ones are.
  const marker = `Marker ${(markers += 1)}`;
  await banks.admin.createEnrolmentToken({ node: marker, validForMinutes: 1 });
  const deadline = Date.now() + 60_000;
  while ((await banks.admin.auditEntries({ subject: nodeIdOf(marker) })).items.length === 0) {
    if (Date.now() > deadline) throw new Error('the sequencer does not write');
    await new Promise((wake) => setTimeout(wake, 20));
  }
  return (await banks.admin.auditEntries({ subject, limit: 200 })).items;
};

describe('published programs', () => {
  /** A program of about a megabyte. */
  const large = (name: string): ProgramDefinition => program({ name, opens: 'The receivers learn one number.' }, ({ constant, open, rows }) => {
    open('x', constant(Array.from({ length: 60_000 }, () => 1)).sum().plus(rows.count));
  });

  test('take so much room and no more, as whoever lists them reads all', async () => {
    const { a } = banks.nodes;
    const publish = (definition: ProgramDefinition) =>
      banks.client(a).publishProgram({ statement: a.statement('program-publication', { program: { name: definition.name, digest: definition.digest } }), definition: programJson(definition) });
    for (let i = 0; i < 18; i++) expect((await publish(large(`Large ${i}`))).name).toBe(`Large ${i}`);
    expect(await codeOf(publish(large('Large 18')))).toBe('CS0448');
    expect(await codeOf(publish(large('LARGE 0')))).toBe('CS0447');
    expect((await publish(large('Large 0'))).name).toBe('Large 0');
  });
});

describe('a computation from request to release', () => {
  test('is decided, signed, offered, run and released, and the log proves it', async () => {
    const { a, b } = banks.nodes;
    const [workerA, workerB] = [await a.connect(gateway()), await b.connect(gateway())];
    const job = a.job(banks.policy);
    const submitted = await banks.client(a).submitJob(job.jws);
    expect(submitted.state).toBe('needs_signatures');
    expect(submitted.decision.canSign).toEqual(['Bank B']);
    expect((await banks.admin.jobs({ waitingFor: 'Bank B' })).items.map(({ id }) => id)).toContain(job.id);
    await banks.client(b).approve(job.id, b.about('approval', job, banks.policy));
    const view = await banks.untilState(job.id, 'released');
    expect(view.history.map(({ to }) => to)).toEqual(['submitted', 'needs_signatures', 'authorised', 'offered', 'accepted', 'running', 'held', 'released']);
    expect(view.receipts.map(({ node }) => node)).toEqual(['Bank A', 'Bank B']);
    expect(view.progress).toContainEqual({ node: 'Bank A', phase: 'online', done: 1, of: 2, bytes: 100 });
    workerA.close();
    workerB.close();
  });

  test('shows how far each party is, as it is told, and takes neither what is malformed nor too much of it', async () => {
    const { a, b, c } = banks.nodes;
    const [worker, other, stranger] = [await a.connect(gateway(), { behave: 'run' }), await b.connect(gateway(), { behave: 'run' }), await c.connect(gateway())];
    const job = a.job(banks.policy);
    await banks.admin.submitJob(job.jws);
    await banks.admin.approve(job.id, b.about('approval', job, banks.policy));
    await banks.untilState(job.id, 'running');
    const seen: unknown[] = [];
    const watching = (async () => {
      for await (const event of banks.admin.watchJob(job.id)) seen.push(event.type === 'state' ? event.event.to : event.progress);
    })();
    const seenUntil = async (is: (event: unknown) => boolean): Promise<void> => {
      for (const deadline = Date.now() + 60_000; !seen.some(is); await new Promise((wake) => setTimeout(wake, 20))) if (Date.now() > deadline) throw new Error(`waited in vain after ${JSON.stringify(seen)}`);
    };
    await seenUntil((event) => event === 'running');
    const at = (index: number, change: object = {}) => ({ type: 'progress', job: job.id, attempt: 1, phase: 'online', done: index, of: 900, bytes: 7, stage: [{ kind: 'step', index, of: 900, name: 'a name' }], ...change }) as const;
    await worker.acked(worker.report(at(1) as never));
    const shown = { node: 'Bank A', phase: 'online', done: 1, of: 900, bytes: 7, stage: [{ kind: 'step', index: 1, of: 900, name: 'a name' }] };
    expect((await banks.admin.job(job.id)).progress).toEqual([shown]);
    await seenUntil((event) => JSON.stringify(event) === JSON.stringify(shown));
    // Of another attempt, or of a node that takes no part.
    await worker.acked(worker.report(at(5, { attempt: 2 }) as never));
    await stranger.acked(stranger.report(at(5) as never));
    expect((await banks.admin.job(job.id)).progress).toEqual([shown]);
    // All are acknowledged; the last of too many are not even looked at, if they come within eight seconds.
    const ids = Array.from({ length: 800 }, (_, i) => worker.report(at(2 + i) as never));
    for (const id of ids) await worker.acked(id);
    const [{ done }] = (await banks.admin.job(job.id)).progress;
    expect(done).toBeGreaterThan(100);
    expect(done).toBeLessThan(801);
    expect(await (await fetch(`http://127.0.0.1:${banks.controlPlane.httpPort}/metrics`)).text()).toMatch(/countersign_progress_dropped_total [1-9]/);
    (worker as unknown as { socket: { send(text: string): void } }).socket.send(JSON.stringify({ ...at(9), id: '11111111-1111-4111-8111-111111111111', done: 901 }));
    expect(await worker.closed).toBe(4008);
    expect((await banks.admin.job(job.id)).state).toBe('running');
    await banks.client(a).cancelJob(job.id);
    await watching;
    expect(seen.slice(0, 3)).toEqual(['submitted', 'needs_signatures', 'authorised']);
    expect(seen).toContainEqual(shown);
    expect(seen.at(-1)).toBe('cancelled');
    for (const each of [other, stranger]) each.close();
  });

  test('a receiver that computes nothing gets every share, sealed to it', async () => {
    const { a, b, c } = banks.nodes;
    // Bank A computes with Bank B for itself alone; here Bank B and C compute and Bank A receives.
    const job = a.job(banks.policy, { inputs: [b, c].map(({ name }) => ({ node: name, dataset: 'Loans', role: 'rows' })) });
    await banks.admin.submitJob(job.jws);
    await banks.admin.approve(job.id, b.about('approval', job, banks.policy));
    const [receiver, ...parties] = [await a.connect(gateway()), await b.connect(gateway(), { behave: 'hold' }), await c.connect(gateway(), { behave: 'hold' })];
    await banks.untilState(job.id, 'held');
    for (const [index, party] of parties.entries()) {
      await party.until(({ type }) => type === 'open');
      party.report({ type: 'sealed', job: job.id, attempt: 1, shares: [{ job: job.id, attempt: 1, from: [b, c][index].name, to: a.name, kemCiphertext: 'AA', ciphertext: 'AA' }] });
      party.report({ type: 'finished', job: job.id, attempt: 1, receipt: party.receiptStatement(job.digest, 1) });
    }
    const sealed = await receiver.until(({ type }) => type === 'sealed');
    expect(sealed).toMatchObject({ job: job.id, shares: [{ from: 'Bank B' }, { from: 'Bank C' }] });
    receiver.report({ type: 'delivered', job: job.id, attempt: 1 });
    await banks.untilState(job.id, 'released');
    for (const worker of [receiver, ...parties]) worker.close();
  });

  test.each<[string, (share: (to: string) => object) => readonly object[] | undefined]>([
    ['two shares to it', (share) => [share('Bank A'), share('Bank A')]],
    ['none', () => []],
    ['one to a party besides', (share) => [share('Bank A'), share('Bank C')]],
    ['nothing before it is done', () => undefined],
  ])('a party that seals %s ends the job, and is named', async (_, sealed) => {
    const { a, b, c } = banks.nodes;
    const job = a.job(banks.policy, { inputs: [b, c].map(({ name }) => ({ node: name, dataset: 'Loans', role: 'rows' })) });
    await banks.admin.submitJob(job.jws);
    await banks.admin.approve(job.id, b.about('approval', job, banks.policy));
    const workers = [await a.connect(gateway()), await b.connect(gateway(), { behave: 'hold' }), await c.connect(gateway(), { behave: 'hold' })];
    await banks.untilState(job.id, 'held');
    const party = workers[1];
    await party.until(({ type, ...about }) => type === 'open' && (about as { job: string }).job === job.id);
    const shares = sealed((to) => ({ job: job.id, attempt: 1, from: b.name, to, kemCiphertext: 'AA', ciphertext: 'AA' }));
    if (shares) party.report({ type: 'sealed', job: job.id, attempt: 1, shares } as never);
    else party.report({ type: 'finished', job: job.id, attempt: 1, receipt: party.receiptStatement(job.digest, 1) });
    const view = await banks.untilState(job.id, 'aborted');
    expect(view).toMatchObject({ code: 'CS0759', reason: expect.stringContaining('`Bank B`') as unknown });
    expect(workers[0].received.some(({ type }) => type === 'sealed')).toBe(false);
    for (const worker of workers) worker.close();
  }, 30_000);

  test('a denied job keeps the sentence that denies it', async () => {
    const job = banks.nodes.c.job(banks.policy);
    const view = await banks.admin.submitJob(job.jws);
    expect(view.state).toBe('denied');
    expect(view.code).toBe('CS0300');
    expect(view.reason).toBe(view.decision.summary);
    expect((await leavesOf(job.id)).map(({ type }) => type)).toEqual(['job.submitted', 'job.denied']);
  });

  test('the same job sent twice is one job', async () => {
    const job = banks.nodes.a.job(banks.policy);
    const [first, second] = await Promise.all([banks.admin.submitJob(job.jws), banks.admin.submitJob(job.jws)]);
    expect(second.id).toBe(first.id);
    expect((await leavesOf(job.id)).filter(({ type }) => type === 'job.submitted')).toHaveLength(1);
  });
});

describe('a request for a job is refused', () => {
  const cases: [string, string, (a: TestNode) => string][] = [
    ['without inputs', 'CS0605', (a) => a.job(banks.policy, { inputs: [], parties: ['Bank A', 'Bank B'] }).jws],
    ['for an unknown program', 'CS0601', (a) => a.job(banks.policy, { program: 'Meen' }).jws],
    ['for a program with another digest', 'CS0432', (a) => a.job(banks.policy, { programDigest: 'f'.repeat(64) }).jws],
    ['with an unknown node', 'CS0431', (a) => a.job(banks.policy, { receivers: ['Bank Q'] }).jws],
    ['for an unknown data set', 'CS0611', (a) => a.job(banks.policy, { inputs: [{ node: 'Bank A', dataset: 'Loams', role: 'rows' }], parties: ['Bank A', 'Bank B'] }).jws],
    ['for an unknown column', 'CS0612', (a) => a.job(banks.policy, { parameters: { column: 'salary' } }).jws],
    ['whose party owns nothing of it', 'CS0610', (a) => a.job(banks.policy, { parties: ['Bank A', 'Bank C'] }).jws],
    ['under another policy', 'CS0426', (a) => a.job('e'.repeat(64)).jws],
    ['that has expired', 'CS0116', (a) => a.job(banks.policy, { expiresInMs: -500, issuedAgoMs: 60_000 }).jws],
    ['by an unregistered key', 'CS0430', () => new TestNode('Bank A').job(banks.policy).jws],
    ['with another’s name', 'CS0430', (a) => new TestNode('Bank B', a.keys).job(banks.policy).jws],
    ['with a signature that is not its own', 'CS0114', (a) => { const [job, other] = [a.job(banks.policy), a.job(banks.policy)]; return `${job.jws.split('.').slice(0, 2).join('.')}.${other.jws.split('.')[2]}`; }],
    ['that is no statement', 'CS0110', () => 'e30.e30.e30'],
  ];
  test.each(cases)('%s', async (_title, code, make) => {
    expect(await codeOf(banks.admin.submitJob(make(banks.nodes.a)))).toBe(code);
  });

  test('with a hint at the name that was meant', async () => {
    const problem = await banks.admin.submitJob(banks.nodes.a.job(banks.policy, { program: 'Meen' }).jws).catch((error: { problem: unknown }) => error.problem);
    expect(problem).toMatchObject({ status: 422, help: ['did you mean `Mean`?'] });
  });

  test('when another node carries it', async () => {
    expect(await codeOf(banks.client(banks.nodes.b).submitJob(banks.nodes.a.job(banks.policy).jws))).toBe('CS0434');
  });
});

describe('an approval', () => {
  type Job = { digest: string; id: string };
  let job: Job;
  beforeAll(async () => {
    job = banks.nodes.a.job(banks.policy);
    await banks.admin.submitJob((job as Job & { jws: string }).jws);
  });
  const cases: [string, string, () => string][] = [
    ['by a node that is not asked', 'CS0301', () => banks.nodes.c.about('approval', job, banks.policy)],
    ['for another job', 'CS0302', () => banks.nodes.b.about('approval', { digest: 'd'.repeat(64) }, banks.policy)],
    ['for another policy', 'CS0303', () => banks.nodes.b.about('approval', job, 'e'.repeat(64))],
    ['that has expired', 'CS0304', () => banks.nodes.b.about('approval', job, banks.policy, { expiresInMs: -500, issuedAgoMs: 60_000 })],
    ['by an unknown key', 'CS0305', () => new TestNode('Bank B').about('approval', job, banks.policy)],
    ['with another’s name', 'CS0305', () => banks.nodes.a.about('approval', job, banks.policy, { issuer: 'Bank B' })],
    ['that is a veto', 'CS0306', () => banks.nodes.b.about('veto', job, banks.policy)],
    ['signed with the link key', 'CS0305', () => banks.nodes.b.about('approval', job, banks.policy, { key: banks.nodes.b.keys.link })],
    ['with a changed field', 'CS0306', () => {
      const [head, payload, signature] = banks.nodes.b.about('approval', job, banks.policy).split('.');
      const changed = Buffer.from(payload, 'base64url').toString().replace('"issuedAt":"2', '"issuedAt":"1');
      return [head, Buffer.from(changed).toString('base64url'), signature].join('.');
    }],
  ];
  test.each(cases)('%s is refused and changes nothing', async (_title, code, make) => {
    expect(await codeOf(banks.admin.approve(job.id, make()))).toBe(code);
    expect(await banks.admin.job(job.id)).toMatchObject({ state: 'needs_signatures', signatures: [] });
  });

  test('sent twice, and signed twice, counts once and leaves one leaf', async () => {
    const { b } = banks.nodes;
    const approval = b.about('approval', job, banks.policy);
    const [first, second] = [await banks.admin.approve(job.id, approval), await banks.admin.approve(job.id, approval)];
    expect(second).toEqual(first);
    expect(first.state).toBe('authorised');
    // ML-DSA signatures of one payload differ: the statement is what counts.
    const [head, payload] = approval.split('.');
    const again = Buffer.from(b.keys.approval.sign(Buffer.from(`${head}.${payload}`))).toString('base64url');
    await banks.admin.approve(job.id, `${head}.${payload}.${again}`);
    // Nothing of the refused ones is in the log either.
    expect((await leavesOf(job.id)).map(({ type }) => type)).toEqual(['job.submitted', 'job.needs_signatures', 'approval.recorded', 'job.authorised']);
  });

  test('can be withdrawn until the session starts, and given again', async () => {
    const { b } = banks.nodes;
    expect((await banks.admin.withdraw(job.id, b.about('withdrawal', job, banks.policy, { issuedAgoMs: 0 }))).state).toBe('needs_signatures');
    expect((await banks.admin.approve(job.id, b.about('approval', job, banks.policy, { issuedAgoMs: -5 }))).state).toBe('authorised');
    expect(await codeOf(banks.admin.withdraw(job.id, banks.nodes.c.about('withdrawal', job, banks.policy)))).toBe('CS0309');
  });

  test('gives way to a veto, after which nothing is accepted', async () => {
    const { b } = banks.nodes;
    const view = await banks.admin.veto(job.id, b.about('veto', job, banks.policy));
    expect([view.state, view.reason]).toEqual(['denied', expect.stringContaining('Bank B')]);
    expect(await codeOf(banks.admin.approve(job.id, b.about('approval', job, banks.policy)))).toBe('CS0307');
  });

  test('that expires before the offer authorises nothing', async () => {
    const { a, b } = banks.nodes;
    const late = a.job(banks.policy, { notBefore: new Date(Date.now() + 6_500).toISOString() });
    const approval = b.about('approval', late, banks.policy, { expiresInMs: 5_000 });
    await banks.admin.submitJob(late.jws);
    expect((await banks.admin.approve(late.id, approval)).state).toBe('authorised');
    const workers = [await a.connect(gateway()), await b.connect(gateway())];
    const view = await banks.untilState(late.id, 'needs_signatures');
    expect(view.decision.canSign).toEqual(['Bank B']);
    for (const worker of workers) worker.close();
  });
});

describe('a job ends early', () => {
  test('when its requester cancels it, and not when another node does', async () => {
    const { a, c } = banks.nodes;
    const job = a.job(banks.policy);
    await banks.admin.submitJob(job.jws);
    expect(await codeOf(banks.client(c).cancelJob(job.id))).toBe('CS0436');
    expect(await banks.client(a).cancelJob(job.id, 'not needed')).toMatchObject({ state: 'cancelled', code: 'CS0437', reason: 'cancelled by `Bank A`: not needed' });
    expect((await banks.client(a).cancelJob(job.id)).state).toBe('cancelled');
  });

  test('when it expires', async () => {
    const job = banks.nodes.a.job(banks.policy);
    const { spec } = await banks.admin.submitJob(job.jws);
    const database = banks.controlPlane.application.get(DataSource);
    expect(await database.query('SELECT expires_at AS "expiresAt" FROM jobs WHERE id = $1', [job.id])).toEqual([{ expiresAt: new Date(spec.expiresAt) }]);
    // As when that moment has come.
    await database.query('UPDATE jobs SET expires_at = now() WHERE id = $1', [job.id]);
    expect(await banks.untilState(job.id, 'expired')).toMatchObject({ code: 'CS0421' });
  });

  test('when a worker refuses, and the others are told', async () => {
    const { a, b } = banks.nodes;
    const workers = [await a.connect(gateway(), { behave: 'accept' }), await b.connect(gateway(), { behave: 'refuse' })];
    const job = await banks.authorised();
    expect(await banks.untilState(job.id, 'refused')).toMatchObject({ code: 'CS0350', reason: expect.stringContaining('`Bank B`') });
    expect(await workers[0].until(({ type }) => type === 'abort')).toMatchObject({ job: job.id, code: 'CS0350' });
    for (const worker of workers) worker.close();
  });

  test('when a worker aborts: the reason names it and whom it blames', async () => {
    const { a, b } = banks.nodes;
    const workers = [await a.connect(gateway(), { behave: 'run' }), await b.connect(gateway(), { behave: 'run' })];
    const job = await banks.authorised();
    await banks.untilState(job.id, 'running');
    workers[0].report({ type: 'aborted', job: job.id, attempt: 1, code: 'CS0730', reason: 'a share does not fit', blame: 'Bank B', sharesSent: true });
    expect(await banks.untilState(job.id, 'aborted')).toMatchObject({ code: 'CS0730', reason: '`Bank A`: a share does not fit (it blames `Bank B`)' });
    expect(await workers[1].until(({ type }) => type === 'abort')).toMatchObject({ job: job.id, attempt: 1 });
    for (const worker of workers) worker.close();
  });

  test('when a party is gone for three seconds, or comes back without the session', async () => {
    const { a, b } = banks.nodes;
    const workers = [await a.connect(gateway(), { behave: 'run' }), await b.connect(gateway(), { behave: 'run' })];
    const [gone, lost] = [await banks.authorised(), await banks.authorised()];
    await banks.untilState(gone.id, 'running');
    await banks.untilState(lost.id, 'running');
    workers[1].close();
    const back = await b.connect(gateway(), { behave: 'silent', sessions: [{ job: gone.id, attempt: 1 }] });
    expect(await banks.untilState(lost.id, 'aborted')).toMatchObject({ code: 'CS0754' });
    expect((await banks.admin.job(gone.id)).state).toBe('running');
    back.close();
    const started = Date.now();
    expect(await banks.untilState(gone.id, 'aborted')).toMatchObject({ code: 'CS0751', reason: '`Bank B` is not connected' });
    expect(Date.now() - started).toBeLessThan(8_000);
    workers[0].close();
  });

  test('and a party that skips steps moves nothing: no session without every Accept', async () => {
    const { a, b } = banks.nodes;
    const workers = [await a.connect(gateway(), { behave: 'silent' }), await b.connect(gateway(), { behave: 'obey' })];
    const job = await banks.authorised();
    await workers[0].until((message) => message.type === 'offer' && message.job === job.id);
    await workers[0].acked(workers[0].report({ type: 'running', job: job.id, attempt: 1 }));
    await workers[0].acked(workers[0].report({ type: 'held', job: job.id, attempt: 1, plan: 'a'.repeat(64) }));
    const { state, history } = await banks.admin.job(job.id);
    expect([state, history.some(({ to }) => to === 'accepted')]).toEqual(['offered', false]);
    await banks.admin.cancelJob(job.id);
    for (const worker of workers) worker.close();
  });

  test('and what is said of jobs that there are not is not kept', async () => {
    const worker = await banks.nodes.a.connect(gateway(), { behave: 'silent' });
    for (let i = 0; i < 20; i++) await worker.acked(worker.report({ type: 'progress', job: `job_${'0'.repeat(18)}${10 + i}`, attempt: 1, phase: 'online', done: 1, of: 2, bytes: 1 }));
    const sockets = Reflect.get(banks.controlPlane.application.get(Gateway), 'sockets') as ReadonlyMap<string, { readonly told: ReadonlyMap<string, unknown> }>;
    const told = (): number => [...sockets.values()].reduce((sum, socket) => sum + socket.told.size, 0);
    const deadline = Date.now() + 60_000;
    while (told() > 0 && Date.now() < deadline) await new Promise((wake) => setTimeout(wake, 50));
    expect(told()).toBe(0);
    worker.close();
  });

  test('and reports of another attempt, or of a stranger, have no effect', async () => {
    const { a, b, c } = banks.nodes;
    const workers = [await a.connect(gateway(), { behave: 'run' }), await b.connect(gateway(), { behave: 'run' }), await c.connect(gateway())];
    const job = await banks.authorised();
    await banks.untilState(job.id, 'running');
    await workers[2].acked(workers[2].report({ type: 'aborted', job: job.id, attempt: 1, code: 'CS0730', reason: 'no party', sharesSent: true }));
    await workers[0].acked(workers[0].report({ type: 'aborted', job: job.id, attempt: 2, code: 'CS0730', reason: 'no such attempt', sharesSent: true }));
    const twice = workers[0].report({ type: 'held', job: job.id, attempt: 1, plan: 'a'.repeat(64) });
    await workers[0].acked(workers[0].report({ type: 'held', job: job.id, attempt: 1, plan: 'a'.repeat(64) }, twice));
    expect((await banks.admin.job(job.id)).state).toBe('running');
    workers[1].report({ type: 'held', job: job.id, attempt: 1, plan: 'c'.repeat(64) });
    expect(await banks.untilState(job.id, 'aborted')).toMatchObject({ code: 'CS0755' });
    for (const worker of workers) worker.close();
  });
});

describe('registration', () => {
  const enrol = async (name: string): Promise<string> => (await banks.admin.createEnrolmentToken({ node: name })).token;

  test('needs a token for this name, once', async () => {
    const [d, e] = [new TestNode('Bank D'), new TestNode('Bank E')];
    const token = await enrol('Bank D');
    expect(await codeOf(d.register(banks.admin, undefined))).toBe('CS0165');
    expect(await codeOf(e.register(banks.admin, token))).toBe('CS0165');
    expect(await d.register(banks.admin, token)).toMatchObject({ id: 'bank-d', version: 1, connected: false });
    expect(await codeOf(new TestNode('Bank F', newKeys()).register(banks.admin, token))).toBe('CS0165');
  });

  test('needs a right signature, fresh challenge and proof of every key', async () => {
    const node = new TestNode('Bank G');
    const token = await enrol('Bank G');
    const other = newKeys();
    const proof = await node.proof(banks.admin, node.registration(1));
    expect(await codeOf(banks.admin.register({ ...proof, token, proofs: { ...proof.proofs, link: proof.proofs.link.replace(/^..../, 'AAAA') } }))).toBe('CS0166');
    expect(await codeOf(banks.admin.register({ ...proof, token, proofs: { ...proof.proofs, witness: proof.proofs.witness.replace(/^..../, 'AAAA') } }))).toBe('CS0166');
    expect(await codeOf(banks.admin.register({ ...proof, token, proofs: { ...proof.proofs, sealing: 'A'.repeat(43) } }))).toBe('CS0166');
    const [head, payload] = proof.registration.split('.');
    const forged = `${head}.${payload}.${Buffer.from(other.approval.sign(Buffer.from(`${head}.${payload}`))).toString('base64url')}`;
    expect(await codeOf(banks.admin.register({ ...(await node.proof(banks.admin, forged)), token }))).toBe('CS0114');
    expect(await codeOf(banks.admin.register({ ...proof, token, challenge: crypto.randomUUID() }))).toBe('CS0164');
    await banks.admin.register({ ...proof, token });
    expect((await banks.admin.register({ ...proof, token })).version).toBe(1);
  });

  test('refuses a key that anybody has registered', async () => {
    const stolen = new TestNode('Bank H', { ...newKeys(), witness: banks.nodes.b.keys.witness });
    expect(await codeOf(stolen.register(banks.admin, await enrol('Bank H')))).toBe('CS0173');
    const { approval } = newKeys();
    const doubled = new TestNode('Bank I', { ...newKeys(), approval, link: approval });
    expect(await codeOf(doubled.register(banks.admin, await enrol('Bank I')))).toBe('CS0173');
  });

  test('refuses a name that looks like a registered one', async () => {
    expect(await codeOf(new TestNode('bank a').register(banks.admin, await enrol('bank a')))).toBe('CS0171');
  });

  test('takes a newer version under the same keys without a token', async () => {
    const { c } = banks.nodes;
    const view = await c.register(banks.client(c), undefined, 2, [LOANS, { ...LOANS, name: 'Cards' }]);
    expect([view.version, view.datasets.map(({ name }) => name)]).toEqual([2, ['Loans', 'Cards']]);
    expect(await codeOf(c.register(banks.client(c), undefined, 2, []))).toBe('CS0170');
    expect(await codeOf(new TestNode('Bank C').register(banks.admin, undefined, 3))).toBe('CS0171');
  });

  test('changes keys by rotation, which the old key signs', async () => {
    const d = new TestNode('Bank D2');
    await d.register(banks.admin, await enrol('Bank D2'));
    const worker = await d.connect(gateway());
    const next = newKeys();
    const registration = d.registration(2, [LOANS], next);
    const fields = { name: d.name, previousKid: d.keys.approval.kid, previousKey: Buffer.from(d.keys.approval.publicKey).toString('base64url'), registration };
    const proof = async () => d.proof(banks.admin, registration, next);
    const wrong = d.statement('key-rotation', fields, { key: next.approval });
    expect(await codeOf(banks.admin.rotate(d.id, { ...(await proof()), rotation: wrong }))).toBe('CS0113');
    const open = banks.nodes.a.job(banks.policy);
    await banks.admin.submitJob(open.jws);
    const view = await banks.admin.rotate(d.id, { ...(await proof()), rotation: d.statement('key-rotation', fields) });
    expect(view).toMatchObject({ version: 2, approvalKid: next.approval.kid, linkKid: next.link.kid });
    expect(await worker.closed).toBe(4003);
    await expect(d.connect(gateway())).rejects.toThrow('401');
    const rotated = new TestNode(d.name, next);
    (await rotated.connect(gateway())).close();
    expect((await banks.admin.job(open.id)).state).toBe('needs_signatures');
    expect((await leavesOf(d.id)).map(({ type }) => type)).toEqual(['enrolment.allowed', 'node.registered', 'node.updated', 'key.rotated']);
  });

  test('ends by revocation: the link is cut, open jobs are superseded, the name is not free again', async () => {
    const { a, b } = banks.nodes;
    const e = new TestNode('Bank Z');
    await e.register(banks.admin, await enrol('Bank Z'));
    const worker = await e.connect(gateway());
    const job = a.job(banks.policy, { inputs: [a, b, e].map(({ name }) => ({ node: name, dataset: 'Loans', role: 'rows' })) });
    expect((await banks.admin.submitJob(job.jws)).state).toBe('needs_signatures');
    expect(await banks.admin.revoke(e.id, 'left the consortium')).toMatchObject({ status: 'revoked', connected: expect.any(Boolean) });
    expect(await banks.admin.job(job.id)).toMatchObject({ state: 'superseded', code: 'CS0424' });
    expect(await worker.closed).toBe(4003);
    expect(await codeOf(e.client(gateway()).nodes())).toBe('CS0123');
    expect(await codeOf(e.register(banks.admin, await enrol('Bank Z'), 2))).toBe('CS0168');
  });
});

describe('policies', () => {
  test('a dry run decides and stores nothing', async () => {
    const ask = { as: 'Bank A', program: 'Mean', inputs: [{ node: 'Bank B', dataset: 'Loans', role: 'rows' }], receivers: ['Bank A'] };
    expect((await banks.admin.decide(ask)).outcome).toBe('needs_signatures');
    expect((await banks.admin.decide({ ...ask, signers: ['Bank B'] })).outcome).toBe('allow');
    expect((await banks.admin.decide({ ...ask, receivers: ['Bank C'] })).outcome).toBe('deny');
    expect(await codeOf(banks.admin.decide({ ...ask, as: 'Bank X' }))).toBe('CS0431');
  });

  test('one that does not compile is refused with its diagnostics', async () => {
    const problem = await banks.admin.publishPolicy({ file: 'bad.policy', source: 'Allow Bank A to compute only if Bank Bee signs.' }).catch((error: { problem: object }) => error.problem);
    expect(problem).toMatchObject({ status: 422, code: 'CS0425', diagnostics: [{ severity: 'error', span: { file: 'bad.policy' } }] });
    expect(await banks.admin.checkPolicy({ file: 'bad.policy', source: 'Allow Bank A to compute only if Bank Bee signs.' })).toMatchObject({ ok: false });
    expect(await banks.admin.checkPolicy({ file: 'p', source: POLICY })).toMatchObject({ ok: true, digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  test('a new one supersedes jobs that wait, visibly; the same again changes nothing', async () => {
    const { a, b } = banks.nodes;
    const waiting = a.job(banks.policy);
    await banks.admin.submitJob(waiting.jws);
    const next = await banks.admin.publishPolicy({ file: 'credit.policy', source: `${POLICY}Requesters must not sign their own jobs.\n` });
    const view = await banks.admin.job(waiting.id);
    expect([view.state, view.code, view.reason]).toEqual(['superseded', 'CS0422', `policy version ${next.version} was published`]);
    expect(await codeOf(banks.admin.approve(waiting.id, b.about('approval', waiting, banks.policy)))).toBe('CS0307');
    expect((await banks.admin.publishPolicy({ file: 'credit.policy', source: next.source })).version).toBe(next.version);
    expect((await banks.admin.policies()).map(({ version, inForce }) => [version, inForce])).toEqual([[1, false], [2, true]]);
    expect(await codeOf(banks.admin.submitJob(a.job(banks.policy).jws))).toBe('CS0426');
  });

  test('one that wants differential privacy allows it up to its epsilon, and what noise would drown is refused', async () => {
    const { a } = banks.nodes;
    const next = await banks.admin.publishPolicy({ file: 'credit.policy', source: `${POLICY}Every computation on Loans must use differential privacy with epsilon at most 0.5.\n` });
    const laplace = (epsilon: string) => ({ privacy: { mechanism: 'discrete-laplace', epsilon } }) as const;
    const ask = { as: 'Bank A', program: 'Mean', inputs: [{ node: 'Bank B', dataset: 'Loans', role: 'rows' }], receivers: ['Bank A'], signers: ['Bank B'] };
    for (const [privacy, outcome] of [[{}, 'deny'], [laplace('0.6'), 'deny'], [laplace('0.5'), 'allow']] as const) {
      expect((await banks.admin.decide({ ...ask, ...privacy })).outcome).toBe(outcome);
    }
    for (const [privacy, state] of [[{}, 'denied'], [laplace('0.51'), 'denied'], [laplace('0.5'), 'needs_signatures']] as const) {
      expect((await banks.admin.submitJob(a.job(next.digest, privacy).jws)).state).toBe(state);
    }
    expect(await codeOf(banks.admin.submitJob(a.job(next.digest, laplace('0.000001')).jws))).toBe('CS0631');
  });

  test('one that wants no LPN, or Module-LWE alone, allows what says so', async () => {
    const { a } = banks.nodes;
    const asking = (assumptions?: 'no-lpn' | 'module-lwe-only') => ({ security: { model: 'semi-honest', majority: 'dishonest', ...(assumptions && { assumptions }) } }) as const;
    const ask = { as: 'Bank A', program: 'Mean', inputs: [{ node: 'Bank B', dataset: 'Loans', role: 'rows' }], receivers: ['Bank A'], signers: ['Bank B'] };
    for (const [sentence, allowed] of [['use an LPN-free protocol', ['no-lpn', 'module-lwe-only']], ['rest on Module-LWE only', ['module-lwe-only']]] as const) {
      const next = await banks.admin.publishPolicy({ file: 'credit.policy', source: `${POLICY}Every computation on Loans must ${sentence}.\n` });
      for (const profile of [undefined, 'no-lpn', 'module-lwe-only'] as const) {
        const isAllowed = profile !== undefined && (allowed as readonly string[]).includes(profile);
        expect([sentence, profile, (await banks.admin.decide({ ...ask, ...asking(profile) })).outcome]).toEqual([sentence, profile, isAllowed ? 'allow' : 'deny']);
        expect([sentence, profile, (await banks.admin.submitJob(a.job(next.digest, asking(profile)).jws)).state]).toEqual([sentence, profile, isAllowed ? 'needs_signatures' : 'denied']);
      }
      expect((await banks.admin.decide(ask)).outcome).toBe('deny');
      // Of three parties with an honest majority nothing but links rests on any such problem, so that no word is needed.
      const parties = ['Bank A', 'Bank B', 'Bank C'];
      const honest = { parties, security: { model: 'semi-honest', majority: 'honest' } } as const;
      const inputs = parties.map((node) => ({ node, dataset: 'Loans', role: 'rows' }));
      for (const suite of ['auto', 'replicated-z64', 'shamir-p61'] as const) {
        expect([sentence, suite, (await banks.admin.decide({ ...ask, ...honest, suite, inputs })).outcome]).toEqual([sentence, suite, 'allow']);
        expect([sentence, suite, (await banks.admin.submitJob(a.job(next.digest, { ...honest, suite, inputs }).jws)).state]).toEqual([sentence, suite, 'needs_signatures']);
      }
      expect((await banks.admin.decide({ ...ask, ...honest, suite: 'additive-z64', inputs })).outcome).toBe('deny');
    }
  });
});

describe('the audit log', () => {
  test('of everything above verifies from its leaves alone, with proofs', async () => {
    let checkpoint = await banks.admin.checkpoint();
    // One is signed every second; it covers the two releases that are looked for.
    const covered = async (): Promise<boolean> => {
      const ends = (await banks.admin.auditEntries({ type: 'session.released' })).items;
      checkpoint = await banks.admin.checkpoint();
      return ends.length === 2 && ends.every(({ index }) => index < checkpoint.size);
    };
    for (const deadline = Date.now() + 60_000; !(await covered()); await new Promise((wake) => setTimeout(wake, 50))) if (Date.now() > deadline) throw new Error('no checkpoint covers what was released');
    const leaves: Uint8Array[] = [];
    for await (const entry of banks.admin.everyAuditEntry()) leaves.push(fromBase64Url(entry.leaf));
    const report = auditLog(checkpoint.note, leaves.slice(0, checkpoint.size), { logVkey: banks.controlPlane.serviceInfo.logVkey, transitions: TRANSITIONS });
    expect(report.findings).toEqual([]);
    expect(report.leavesOfType['session.released']).toBe(2);
    const { size } = checkpoint;
    const root = Buffer.from(checkpoint.root, 'hex');
    const inclusion = (await banks.admin.inclusionProof(3, size)).hashes.map(fromBase64Url);
    expect(verifyInclusion({ index: 3, size, leafHash: leafHash(leaves[3]), root, proof: inclusion })).toBe(true);
    const oldRoot = new MerkleTree(leaves.slice(0, 9).map(leafHash)).root();
    const consistency = (await banks.admin.consistencyProof(9, size)).hashes.map(fromBase64Url);
    expect(verifyConsistency({ oldSize: 9, oldRoot, newSize: size, newRoot: root, proof: consistency })).toBe(true);
    expect(await codeOf(banks.admin.inclusionProof(size + 1_000, size + 1_001))).toBe('CS0800');
  });
});
