import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SigningKey } from '#pqc';
import { GatewayDouble } from '#testing';
import { banks, bundleOf, gateway, held, homeOf, kill, meanJob, nameOf, offerTo, playedForAll, pointHomeAt, released, restartGateway, resultOf, root, startWorker, stoppedOf, workers } from './support/worker-processes.js';

/** How sessions end early, and workers and gateways. Real worker processes with real homes, against a gateway that this spec plays. */

playedForAll();

test('an attempt that is given up says what had left: nothing before its start, perhaps something after', async () => {
  const before = offerTo(banks, meanJob());
  for (const node of banks) await gateway.next(node, 'accept');
  const after = await held(offerTo(banks, meanJob()));
  for (const { id } of [before, after]) gateway.send('Bank B', { type: 'abort', job: id, attempt: 1, code: 'CS0700', reason: 'cancelled' });
  expect(await stoppedOf('Bank B', [before.id, after.id])).toEqual([false, true]);
  for (const node of ['Bank A', 'Bank C']) {
    expect(await gateway.next(node, 'aborted')).toMatchObject({ job: after.id, code: 'CS0736', sharesSent: true });
    gateway.send(node, { type: 'abort', job: before.id, attempt: 1, code: 'CS0700', reason: 'cancelled' });
    expect(await stoppedOf(node, [before.id])).toEqual([false]);
  }
});

test('an attempt that is given up ends for all parties, and one that takes too long ends by itself', async () => {
  const given = await held(offerTo(banks, meanJob()));
  gateway.send('Bank A', { type: 'abort', job: given.id, attempt: 1, code: 'CS0700', reason: 'cancelled' });
  for (const node of ['Bank B', 'Bank C']) expect(await gateway.next(node, 'aborted')).toMatchObject({ job: given.id, code: 'CS0736' });
  // An order that comes too late changes nothing.
  gateway.send('Bank A', { type: 'open', job: given.id, attempt: 1 });
  const job = meanJob();
  const late = await held(offerTo(banks, job, 1, bundleOf(job), 8_000));
  const codes = await Promise.all(banks.map(async (node) => (await gateway.next(node, 'aborted')).code));
  expect(codes).toContain('CS0733');
  expect(codes.every((code) => code === 'CS0733' || code === 'CS0736')).toBe(true);
  expect(() => resultOf('Bank A', late.id)).toThrow('ENOENT');
});

test('reports that are not acknowledged are sent again after the control plane is back', async () => {
  gateway.acknowledges = false;
  const running = await held(offerTo(banks, meanJob()));
  await restartGateway();
  for (const node of banks) {
    const hello = await gateway.next(node, 'hello');
    expect(hello.sessions).toContainEqual({ job: running.id, attempt: 1 });
    for (const type of ['accept', 'running', 'held'] as const) expect(await gateway.next(node, type)).toMatchObject({ job: running.id });
  }
  expect(await released(running)).toHaveLength(3);
  await gateway.next('Auditor', 'hello');
  const unacknowledged = (): string[] => banks.flatMap((node) => readdirSync(join(homeOf(node), 'state/reports')));
  for (const deadline = Date.now() + 60_000; unacknowledged().length > 0 && Date.now() < deadline; ) await new Promise((wake) => setTimeout(wake, 50));
  expect(unacknowledged()).toEqual([]);
});

test('a worker killed in a session: the others abort, it says so when it is back, and the next job runs', async () => {
  const running = await held(offerTo(banks, meanJob()));
  await kill('Bank B', 'SIGKILL');
  for (const node of ['Bank A', 'Bank C']) expect(await gateway.next(node, 'aborted')).toMatchObject({ job: running.id, blame: 'Bank B', sharesSent: true });
  await startWorker('Bank B');
  expect(await gateway.next('Bank B', 'aborted')).toMatchObject({ job: running.id, attempt: 1, code: 'CS0744' });
  await released(await held(offerTo(banks, meanJob())));
});

test('a worker that is asked to end tells everybody first', async () => {
  const running = await held(offerTo(banks, meanJob()));
  expect(await kill('Bank C', 'SIGTERM')).toBe(0);
  expect(await gateway.next('Bank C', 'aborted')).toMatchObject({ job: running.id, code: 'CS0744' });
  expect(await gateway.next('Bank A', 'aborted')).toMatchObject({ job: running.id, code: 'CS0736' });
  await startWorker('Bank C');
});

test('a control plane with another key than the pinned one gets nothing', async () => {
  const impostor = await GatewayDouble.start(SigningKey.generate('ML-DSA-65'), nameOf);
  await kill('Auditor', 'SIGTERM');
  pointHomeAt('Auditor', impostor.port);
  const worker = fork(join(root, 'dist/apps/worker/src/main.js'), ['--home', homeOf('Auditor'), '--with-parent'], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [], env: { PATH: process.env.PATH } });
  workers.set('Auditor', worker);
  const [line] = (await once(worker.stderr!, 'data')) as [Buffer];
  expect(line.toString()).toContain('CS0722');
  expect(impostor.isConnected('Auditor')).toBe(false);
  await kill('Auditor', 'SIGTERM');
  await impostor.stop();
});
