import { describe, expect, test } from '@jest/globals';
import { DataSource } from 'typeorm';
import { fromBase64Url } from '#pqc';
import { leafHash, MerkleTree, verifyConsistency, verifyInclusion } from '#tlog';
import { Gateway } from '../apps/control-plane/src/dispatch/gateway.js';
import { codeOf } from './support/consortium.js';
import { openedForAll } from './support/opened-consortium.js';

/** A control plane, from a request to its end. */

const world = openedForAll();
const { gateway, leavesOf } = world;

describe('a computation from request to release', () => {
  test('is decided, signed, offered, run and released, and the log proves it', async () => {
    const { a, b } = world.banks.nodes;
    const [workerA, workerB] = [await a.connect(gateway()), await b.connect(gateway())];
    const job = a.job(world.banks.policy);
    const submitted = await world.banks.client(a).submitJob(job.jws);
    expect(submitted.state).toBe('needs_signatures');
    expect(submitted.decision.canSign).toEqual(['Bank B']);
    expect((await world.banks.admin.jobs({ waitingFor: 'Bank B' })).items.map(({ id }) => id)).toContain(job.id);
    await world.banks.client(b).approve(job.id, b.about('approval', job, world.banks.policy));
    const view = await world.banks.untilState(job.id, 'released');
    expect(view.history.map(({ to }) => to)).toEqual(['submitted', 'needs_signatures', 'authorised', 'offered', 'accepted', 'running', 'held', 'released']);
    expect(view.receipts.map(({ node }) => node)).toEqual(['Bank A', 'Bank B']);
    expect(view.progress).toContainEqual({ node: 'Bank A', phase: 'online', done: 1, of: 2, bytes: 100 });
    workerA.close();
    workerB.close();
  });

  test('shows how far each party is, as it is told, and takes neither what is malformed nor too much of it', async () => {
    const { a, b, c } = world.banks.nodes;
    const [worker, other, stranger] = [await a.connect(gateway(), { behave: 'run' }), await b.connect(gateway(), { behave: 'run' }), await c.connect(gateway())];
    const job = a.job(world.banks.policy);
    await world.banks.admin.submitJob(job.jws);
    await world.banks.admin.approve(job.id, b.about('approval', job, world.banks.policy));
    await world.banks.untilState(job.id, 'running');
    const seen: unknown[] = [];
    const watching = (async () => {
      for await (const event of world.banks.admin.watchJob(job.id)) seen.push(event.type === 'state' ? event.event.to : event.progress);
    })();
    const seenUntil = async (is: (event: unknown) => boolean): Promise<void> => {
      for (const deadline = Date.now() + 60_000; !seen.some(is); await new Promise((wake) => setTimeout(wake, 20))) if (Date.now() > deadline) throw new Error(`waited in vain after ${JSON.stringify(seen)}`);
    };
    await seenUntil((event) => event === 'running');
    const at = (index: number, change: object = {}) => ({ type: 'progress', job: job.id, attempt: 1, phase: 'online', done: index, of: 900, bytes: 7, stage: [{ kind: 'step', index, of: 900, name: 'a name' }], ...change }) as const;
    await worker.acked(worker.report(at(1) as never));
    const shown = { node: 'Bank A', phase: 'online', done: 1, of: 900, bytes: 7, stage: [{ kind: 'step', index: 1, of: 900, name: 'a name' }] };
    expect((await world.banks.admin.job(job.id)).progress).toEqual([shown]);
    await seenUntil((event) => JSON.stringify(event) === JSON.stringify(shown));
    // Of another attempt, or of a node that takes no part.
    await worker.acked(worker.report(at(5, { attempt: 2 }) as never));
    await stranger.acked(stranger.report(at(5) as never));
    expect((await world.banks.admin.job(job.id)).progress).toEqual([shown]);
    // All are acknowledged; the last of too many are not even looked at, if they come within eight seconds.
    const ids = Array.from({ length: 800 }, (_, i) => worker.report(at(2 + i) as never));
    for (const id of ids) await worker.acked(id);
    const [{ done }] = (await world.banks.admin.job(job.id)).progress;
    expect(done).toBeGreaterThan(100);
    expect(done).toBeLessThan(801);
    expect(await (await fetch(`http://127.0.0.1:${world.banks.controlPlane.httpPort}/metrics`)).text()).toMatch(/countersign_progress_dropped_total [1-9]/);
    (worker as unknown as { socket: { send(text: string): void } }).socket.send(JSON.stringify({ ...at(9), id: '11111111-1111-4111-8111-111111111111', done: 901 }));
    expect(await worker.closed).toBe(4008);
    expect((await world.banks.admin.job(job.id)).state).toBe('running');
    await world.banks.client(a).cancelJob(job.id);
    await watching;
    expect(seen.slice(0, 3)).toEqual(['submitted', 'needs_signatures', 'authorised']);
    expect(seen).toContainEqual(shown);
    expect(seen.at(-1)).toBe('cancelled');
    for (const each of [other, stranger]) each.close();
  });

  test('a receiver that computes nothing gets every share, sealed to it', async () => {
    const { a, b, c } = world.banks.nodes;
    // Bank A computes with Bank B for itself alone; here Bank B and C compute and Bank A receives.
    const job = a.job(world.banks.policy, { inputs: [b, c].map(({ name }) => ({ node: name, dataset: 'Loans', role: 'rows' })) });
    await world.banks.admin.submitJob(job.jws);
    await world.banks.admin.approve(job.id, b.about('approval', job, world.banks.policy));
    const [receiver, ...parties] = [await a.connect(gateway()), await b.connect(gateway(), { behave: 'hold' }), await c.connect(gateway(), { behave: 'hold' })];
    await world.banks.untilState(job.id, 'held');
    for (const [index, party] of parties.entries()) {
      await party.until(({ type }) => type === 'open');
      party.report({ type: 'sealed', job: job.id, attempt: 1, shares: [{ job: job.id, attempt: 1, from: [b, c][index].name, to: a.name, kemCiphertext: 'AA', ciphertext: 'AA' }] });
      party.report({ type: 'finished', job: job.id, attempt: 1, receipt: party.receiptStatement(job.digest, 1) });
    }
    const sealed = await receiver.until(({ type }) => type === 'sealed');
    expect(sealed).toMatchObject({ job: job.id, shares: [{ from: 'Bank B' }, { from: 'Bank C' }] });
    receiver.report({ type: 'delivered', job: job.id, attempt: 1 });
    await world.banks.untilState(job.id, 'released');
    for (const worker of [receiver, ...parties]) worker.close();
  });

  test.each<[string, (share: (to: string) => object) => readonly object[] | undefined]>([
    ['two shares to it', (share) => [share('Bank A'), share('Bank A')]],
    ['none', () => []],
    ['one to a party besides', (share) => [share('Bank A'), share('Bank C')]],
    ['nothing before it is done', () => undefined],
  ])('a party that seals %s ends the job, and is named', async (_, sealed) => {
    const { a, b, c } = world.banks.nodes;
    const job = a.job(world.banks.policy, { inputs: [b, c].map(({ name }) => ({ node: name, dataset: 'Loans', role: 'rows' })) });
    await world.banks.admin.submitJob(job.jws);
    await world.banks.admin.approve(job.id, b.about('approval', job, world.banks.policy));
    const workers = [await a.connect(gateway()), await b.connect(gateway(), { behave: 'hold' }), await c.connect(gateway(), { behave: 'hold' })];
    await world.banks.untilState(job.id, 'held');
    const party = workers[1];
    await party.until(({ type, ...about }) => type === 'open' && (about as { job: string }).job === job.id);
    const shares = sealed((to) => ({ job: job.id, attempt: 1, from: b.name, to, kemCiphertext: 'AA', ciphertext: 'AA' }));
    if (shares) party.report({ type: 'sealed', job: job.id, attempt: 1, shares } as never);
    else party.report({ type: 'finished', job: job.id, attempt: 1, receipt: party.receiptStatement(job.digest, 1) });
    const view = await world.banks.untilState(job.id, 'aborted');
    expect(view).toMatchObject({ code: 'CS0759', reason: expect.stringContaining('`Bank B`') as unknown });
    expect(workers[0].received.some(({ type }) => type === 'sealed')).toBe(false);
    for (const worker of workers) worker.close();
  });

  test('a denied job keeps the sentence that denies it', async () => {
    const job = world.banks.nodes.c.job(world.banks.policy);
    const view = await world.banks.admin.submitJob(job.jws);
    expect(view.state).toBe('denied');
    expect(view.code).toBe('CS0300');
    expect(view.reason).toBe(view.decision.summary);
    expect((await leavesOf(job.id)).map(({ type }) => type)).toEqual(['job.submitted', 'job.denied']);
  });

  test('the same job sent twice is one job', async () => {
    const job = world.banks.nodes.a.job(world.banks.policy);
    const [first, second] = await Promise.all([world.banks.admin.submitJob(job.jws), world.banks.admin.submitJob(job.jws)]);
    expect(second.id).toBe(first.id);
    expect((await leavesOf(job.id)).filter(({ type }) => type === 'job.submitted')).toHaveLength(1);
  });
});

describe('a job ends early', () => {
  test('when its requester cancels it, and not when another node does', async () => {
    const { a, c } = world.banks.nodes;
    const job = a.job(world.banks.policy);
    await world.banks.admin.submitJob(job.jws);
    expect(await codeOf(world.banks.client(c).cancelJob(job.id))).toBe('CS0436');
    expect(await world.banks.client(a).cancelJob(job.id, 'not needed')).toMatchObject({ state: 'cancelled', code: 'CS0437', reason: 'cancelled by `Bank A`: not needed' });
    expect((await world.banks.client(a).cancelJob(job.id)).state).toBe('cancelled');
  });

  test('when it expires', async () => {
    const job = world.banks.nodes.a.job(world.banks.policy);
    const { spec } = await world.banks.admin.submitJob(job.jws);
    const database = world.banks.controlPlane.application.get(DataSource);
    expect(await database.query('SELECT expires_at AS "expiresAt" FROM jobs WHERE id = $1', [job.id])).toEqual([{ expiresAt: new Date(spec.expiresAt) }]);
    // As when that moment has come.
    await database.query('UPDATE jobs SET expires_at = now() WHERE id = $1', [job.id]);
    expect(await world.banks.untilState(job.id, 'expired')).toMatchObject({ code: 'CS0421' });
  });

  test('when a worker refuses, and the others are told', async () => {
    const { a, b } = world.banks.nodes;
    const workers = [await a.connect(gateway(), { behave: 'accept' }), await b.connect(gateway(), { behave: 'refuse' })];
    const job = await world.banks.authorised();
    expect(await world.banks.untilState(job.id, 'refused')).toMatchObject({ code: 'CS0350', reason: expect.stringContaining('`Bank B`') });
    expect(await workers[0].until(({ type }) => type === 'abort')).toMatchObject({ job: job.id, code: 'CS0350' });
    for (const worker of workers) worker.close();
  });

  test('when a worker aborts: the reason names it and whom it blames', async () => {
    const { a, b } = world.banks.nodes;
    const workers = [await a.connect(gateway(), { behave: 'run' }), await b.connect(gateway(), { behave: 'run' })];
    const job = await world.banks.authorised();
    await world.banks.untilState(job.id, 'running');
    workers[0].report({ type: 'aborted', job: job.id, attempt: 1, code: 'CS0730', reason: 'a share does not fit', blame: 'Bank B', sharesSent: true });
    expect(await world.banks.untilState(job.id, 'aborted')).toMatchObject({ code: 'CS0730', reason: '`Bank A`: a share does not fit (it blames `Bank B`)' });
    expect(await workers[1].until(({ type }) => type === 'abort')).toMatchObject({ job: job.id, attempt: 1 });
    for (const worker of workers) worker.close();
  });

  test('when a party is gone for three seconds, or comes back without the session', async () => {
    const { a, b } = world.banks.nodes;
    const workers = [await a.connect(gateway(), { behave: 'run' }), await b.connect(gateway(), { behave: 'run' })];
    const [gone, lost] = [await world.banks.authorised(), await world.banks.authorised()];
    await world.banks.untilState(gone.id, 'running');
    await world.banks.untilState(lost.id, 'running');
    workers[1].close();
    const back = await b.connect(gateway(), { behave: 'silent', sessions: [{ job: gone.id, attempt: 1 }] });
    expect(await world.banks.untilState(lost.id, 'aborted')).toMatchObject({ code: 'CS0754' });
    expect((await world.banks.admin.job(gone.id)).state).toBe('running');
    back.close();
    expect(await world.banks.untilState(gone.id, 'aborted')).toMatchObject({ code: 'CS0751', reason: '`Bank B` is not connected' });
    workers[0].close();
  });

  test('and a party that skips steps moves nothing: no session without every Accept', async () => {
    const { a, b } = world.banks.nodes;
    const workers = [await a.connect(gateway(), { behave: 'silent' }), await b.connect(gateway(), { behave: 'obey' })];
    const job = await world.banks.authorised();
    await workers[0].until((message) => message.type === 'offer' && message.job === job.id);
    await workers[0].acked(workers[0].report({ type: 'running', job: job.id, attempt: 1 }));
    await workers[0].acked(workers[0].report({ type: 'held', job: job.id, attempt: 1, plan: 'a'.repeat(64) }));
    const { state, history } = await world.banks.admin.job(job.id);
    expect([state, history.some(({ to }) => to === 'accepted')]).toEqual(['offered', false]);
    await world.banks.admin.cancelJob(job.id);
    for (const worker of workers) worker.close();
  });

  test('and what is said of jobs that there are not is not kept', async () => {
    const worker = await world.banks.nodes.a.connect(gateway(), { behave: 'silent' });
    for (let i = 0; i < 20; i++) await worker.acked(worker.report({ type: 'progress', job: `job_${'0'.repeat(18)}${10 + i}`, attempt: 1, phase: 'online', done: 1, of: 2, bytes: 1 }));
    const sockets = Reflect.get(world.banks.controlPlane.application.get(Gateway), 'sockets') as ReadonlyMap<string, { readonly told: ReadonlyMap<string, unknown> }>;
    const told = (): number => [...sockets.values()].reduce((sum, socket) => sum + socket.told.size, 0);
    const deadline = Date.now() + 60_000;
    while (told() > 0 && Date.now() < deadline) await new Promise((wake) => setTimeout(wake, 50));
    expect(told()).toBe(0);
    worker.close();
  });

  test('and reports of another attempt, or of a stranger, have no effect', async () => {
    const { a, b, c } = world.banks.nodes;
    const workers = [await a.connect(gateway(), { behave: 'run' }), await b.connect(gateway(), { behave: 'run' }), await c.connect(gateway())];
    const job = await world.banks.authorised();
    await world.banks.untilState(job.id, 'running');
    await workers[2].acked(workers[2].report({ type: 'aborted', job: job.id, attempt: 1, code: 'CS0730', reason: 'no party', sharesSent: true }));
    await workers[0].acked(workers[0].report({ type: 'aborted', job: job.id, attempt: 2, code: 'CS0730', reason: 'no such attempt', sharesSent: true }));
    const twice = workers[0].report({ type: 'held', job: job.id, attempt: 1, plan: 'a'.repeat(64) });
    await workers[0].acked(workers[0].report({ type: 'held', job: job.id, attempt: 1, plan: 'a'.repeat(64) }, twice));
    expect((await world.banks.admin.job(job.id)).state).toBe('running');
    workers[1].report({ type: 'held', job: job.id, attempt: 1, plan: 'c'.repeat(64) });
    expect(await world.banks.untilState(job.id, 'aborted')).toMatchObject({ code: 'CS0755' });
    for (const worker of workers) worker.close();
  });
});

describe('the audit log', () => {
  test('of everything above verifies from its leaves alone, with proofs', async () => {
    const { leaves, report, root: signed, size } = await world.opened.signedLog();
    expect(report.findings).toEqual([]);
    expect(report.leavesOfType['session.released']).toBe(2);
    const root = Buffer.from(signed, 'hex');
    const inclusion = (await world.banks.admin.inclusionProof(3, size)).hashes.map(fromBase64Url);
    expect(verifyInclusion({ index: 3, size, leafHash: leafHash(leaves[3]), root, proof: inclusion })).toBe(true);
    const oldRoot = new MerkleTree(leaves.slice(0, 9).map(leafHash)).root();
    const consistency = (await world.banks.admin.consistencyProof(9, size)).hashes.map(fromBase64Url);
    expect(verifyConsistency({ oldSize: 9, oldRoot, newSize: size, newRoot: root, proof: consistency })).toBe(true);
    expect(await codeOf(world.banks.admin.inclusionProof(size + 1_000, size + 1_001))).toBe('CS0800');
  });
});
