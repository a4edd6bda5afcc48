import type { JobSpec, SignedDataset } from '#contract';
import { Consortium } from '#testing';
import { verifyBundle, type BundleCheck } from './bundle.js';
import { planVerified } from './plan.js';

/** Sentence 15 on the way of a job: what a worker decides, and the plan that it derives. */

const now = new Date('2026-11-22T10:00:00.000Z');
const loans = (): SignedDataset[] => [{ name: 'Loans', tags: [], maxRows: 1024, columns: { income: { type: 'number', min: '0', max: '1000' } } }];
const policy = `Allow anyone to run Mean on Loans.
Every computation on Loans must use differential privacy with epsilon at most 0.5.
`;
const world = new Consortium({ nodes: ['Bank A', 'Bank B'], policy, now, datasets: loans });
const check: BundleCheck = { pins: world.pins, acceptedPolicies: new Set([world.policy.digest]), now };
const verified = (privacy: JobSpec['privacy'], fields: Partial<JobSpec> = {}) => verifyBundle(world.bundle(world.job('Bank A', { ...(privacy && { privacy }), ...fields })), check);
const laplace = (epsilon: string): JobSpec['privacy'] => ({ mechanism: 'discrete-laplace', epsilon });

test.each([
  ['none', 'deny', undefined],
  ['more than the bound', 'deny', laplace('0.500000000000000000001')],
  ['the bound', 'allow', laplace('0.5')],
  ['the bound, written longer', 'allow', laplace('0.50')],
  ['less than the bound', 'allow', laplace('0.2')],
] as const)('epsilon: %s, so %s', (_, outcome, privacy) => {
  expect(verified(privacy).decision.outcome).toBe(outcome);
});

test('a party does not go on with too large an epsilon', () => {
  const job = world.bundle(world.job('Bank A', { privacy: laplace('1') }));
  expect(() => verifyBundle(job, { ...check, as: { node: 'Bank B', role: 'party' } })).toThrow(expect.objectContaining({ code: 'CS0360' }));
});

test('every party derives the noise from the signed job, and the digest binds it', () => {
  const { plan, digest } = planVerified(verified(laplace('0.5')));
  expect(plan.privacy).toEqual({ ...laplace('0.5'), noise: expect.arrayContaining([{ output: 'count', sensitivity: '1', scale: '4/1' }]) });
  expect(plan.inputs.filter(({ source }) => source.of === 'noise').map(({ name, party }) => [name, party])).toEqual([
    ['count.noise.0', 0], ['count.noise.1', 1], ['sum.noise.0', 0], ['sum.noise.1', 1],
  ]);
  expect(planVerified(verified(laplace('0.4'))).digest).not.toBe(digest);
});
