import { lockOut, publication } from '../decide/publication.js';
import { decide } from '../decide/decide.js';
import { type Condition } from '../rules.js';
import { facts, payrollMean, policyOf, signers } from '../testing/consortium.js';
import { eachSentence } from '../testing/sentences.js';

const ALLOW = 'Allow anyone to compute.';
const TWO_OF_THREE: Condition = { quorum: { need: 2, of: [{ node: 'Node A' }, { node: 'Node B' }, { node: 'Node C' }] } };

// Nothing that they say is about a request.
eachSentence('who may change the policy', [
  {
    name: 'Policy changes need at least … of …',
    sentences: [
      'Policy changes need at least 2 of Node A, Node B and Node C.',
      'Policy changes need the signatures of at least two of Node A, Node B, and Node C.',
      'Every policy change requires 2 of Node A, Node B and Node C to sign.',
      'Changes to this policy need a majority of Node A, Node B and Node C to approve.',
      'Changes of the policy must have the approval of at least 2 Founders.',
    ],
    beside: `${ALLOW} Define Founders as Node A, Node B and Node C.`,
    rule: { kind: 'policy-change', needs: TWO_OF_THREE },
    cases: [[payrollMean, 'allow']],
  },
  {
    name: 'Policy changes need both … and either …',
    sentences: ['Policy changes need both Node A and either Node B or Node C to sign.', 'Policy changes need the approval of both Node A and either Node B or Node C.'],
    beside: ALLOW,
    rule: { kind: 'policy-change', needs: { all: [{ quorum: { need: 1, of: [{ node: 'Node A' }] } }, { quorum: { need: 1, of: [{ node: 'Node B' }, { node: 'Node C' }] } }] } },
    cases: [[payrollMean, 'allow']],
  },
  {
    name: 'Policy changes need people',
    sentences: ['Policy changes need at least two different people from Compliance to sign.', 'Policy changes need the signatures of 2 people from Compliance.'],
    beside: ALLOW,
    rule: { kind: 'policy-change', needs: { quorum: { need: 2, of: [{ role: 'Compliance' }] } } },
    cases: [[payrollMean, 'allow']],
  },
]);

describe('a policy may be changed', () => {
  const QUORUM = 'Policy changes need at least 2 of Node A, Node B and Node C.';
  const PEOPLE = 'Policy changes need Compliance to sign.';
  const may = (source: string, ...names: readonly string[]) => publication(policyOf(source), facts(...names));

  test('by anybody where no sentence speaks of it, and where there is none yet', () => {
    expect(publication(undefined, facts())).toEqual({ outcome: 'allow', summary: 'the policy may be changed', missing: [], canSign: [], rules: [] });
    expect(may(ALLOW).outcome).toBe('allow');
  });

  test('once those have signed whom it names', () => {
    expect(may(QUORUM)).toMatchObject({ outcome: 'needs_signatures', missing: [{ atLeast: 2, of: ['Node A', 'Node B', 'Node C'], rule: { line: 1, sentence: QUORUM } }], canSign: ['Node A', 'Node B', 'Node C'] });
    expect(may(QUORUM, 'Node A')).toMatchObject({ outcome: 'needs_signatures', missing: [{ atLeast: 1, of: ['Node B', 'Node C'] }] });
    expect(may(QUORUM, 'Node A', 'St Mary', 'Ana').outcome).toBe('needs_signatures');
    expect(may(QUORUM, 'Node A', 'Node C')).toMatchObject({ outcome: 'allow', missing: [], rules: [{ why: 'its signatures are there' }] });
  });

  test('by one key only once', () => {
    const shared = signers.map((signer) => (signer.name === 'Node B' ? { ...signer, keyId: 'key-Node A' } : signer));
    const signatures = ['Node A', 'Node B'].map((signer) => ({ signer, keyId: 'key-Node A', roles: [] }));
    expect(publication(policyOf(QUORUM), { ...facts(), signers: shared, signatures })).toMatchObject({ outcome: 'needs_signatures', missing: [{ atLeast: 1, of: ['Node C'] }] });
  });

  test('when all of several sentences are met; one signature may serve each of them', () => {
    const both = `${QUORUM} ${PEOPLE} Policy changes need Node A to sign.`;
    expect(may(both, 'Node A', 'Node B').missing.map(({ of }) => of)).toEqual([['Ana', 'Ben']]);
    expect(may(both, 'Node A', 'Node B', 'Ben').outcome).toBe('allow');
  });

  test('says who must still sign', () => {
    expect(may(`${QUORUM} ${PEOPLE}`, 'Node B').summary).toBe('the policy may be changed once 1 of Node A, Node C signs and 1 of Ana, Ben signs');
  });

  test('never, where nobody can give the signatures any more', () => {
    const without = signers.filter(({ roles }) => !roles.includes('Compliance'));
    const decision = publication(policyOf(`${QUORUM} ${PEOPLE}`), { ...facts('Node A', 'Node B'), signers: without });
    expect(decision).toMatchObject({ outcome: 'deny', missing: [], canSign: [], rules: [{ sentence: PEOPLE, why: 'the signatures that it needs can no longer be given' }] });
  });

  test('signatures of requests do not lapse it, and requesters may sign', () => {
    expect(may(`${QUORUM} Signatures expire after 1 second. Requesters must not sign their own jobs.`, 'Node A', 'Node B').outcome).toBe('allow');
  });
});

describe('a draft locks everybody out', () => {
  test('where one of its sentences can be satisfied by nobody', () => {
    const draft = policyOf('Policy changes need Node A to sign.\nPolicy changes need at least two different people from Data Protection to sign.');
    expect(lockOut(draft, signers)).toMatchObject([{ line: 2, why: 'nobody could ever change the policy again' }]);
    expect(lockOut(draft, [...signers, { name: 'Fay', keyId: 'key-fay', roles: ['Data Protection'], node: 'Node B' }])).toEqual([]);
    expect(lockOut(draft, [...signers, { name: 'Fay', keyId: 'key-cleo', roles: ['Data Protection'], node: 'Node B' }])).toHaveLength(1);
    expect(lockOut(policyOf(ALLOW), [])).toEqual([]);
  });

  test('and a decision on a request is never about that', () => {
    expect(decide(policyOf(`${ALLOW} Policy changes need Node A to sign.`), payrollMean, facts())).toMatchObject({ outcome: 'allow', rules: [{ why: 'allows this' }] });
  });
});
