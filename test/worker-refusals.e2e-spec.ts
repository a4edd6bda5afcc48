import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jobIdOf } from '#contract';
import { programByName } from '#program';
import { jobDigestIn } from '#testing';
import { accept, banks, bundleOf, gateway, held, homeOf, incomes, inMs, kill, meanJob, offerTo, playedForAll, refusalOf, released, type Running, startWorker, world } from './support/worker-processes.js';

/** What workers refuse, whatever a control plane offers. Real worker processes with real homes, against a gateway that this spec plays. */

playedForAll();

test('what an operator has not accepted, or bad data, is refused with code and place', async () => {
  const path = join(homeOf('Bank C'), 'loans.csv');
  writeFileSync(path, 'income\n5\n4321.5\n');
  offerTo(['Bank C'], meanJob());
  const refusal = await refusalOf('Bank C');
  expect(refusal.code).toMatch(/^CS05/);
  expect(refusal.reason).toMatch(/income/);
  expect(refusal.reason).not.toMatch(/4321/);
  writeFileSync(path, `income\n${incomes['Bank C'].join('\n')}\n`);

  accept('Bank C', '0'.repeat(64));
  offerTo(['Bank C'], meanJob());
  expect(await refusalOf('Bank C')).toMatchObject({ code: 'CS0350' });
  accept('Bank C', world.policy.digest);

  const unsigned = meanJob();
  offerTo(['Bank C'], unsigned, 1, world.bundle(unsigned));
  expect(await refusalOf('Bank C')).toMatchObject({ code: 'CS0361' });
});

test('an attempt is accepted once, and never after a later one', async () => {
  const job = meanJob();
  const first = offerTo(['Bank B'], job, 2);
  await gateway.next('Bank B', 'accept');
  gateway.send('Bank B', { type: 'abort', job: first.id, attempt: 2, code: 'CS0700', reason: 'changed its mind' });
  for (const attempt of [2, 1]) {
    offerTo(['Bank B'], job, attempt);
    expect(await refusalOf('Bank B')).toMatchObject({ code: 'CS0740' });
  }
  offerTo(['Bank B'], job, 3);
  await gateway.next('Bank B', 'accept');
  gateway.send('Bank B', { type: 'abort', job: first.id, attempt: 3, code: 'CS0700', reason: 'changed its mind' });
});

test('one request is computed once: what ran is refused under every other attempt, also when it is over or the worker was restarted', async () => {
  const job = meanJob();
  const running = await held(offerTo(banks, job));
  await released(running);
  offerTo(['Bank C'], job, 2, running.bundle);
  expect(await refusalOf('Bank C')).toMatchObject({ code: 'CS0748' });
  await kill('Bank C', 'SIGTERM');
  await startWorker('Bank C');
  offerTo(['Bank C'], job, 3, running.bundle);
  expect(await refusalOf('Bank C')).toMatchObject({ code: 'CS0748' });
});

test('a control plane cannot go back to a policy that the operator has replaced, or to an older registration of the node itself', async () => {
  const policies = join(homeOf('Bank C'), 'policies.json');
  const entry = (digest: string, version: number) => ({ digest, version, file: 'test.policy', at: new Date().toISOString() });
  writeFileSync(policies, JSON.stringify({ accepted: [entry(world.policy.digest, 1), entry('0'.repeat(64), 2)] }));
  offerTo(['Bank C'], meanJob());
  expect(await refusalOf('Bank C')).toMatchObject({ code: 'CS0350' });
  accept('Bank C', world.policy.digest);

  const job = meanJob();
  const bundle = bundleOf(job);
  const newer = world.registration('Bank C', { version: 2 });
  offerTo(['Bank C'], job, 1, { ...bundle, registrations: [...bundle.registrations.filter((jws) => jws !== bundle.registrations[2]), newer] });
  await gateway.next('Bank C', 'accept');
  gateway.send('Bank C', { type: 'abort', job: jobIdOf(jobDigestIn(job)), attempt: 1, code: 'CS0700', reason: 'changed its mind' });
  offerTo(['Bank C'], meanJob());
  expect(await refusalOf('Bank C')).toMatchObject({ code: 'CS0335' });
  const peers = JSON.parse(readFileSync(join(homeOf('Bank C'), 'peers.json'), 'utf8')) as Record<string, { version?: number }>;
  delete peers['Bank C'].version;
  writeFileSync(join(homeOf('Bank C'), 'peers.json'), JSON.stringify(peers));
});

test('what was signed on this node against a job counts, also when the control plane keeps it to itself', async () => {
  const path = join(homeOf('Bank B'), 'own-statements.json');
  for (const type of ['veto', 'withdrawal'] as const) {
    const job = meanJob();
    const bundle = bundleOf(job);
    writeFileSync(path, JSON.stringify({ statements: [{ job: jobDigestIn(job), type, statement: world.about(type, 'Bank B', job), expiresAt: inMs(60_000) }] }));
    offerTo(['Bank B'], job, 1, bundle);
    expect(await refusalOf('Bank B')).toMatchObject({ code: type === 'veto' ? 'CS0360' : 'CS0361' });
  }
  rmSync(path);
});

test('a limit holds by the count of each worker, whatever the control plane offers and however often it is restarted', async () => {
  const sum = (): string => meanJob({ program: { name: 'Sum', digest: programByName('Sum')!.digest } });
  const counted = (node: string): string[] => readFileSync(join(homeOf(node), 'state/uses.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { digest: string; takenBack?: true }).filter(({ takenBack }) => !takenBack).map(({ digest }) => digest);
  const [first, second, third] = [sum(), sum(), sum()];
  await released(await held(offerTo(banks, first)));
  // Offered while there is room for one of the two: both are accepted.
  const start = async (running: Running): Promise<() => void> => {
    const accepts = await Promise.all(banks.map(async (node) => (await gateway.next(node, 'accept')).statement));
    return () => { for (const node of banks) gateway.send(node, { type: 'start', job: running.id, attempt: 1, accepts }); };
  };
  const two = offerTo(banks, second);
  const startTwo = await start(two);
  const running = offerTo(banks, third);
  const startThree = await start(running);
  startTwo();
  for (const node of banks) await gateway.next(node, 'held');
  startThree();
  for (const node of banks) expect(await gateway.next(node, 'aborted')).toMatchObject({ job: running.id, code: 'CS0749', sharesSent: false, reason: expect.stringContaining('Limit Bank A to 2 computations of Sum per year.') as string });
  await released({ ...two, accepts: [] });
  await kill('Bank C', 'SIGTERM');
  await startWorker('Bank C');
  for (const node of ['Bank A', 'Bank C']) {
    offerTo([node], sum());
    expect(await refusalOf(node)).toMatchObject({ code: 'CS0360', reason: expect.stringContaining('2 of 2 computations are used until') as string });
    expect(counted(node)).toEqual(expect.arrayContaining([first, second].map(jobDigestIn)));
    expect(counted(node)).not.toContain(jobDigestIn(third));
  }
});
