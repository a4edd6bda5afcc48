import { decide } from '../decide/decide.js';
import { decided, facts, payrollMean, policyOf, signers } from '../testing/consortium.js';
import { cards, eachSentence, run } from '../testing/sentences.js';
import { type PolicyFacts } from '../types.js';

const ALLOW = 'Allow anyone to compute.';
const three = { ...payrollMean, parties: ['Node A', 'Node B', 'Node C'] };
type Link = Exclude<NonNullable<PolicyFacts['links']>, string>[number];
const link = (a: string, b: string, roundTripMs: number): Link => ({ between: [a, b], roundTripMs });
const approvedBy = (...names: readonly string[]): Partial<PolicyFacts> => ({
  programApprovals: names.map((signer) => ({ program: '00', signer, keyId: signers.find(({ name }) => name === signer)?.keyId ?? '' })),
});
const BY_MODEL_RISK = { quorum: { need: 1, of: [{ role: 'Model Risk' }] } };

eachSentence('links and programs', [
  {
    name: '28 … must use links with a round trip of at most …',
    sentences: [
      'Every computation must use links with a round trip of at most 80 ms.',
      'All computations must use links with a round-trip time of no more than 80 milliseconds.',
      'Every job must use links with a round trip time of up to 80ms.',
    ],
    beside: ALLOW,
    rule: { kind: 'require', scope: {}, must: [{ kind: 'round-trip', atMostMs: 80 }] },
    cases: [[payrollMean, 'deny', 'Node A', 'Node B']],
    withFacts: [
      [payrollMean, { links: 'measured at start' }, 'allow'],
      [payrollMean, { links: [link('Node A', 'Node B', 80)] }, 'allow'],
      [payrollMean, { links: [link('Node B', 'Node A', 12.5)] }, 'allow'],
      [payrollMean, { links: [link('Node A', 'Node B', 80.01)] }, 'deny'],
      [payrollMean, { links: [link('Node A', 'Node B', 10), link('Node B', 'Node A', 90)] }, 'deny'],
      [payrollMean, { links: [link('Node A', 'Node B', NaN)] }, 'deny'],
      [payrollMean, { links: [link('Node A', 'Node C', 10)] }, 'deny'],
      [payrollMean, { links: [] }, 'deny'],
      [three, { links: [link('Node A', 'Node B', 10), link('Node A', 'Node C', 10)] }, 'deny'],
      [three, { links: [link('Node A', 'Node B', 10), link('Node A', 'Node C', 10), link('Node C', 'Node B', 10)] }, 'allow'],
    ],
  },
  {
    name: '28 in seconds, of some computations',
    sentences: ['Every computation with Node C on Payroll must use links with a round trip of at most 1 second.', 'Every computation on Payroll with Node C must use links with a round trip of at most 1000 ms.'],
    beside: ALLOW,
    rule: { kind: 'require', scope: { data: [{ dataset: 'Payroll' }], with: { match: 'all', nodes: ['Node C'] } }, must: [{ kind: 'round-trip', atMostMs: 1_000 }] },
    cases: [[payrollMean, 'allow'], [three, 'deny']],
  },
  {
    name: '30 … must use a program approved by …',
    sentences: [
      'Every computation must use a program approved by Model Risk.',
      'Every computation must use programs approved by a person from Model Risk.',
      'Every computation must run only programs that are approved by someone from Model Risk.',
      'All computations must use a program which is approved by Model Risk.',
    ],
    beside: ALLOW,
    rule: { kind: 'require', scope: {}, must: [{ kind: 'approved-program', by: BY_MODEL_RISK }] },
    // A signature under the request is none under the program.
    cases: [[payrollMean, 'deny', 'Dora', 'Eli']],
    withFacts: [
      [payrollMean, { programApprovals: [] }, 'deny'],
      [payrollMean, approvedBy('Dora'), 'allow'],
      [payrollMean, approvedBy('Eli', 'Dora'), 'allow'],
      [payrollMean, approvedBy('Ana', 'Node C'), 'deny'],
      [payrollMean, { programApprovals: [{ program: '01', signer: 'Dora', keyId: 'key-dora' }] }, 'deny'],
      [payrollMean, { programApprovals: [{ program: '00', signer: 'Dora', keyId: 'stolen' }] }, 'deny'],
      [payrollMean, { programApprovals: [{ program: '00', signer: 'Node C', keyId: 'key-dora' }] }, 'deny'],
      [payrollMean, { ...approvedBy('Dora'), signers: signers.filter(({ name }) => name !== 'Dora') }, 'deny'],
      [{ ...payrollMean, program: { name: 'Mean', digest: '01' } }, approvedBy('Dora'), 'deny'],
    ],
  },
  {
    name: '30 by two different people',
    sentences: ['Every computation on Payroll must use a program approved by at least two different people from Model Risk and be for research.', 'Every computation on Payroll must use a program approved by at least 2 members of Model Risk, and be for research.'],
    beside: ALLOW,
    rule: { kind: 'require', scope: { data: [{ dataset: 'Payroll' }] }, must: [{ kind: 'approved-program', by: { quorum: { need: 2, of: [{ role: 'Model Risk' }] } } }, { kind: 'purpose', purposes: ['research'] }] },
    cases: [[{ ...payrollMean, inputs: cards }, 'allow']],
    withFacts: [
      [{ ...payrollMean, purpose: 'research' }, approvedBy('Dora'), 'deny'],
      [{ ...payrollMean, purpose: 'research' }, approvedBy('Dora', 'Dora'), 'deny'],
      [{ ...payrollMean, purpose: 'research' }, approvedBy('Dora', 'Eli'), 'allow'],
      [payrollMean, approvedBy('Dora', 'Eli'), 'deny'],
    ],
  },
  {
    name: '30 by nodes',
    sentences: ['Every computation must use a program approved by at least 2 of Node A, Node B and Node C.', 'Every computation must use a program approved by 2 of Node C, Node B or Node A.'],
    beside: ALLOW,
    rule: { kind: 'require', scope: {}, must: [{ kind: 'approved-program', by: { quorum: { need: 2, of: [{ node: 'Node A' }, { node: 'Node B' }, { node: 'Node C' }] } } }] },
    cases: [],
    withFacts: [
      [payrollMean, approvedBy('Node A'), 'deny'],
      [payrollMean, approvedBy('Node A', 'Node C'), 'allow'],
    ],
  },
]);

test('28 an allowed job keeps the fastest round trip that is asked for', () => {
  const source = `${ALLOW} Every computation must use links with a round trip of at most 80 ms. Every computation of Mean must use links with a round trip of at most 50 ms.`;
  const known = { ...facts(), links: 'measured at start' as const };
  expect(decide(policyOf(source), payrollMean, known)).toMatchObject({ outcome: 'allow', obligations: { roundTripMs: 50 }, facts: { links: 'measured at start' } });
  expect(decide(policyOf(source), run('Sum'), known).obligations).toEqual({ minimumGroup: 0, roundTripMs: 80 });
  expect(decided(source, payrollMean, { ...known, links: [link('Node A', 'Node B', 60)] }).rules.map(({ why }) => why)).toEqual(['a round trip between Node A and Node B takes 60 ms']);
});

describe('30 a program that is not approved', () => {
  const source = `${ALLOW} Every computation must use a program approved by Model Risk.`;

  test('names who can approve it, and that no signature under the request would', () => {
    const decision = decided(source, payrollMean, { ...facts(), programApprovals: [] });
    expect(decision).toMatchObject({ outcome: 'deny', signaturesHelp: false, rules: [{ why: 'Mean is not approved: Dora or Eli can approve it' }], facts: { programApprovals: [] } });
    expect(decided(source, payrollMean).rules[0].why).toBe('it is not known who approved Mean');
    expect(decided(source, payrollMean, { ...facts(), ...approvedBy('Dora') }).facts).toEqual({ programApprovals: ['Dora'] });
  });

  test('is not approved by its requester where requesters must not sign, and an approval does not lapse like a signature', () => {
    const byNode = `${ALLOW} Every computation must use a program approved by Node A.`;
    expect(decided(byNode, payrollMean, { ...facts(), ...approvedBy('Node A') }).outcome).toBe('allow');
    expect(decided(`${byNode} Requesters must not sign their own jobs.`, payrollMean, { ...facts(), ...approvedBy('Node A') }).outcome).toBe('deny');
    expect(decided(`${byNode} Signatures expire after 1 second.`, payrollMean, { ...facts(), ...approvedBy('Node A') }).outcome).toBe('allow');
  });

  test('another program is suggested only where nothing asks for its approval', () => {
    const two = `Allow anyone to run Sum. Every computation must use a program approved by Model Risk.`;
    expect(decided(two, payrollMean, { ...facts(), ...approvedBy('Dora') }).nearest).toBeUndefined();
    expect(decided('Allow anyone to run Sum.', payrollMean).nearest).toBe('Sum instead of Mean');
  });
});
