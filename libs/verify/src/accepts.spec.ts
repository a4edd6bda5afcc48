import { programByName } from '#program';
import { Consortium, jobDigestIn } from '#testing';
import { verifyAccepts } from './accepts.js';
import { verifyBundle, type VerifiedJob } from './bundle.js';
import { VerificationError } from './errors.js';
import { planVerified, sessionIdOf } from './plan.js';

const now = new Date('2026-11-22T10:00:00.000Z');
const names = ['Bank A', 'Bank B'];
const world = new Consortium({
  nodes: [...names, 'Bank C'], policy: 'Allow anyone to compute.', now,
  datasets: (node) => node === 'Bank A'
    ? [{ name: 'Weights', tags: [], maxRows: 1, columns: { income: { type: 'number', min: '-1', max: '1' }, intercept: { type: 'number', min: '-1', max: '1' } } }]
    : [{ name: 'Loans', tags: [], maxRows: 16, columns: { income: { type: 'number', min: '0', max: '1000' } } }],
});
const verified = (job: string): VerifiedJob => verifyBundle(world.bundle(job), { pins: world.pins, acceptedPolicies: new Set([world.policy.digest]), now });

const mean = world.job('Bank B', { parties: ['Bank B', 'Bank C'], inputs: ['Bank B', 'Bank C'].map((node) => ({ node, dataset: 'Loans', role: 'rows' })) });
const score = world.job('Bank A', {
  program: { name: 'Linear Score', digest: programByName('Linear Score')!.digest }, parameters: {}, parties: names,
  inputs: [{ node: 'Bank A', dataset: 'Weights', role: 'model' }, { node: 'Bank B', dataset: 'Loans', role: 'rows' }],
});

const accept = (signer: string, job: string, fields: Record<string, unknown> = {}): string =>
  world.sign(signer, { type: 'accept', job: jobDigestIn(job), attempt: 1, policy: world.policy.digest, endpoint: '127.0.0.1:7000', rows: [], ...fields });
const rowsOf = (rows: number): Record<string, unknown> => ({ rows: [{ dataset: 'Loans', rows }] });

function codeOf(job: string, accepts: readonly string[]): string {
  try {
    verifyAccepts(accepts, verified(job), { attempt: 1, now });
    return 'accepted';
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    return error.code;
  }
}

test.each<[string, () => string[], string]>([
  ['one of each party', () => [accept('Bank B', mean), accept('Bank C', mean)], 'accepted'],
  ['a missing party', () => [accept('Bank B', mean)], 'CS0372'],
  ['a party twice', () => [accept('Bank B', mean), accept('Bank B', mean), accept('Bank C', mean)], 'CS0372'],
  ['a node that is no party', () => [accept('Bank B', mean), accept('Bank C', mean), accept('Bank A', mean)], 'CS0372'],
  ['another attempt', () => [accept('Bank B', mean), accept('Bank C', mean, { attempt: 2 })], 'CS0371'],
  ['another job', () => [accept('Bank B', mean), accept('Bank C', score)], 'CS0371'],
  ['another policy', () => [accept('Bank B', mean), accept('Bank C', mean, { policy: '0'.repeat(64) })], 'CS0371'],
  ['an accept signed by another node', () => [accept('Bank B', mean), world.sign('Bank C', { type: 'accept', job: jobDigestIn(mean), attempt: 1, policy: world.policy.digest, endpoint: '127.0.0.1:1', rows: [] }, world.node('Bank A').approval)], 'CS0370'],
  ['an endpoint that is none', () => [accept('Bank B', mean), accept('Bank C', mean, { endpoint: 'http://127.0.0.1' })], 'CS0370'],
  ['row counts that are to stay hidden', () => [accept('Bank B', mean, rowsOf(3)), accept('Bank C', mean)], 'CS0373'],
])('accepts with %s', (_, accepts, code) => {
  expect(codeOf(mean, accepts())).toBe(code);
});

test('row counts are stated by the owner of the rows alone, within the registered bound', () => {
  const job = score;
  expect(codeOf(job, [accept('Bank A', job), accept('Bank B', job, rowsOf(5))])).toBe('accepted');
  expect(codeOf(job, [accept('Bank A', job), accept('Bank B', job)])).toBe('CS0373');
  expect(codeOf(job, [accept('Bank A', job), accept('Bank B', job, rowsOf(17))])).toBe('CS0373');
  expect(codeOf(job, [accept('Bank A', job, rowsOf(5)), accept('Bank B', job, rowsOf(5))])).toBe('CS0373');
  const { rows } = verifyAccepts([accept('Bank A', job), accept('Bank B', job, rowsOf(5))], verified(job), { attempt: 1, now });
  expect(planVerified(verified(job), rows).plan.outputs[0].length).toBe(5);
});

test('a session id differs with job, attempt and plan', () => {
  const ids: [string, number, string][] = [['a'.repeat(64), 1, 'b'.repeat(64)], ['a'.repeat(64), 2, 'b'.repeat(64)], ['c'.repeat(64), 1, 'b'.repeat(64)], ['a'.repeat(64), 1, 'd'.repeat(64)]];
  const all = ids.map((id) => Buffer.from(sessionIdOf(...id)).toString('hex'));
  expect(new Set(all).size).toBe(4);
  expect(all[0]).toHaveLength(64);
});
