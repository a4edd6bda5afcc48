import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type SealedShare } from '#contract';
import { programByName } from '#program';
import { jobDigestIn } from '#testing';
import { slowWay } from './support/slow-way.js';
import { accepted, banks, gateway, held, homeOf, incomes, mean, meanJob, offerTo, playedForAll, released, resultOf, values, world } from './support/worker-processes.js';

/** Workers in sessions, from an offer to a receipt. Real worker processes with real homes, against a gateway that this spec plays. */

playedForAll();

test('three workers verify an offer, compute, and only the receiver learns the mean', async () => {
  const running = await held(offerTo(banks, meanJob()));
  const receipts = await released(running);
  const { result, suite, rounds } = resultOf('Bank A', running.id);
  expect(result).toEqual({ mean: expect.closeTo(mean, 6) as number, count: values.length });
  expect(suite).toBe('additive-z64');
  expect(rounds).toBeGreaterThan(0);
  expect(new Set(receipts.map(({ transcript }) => transcript)).size).toBe(1);
  expect(new Set(receipts.map(({ plan }) => plan)).size).toBe(1);
  for (const other of ['Bank B', 'Bank C']) expect(() => resultOf(other, running.id)).toThrow('ENOENT');
  expect(statSync(join(homeOf('Bank A'), 'results', `${running.id}.json`)).mode & 0o777).toBe(0o600);
});

test('a linear score runs on disclosed row counts, in the order of the rows', async () => {
  const program = { name: 'Linear Score', digest: programByName('Linear Score')!.digest };
  const inputs = [{ node: 'Bank A', dataset: 'Weights', role: 'model' }, { node: 'Bank C', dataset: 'Loans', role: 'rows' }];
  const parties = ['Bank A', 'Bank C'];
  const running = await held(offerTo(parties, world.job('Bank C', { program, inputs, parties, parameters: {}, receivers: ['Bank C'] })));
  await released(running);
  const { result } = resultOf('Bank C', running.id);
  expect((result.scores as number[]).map((score) => score.toFixed(4))).toEqual(incomes['Bank C'].map((income) => (income * 0.5 + 0.25).toFixed(4)));
});

test('a receiver that is no party adds up sealed shares, which the control plane cannot replace', async () => {
  const running = await held(offerTo(banks, meanJob({ receivers: ['Auditor'] })));
  const sealing = Promise.all(banks.map(async (node) => (await gateway.next(node, 'sealed')).shares));
  await released(running);
  const shares = (await sealing).flat();
  const deliver = (altered: SealedShare[]): void =>
    gateway.send('Auditor', { type: 'sealed', job: running.id, attempt: 1, bundle: running.bundle, accepts: running.accepts, shares: altered });
  deliver([{ ...shares[0], from: 'Bank B' }, ...shares.slice(1)]);
  expect(await gateway.next('Auditor', 'aborted')).toMatchObject({ code: 'CS0745' });
  deliver([{ ...shares[0], kemCiphertext: shares[1].kemCiphertext, ciphertext: shares[1].ciphertext }, ...shares.slice(1)]);
  expect(await gateway.next('Auditor', 'aborted')).toMatchObject({ code: 'CS0150' });
  deliver(shares);
  await gateway.next('Auditor', 'delivered');
  expect(resultOf('Auditor', running.id).result).toEqual({ mean: expect.closeTo(mean, 6) as number, count: values.length });
});

test('a group below the minimum ends the session before anything is opened', async () => {
  const program = { name: 'Count', digest: programByName('Count')!.digest };
  const running = await accepted(offerTo(banks, meanJob({ program, parameters: {} })));
  for (const node of banks) expect(await gateway.next(node, 'aborted')).toMatchObject({ job: running.id, code: 'CS0707' });
  expect(() => resultOf('Bank A', running.id)).toThrow('ENOENT');
});

test('a link that is slower than a sentence of the policy allows ends the session at its start, and a job that no such sentence speaks of runs over it', async () => {
  for (const purpose of ['trading', 'risk monitoring']) {
    const running = offerTo(banks, meanJob({ purpose }));
    const accepts = await Promise.all(banks.map(async (node) => (await gateway.next(node, 'accept')).statement));
    const { endpoint, rows } = JSON.parse(Buffer.from(accepts[1].split('.')[1], 'base64url').toString()) as { endpoint: string; rows: unknown[] };
    // Bank A reaches Bank B on a way that takes 700 ms there and back.
    const slow = await slowWay(Number(endpoint.split(':')[1]), 350);
    const detour = world.sign('Bank B', { type: 'accept', job: jobDigestIn(running.bundle.job), attempt: 1, policy: world.policy.digest, endpoint: `127.0.0.1:${slow.port}`, rows });
    for (const node of banks) gateway.send(node, { type: 'start', job: running.id, attempt: 1, accepts: node === 'Bank A' ? [accepts[0], detour, accepts[2]] : accepts });
    if (purpose === 'trading') {
      for (const node of banks) expect(await gateway.next(node, 'aborted')).toMatchObject({ job: running.id, sharesSent: false, ...(node === 'Bank C' ? { code: 'CS0736' } : { code: 'CS0739', blame: node === 'Bank A' ? 'Bank B' : 'Bank A' }) });
    } else {
      for (const node of banks) await gateway.next(node, 'held');
      await released({ ...running, accepts: [] });
    }
    slow.close();
  }
});

test('a start with an accept that is not of this attempt connects nobody', async () => {
  const running = offerTo(banks, meanJob());
  const accepts = await Promise.all(banks.map(async (node) => (await gateway.next(node, 'accept')).statement));
  const other = world.sign('Bank C', { type: 'accept', job: jobDigestIn(running.bundle.job), attempt: 7, policy: world.policy.digest, endpoint: '127.0.0.1:1', rows: [] });
  gateway.send('Bank A', { type: 'start', job: running.id, attempt: 1, accepts: [...accepts.slice(0, 2), other] });
  expect(await gateway.next('Bank A', 'aborted')).toMatchObject({ code: 'CS0371', sharesSent: false });
  gateway.send('Bank B', { type: 'start', job: running.id, attempt: 1, accepts: [accepts[0], world.sign('Bank B', { type: 'accept', job: jobDigestIn(running.bundle.job), attempt: 1, policy: world.policy.digest, endpoint: '127.0.0.1:1', rows: [] }), accepts[2]] });
  expect(await gateway.next('Bank B', 'aborted')).toMatchObject({ code: 'CS0747', sharesSent: false });
  gateway.send('Bank C', { type: 'abort', job: running.id, attempt: 1, code: 'CS0700', reason: 'others stopped' });
});
