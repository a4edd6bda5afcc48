import { policyOf, registry } from '../testing/consortium.js';
import { type PolicyCase, type PolicySuite } from './suite.js';
import { testPolicy } from './test-policy.js';

const POLICY = policyOf(`Define Staff as Node A and Node B.
Staff may run Mean on Payroll only if at least two different people from Compliance sign.
Never allow anyone to compute on data tagged biometric.
Limit Node A to 10 computations per day on Payroll.
Every result must cover at least 25 records.
Requesters must not sign their own jobs.
Signatures expire after 4 hours.
Every computation on Payroll must use a program approved by Chief Privacy Officer and run only on nodes in the EU.
Every computation must use links with a round trip of at most 80 ms.
Any data owner may veto a computation on its data.
Policy changes need Node A and Node B to sign.`);
const suite = (...cases: readonly PolicyCase[]): PolicySuite => ({
  now: '2026-10-05T12:00:00.000Z',
  regions: { 'Node A': 'EU', 'Node B': 'EU' },
  signers: [
    { name: 'Ana of Node A', roles: ['Compliance'], node: 'Node A' }, { name: 'Ben of Node B', roles: ['Compliance', 'Chief Privacy Officer'], node: 'Node B' },
    { name: 'Benny of Node B', roles: ['Compliance'], node: 'Node B', key: 'key of Ben of Node B' },
  ],
  cases,
});
const run = (...cases: readonly PolicyCase[]) => testPolicy(POLICY, registry, suite(...cases));
const job = { as: 'Node A', program: 'Mean', dataset: 'Payroll' };
const approved = { approvals: ['Ben of Node B'] };
const signed = { name: 'signed', job, facts: approved, signatures: ['Ana of Node A', 'Ben of Node B'] };

describe('a test of a policy', () => {
  test.each<PolicyCase>([
    { ...signed, expect: { outcome: 'allow', records: 25 } },
    { name: 'waiting', job, facts: approved, signatures: ['Ana of Node A'], expect: { outcome: 'needs_signatures', missing: ['Ben of Node B'] } },
    { name: 'two names of one key', job, facts: approved, signatures: ['Ben of Node B', 'Benny of Node B'], expect: { outcome: 'needs_signatures', missing: ['Ana of Node A'] } },
    { name: 'lapsed', job, facts: approved, signatures: ['Ana of Node A', { signer: 'Ben of Node B', at: '2026-10-05T07:00:00.000Z' }], expect: { outcome: 'needs_signatures' } },
    { name: 'used up', job, facts: { ...approved, used: { '10 computations per day': 10 } }, expect: { outcome: 'deny', by: 4 } },
    { name: 'not approved', job, expect: { outcome: 'deny', by: 'approved by' } },
    { name: 'elsewhere', job, facts: { ...approved, regions: { 'Node B': 'US' } }, expect: { outcome: 'deny', by: 8 } },
    { name: 'slow', job, facts: { ...approved, links: [{ between: ['Node A', 'Node B'], roundTripMs: 90 }] }, expect: { outcome: 'deny', by: 9 } },
    { name: 'vetoed', job, facts: { ...approved, vetoes: ['Node B'] }, expect: { outcome: 'deny', by: 'may veto' } },
    { name: 'forbidden', job: { ...job, dataset: 'Faces' }, expect: { outcome: 'deny', by: 3 } },
    { name: 'not allowed', job: { as: 'Node C', program: 'Mean', inputs: [{ node: 'Node A', dataset: 'Payroll' }], parties: ['Node A', 'Node B'] }, facts: approved, expect: { outcome: 'deny', by: 'nothing', nearest: 'asked by Node B' } },
    { name: 'another policy', signatures: ['Node A'], expect: { outcome: 'needs_signatures', missing: ['Node B'] } },
    { name: 'another policy, signed', signatures: ['Node A', 'Node B'], expect: 'allow' },
  ])('passes where the decision is as expected: $name', (one) => {
    expect(run(one).cases).toEqual([{ name: one.name, passed: true, differences: [] }]);
  });

  test.each<[string, PolicyCase, unknown]>([
    ['outcome', { ...signed, expect: { outcome: 'deny' } }, { expected: 'deny', actual: 'allow: Node A may run Mean on Payroll' }],
    ['missing', { ...signed, signatures: [], expect: { outcome: 'needs_signatures', missing: ['Node B'] } }, { expected: 'Node B', actual: 'Ana of Node A and Ben of Node B' }],
    ['missing', { ...signed, expect: { outcome: 'allow', missing: ['Node B'] } }, { expected: 'Node B', actual: 'nothing' }],
    ['denied by', { ...signed, expect: { outcome: 'allow', by: 3 } }, { expected: 'line 3', actual: 'no denial, but allow' }],
    ['denied by', { name: 'x', job, expect: { outcome: 'deny', by: 'nothing' } }, { expected: 'nothing', actual: expect.stringContaining('line 8: Every computation on Payroll') }],
    ['nearest', { name: 'x', job: { ...job, as: 'Node C' }, facts: approved, expect: { outcome: 'deny', nearest: 'Sum' } }, { expected: 'Sum', actual: expect.stringContaining('asked by Node B') }],
    ['records', { ...signed, expect: { outcome: 'allow', records: 10 } }, { expected: '10', actual: '25' }],
    ['request', { name: 'x', job: { ...job, as: 'Node Z' }, expect: { outcome: 'deny' } }, { actual: 'no node is called `Node Z`' }],
    ['request', { name: 'x', job: { ...job, program: 'Men' }, expect: { outcome: 'deny' } }, { actual: 'no program is called `Men`' }],
    ['request', { name: 'x', job: { ...job, dataset: 'Pay' }, expect: { outcome: 'deny' } }, { actual: 'no dataset is called `Pay`' }],
    ['request', { name: 'x', job: { ...job, nodes: ['Node C'] }, expect: { outcome: 'deny' } }, { actual: 'Node C has no dataset `Payroll`' }],
    ['request', { name: 'x', job, signatures: ['Zoe'], expect: { outcome: 'deny' } }, { actual: 'no signer is called `Zoe`' }],
    ['request', { name: 'x', job, facts: { used: { 'per year': '1' } }, expect: { outcome: 'deny' } }, { actual: 'no limit says `per year`' }],
  ])('says what differs: %s', (what, one, difference) => {
    expect(run(one).cases).toMatchObject([{ passed: false, differences: [{ what, ...(difference as object) }] }]);
  });

  it('covers the sentences that a case cites, and those without which it would end otherwise', () => {
    const lines = (...cases: readonly PolicyCase[]) => run(...cases).covered.map(({ line }) => line);
    expect(lines()).toEqual([]);
    expect(lines({ ...signed, expect: { outcome: 'allow' } })).toEqual([2, 5, 9]);
    expect(lines({ name: 'x', job: { ...job, dataset: 'Faces' }, expect: { outcome: 'deny' } })).toEqual([3]);
    expect(lines({ name: 'x', job, facts: approved, signatures: ['Ana of Node A', { signer: 'Ben of Node B', at: '2026-10-05T07:00:00.000Z' }], expect: { outcome: 'allow' } })).toEqual([2, 5, 7, 9]);
    const { covered, uncovered } = run({ name: 'change', expect: { outcome: 'needs_signatures' } });
    expect(covered.map(({ line }) => line)).toEqual([11]);
    expect(uncovered.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});
