import { decided, outcome, payrollMean } from '../testing/consortium.js';
import { type PolicyFacts, type PolicyJob } from '../types.js';

/** Two nodes, and people of both, as a control plane tells them. */
const person = (name: string, node: string, ...roles: readonly string[]) => ({ name: `${name} of ${node}`, keyId: `key of ${name}`, roles, node });
const NODES = ['Node A', 'Node B'].map((name) => ({ name, keyId: `key-${name}`, roles: [] }));
const [ana, ben, cleo] = [person('Ana', 'Node A', 'Compliance'), person('Ben', 'Node B', 'Compliance'), person('Cleo', 'Node A', 'Data Protection')];

const known = (signers: PolicyFacts['signers'], ...signed: PolicyFacts['signers']): PolicyFacts => ({
  now: '2026-10-05T12:00:00.000Z', signers: [...NODES, ...signers], signatures: signed.map(({ name, keyId, roles }) => ({ signer: name, keyId, roles })),
});
const byAgent: PolicyJob = { ...payrollMean, requester: { ...payrollMean.requester, agent: true } };

describe('people', () => {
  const TWO = 'Allow Node A to compute only if at least two different people from Compliance sign.';

  test('are shown with the node that registers them', () => {
    expect(outcome(decided(TWO, payrollMean, known([ana, ben])))).toBe('needs 2 of Ana of Node A, Ben of Node B');
    expect(decided(TWO, payrollMean, known([ana, ben], ana)).facts).toEqual({ signed: ['Ana of Node A'] });
  });

  test('are told apart by their keys: two names of one key are one person, at two nodes too', () => {
    const twice = { ...person('Ana', 'Node B', 'Compliance'), keyId: ana.keyId };
    expect(outcome(decided(TWO, payrollMean, known([ana, twice, ben], ana, twice)))).toBe('needs Ben of Node B');
    expect(outcome(decided(TWO, payrollMean, known([ana, twice], ana, twice)))).toBe('deny');
    const namesake = { ...person('Ana', 'Node B', 'Compliance'), keyId: 'another key' };
    expect(outcome(decided(TWO, payrollMean, known([ana, namesake], ana, namesake)))).toBe('allow');
  });

  test('hold a role at their node', () => {
    const atA = 'Allow Node A to compute only if a Compliance of Node A signs.';
    expect(outcome(decided(atA, payrollMean, known([ana, ben], ben)))).toBe('needs Ana of Node A');
    expect(outcome(decided(atA, payrollMean, known([ana, ben], ana)))).toBe('allow');
  });

  test('alone lift what is forbidden to agents: a key that is registered only to a node is no person', () => {
    const source = 'Allow anyone to compute. Never allow AI agents to compute on data tagged hr unless a person from Data Protection signs.';
    expect(outcome(decided(source, byAgent, known([cleo], ...NODES)))).toBe('needs Cleo of Node A');
    const claims = { ...known([cleo]), signatures: [{ signer: 'Node A', keyId: 'key-Node A', roles: ['Data Protection'] }, { signer: cleo.name, keyId: 'key-Node A', roles: ['Data Protection'] }] };
    expect(outcome(decided(source, byAgent, claims))).toBe('needs Cleo of Node A');
    expect(outcome(decided(source, byAgent, known([cleo], cleo)))).toBe('allow');
    expect(outcome(decided(source, byAgent, known([])))).toBe('deny');
  });

  test('may sign what their node asks for, since the requester is the node', () => {
    const source = 'Allow Node A to compute only if Compliance signs. Requesters must not sign their own jobs.';
    expect(outcome(decided(source, payrollMean, known([ana], ana)))).toBe('allow');
    const sameKey = { ...ana, keyId: 'key-Node A' };
    expect(outcome(decided(source, payrollMean, known([sameKey], sameKey)))).toBe('deny');
  });
});

describe('a fact that is missing or makes no sense denies', () => {
  const broken = (facts: object): PolicyFacts => ({ ...known([ana, ben, cleo], ana, ben, cleo), ...facts }) as PolicyFacts;
  const withPrivacy: PolicyJob = { ...payrollMean, privacy: { epsilon: '1' } };

  test.each<[string, object]>([
    ['Limit everyone to 10 computations per day.', {}],
    ['Limit everyone to 10 computations per day.', { uses: [{ key: 'another', used: '0' }] }],
    ['Limit everyone to 10 computations per day.', { uses: 'none' }],
    ['Limit everyone to a total epsilon of 4 per day.', { now: undefined, uses: [] }],
    ['Every computation must use links with a round trip of at most 80 ms.', {}],
    ['Every computation must use links with a round trip of at most 80 ms.', { links: 'fast' }],
    ['Every computation must use links with a round trip of at most 80 ms.', { links: [{ between: ['Node A', 'Node B'] }] }],
    ['Every computation must use a program approved by Compliance.', {}],
    ['Every computation must use a program approved by Compliance.', { programApprovals: [null] }],
    ['Every computation must run only on nodes in the EU.', {}],
    ['Any data owner may veto a computation on its data.', {}],
    ['After every computation, notify Compliance within 1 hour.', { signers: undefined }],
    ['Never allow AI agents to compute until 5 October 2027.', { now: 'noon' }],
    ['Pause all computations until Compliance signs.', { signers: [null] }],
  ])('%s with %j', (sentence, facts) => {
    const decision = decided(`Allow anyone to compute. ${sentence}`, sentence.includes('agents') ? byAgent : withPrivacy, broken(facts));
    expect(decision).toMatchObject({ outcome: 'deny', signaturesHelp: false, rules: [{ sentence }] });
  });
});
