import { by, decided, facts, input, outcome, payrollMean, policyOf, signers } from '../testing/consortium.js';
import { type PolicyFacts, type PolicyJob } from '../types.js';
import { decide } from './decide.js';

const run = (name: string, job = payrollMean): PolicyJob => ({ ...job, program: { name, digest: '00' } });

describe('a job is allowed when a permit covers it and nothing is against it', () => {
  test('default is deny', () => {
    const decision = decided('', payrollMean);
    expect(decision).toMatchObject({ outcome: 'deny', summary: 'no sentence of the policy lets Node A run Mean on Payroll', rules: [], missing: [], canSign: [], signaturesHelp: false });
  });

  test('forbid overrides permit', () => {
    expect(decided('Allow anyone to compute. Node A must not run Mean.', payrollMean).outcome).toBe('deny');
    expect(decided('Node A must not run Mean. Allow anyone to compute.', payrollMean).outcome).toBe('deny');
  });

  test('`only if` binds every other permit of the same scope, `if` does not', () => {
    expect(outcome(decided('Allow Node A to compute only if Node B signs. Allow anyone to compute.', payrollMean))).toBe('needs Node B');
    expect(outcome(decided('Allow Node A to compute if Node B signs. Allow anyone to compute.', payrollMean))).toBe('allow');
    expect(outcome(decided('Allow Node A to compute only if Node B signs. Allow anyone to compute.', by('Node C')))).toBe('allow');
  });

  test('a guard is reached by any input, a permit must cover all of them', () => {
    const both = { ...payrollMean, inputs: [...payrollMean.inputs, input('Node C', 'Faces')] };
    expect(outcome(decided('Allow Node A to compute on Payroll.', both))).toBe('deny');
    expect(outcome(decided('Allow Node A to compute on Payroll and Faces.', both))).toBe('allow');
    expect(outcome(decided('Allow Node A to compute on Payroll. Allow Node A to compute on Faces.', both))).toBe('deny');
    expect(outcome(decided('Allow Node A to compute. Allow Node A to compute on Faces only if Node C signs.', both))).toBe('needs Node C');
  });

  test('two guards of one job both hold', () => {
    const source = 'Allow Node A to compute only if Node B signs. Allow anyone to run Mean only if Node C signs.';
    expect(outcome(decided(source, payrollMean))).toBe('needs Node B and Node C');
    expect(outcome(decided(source, payrollMean, facts('Node B')))).toBe('needs Node C');
    expect(outcome(decided(source, payrollMean, facts('Node B', 'Node C')))).toBe('allow');
  });

  test('of several permits the one that needs the fewest signatures is asked for', () => {
    const source = 'Allow Node A to compute if at least 2 of Node B, Node C and St Mary sign. Allow Node A to run Mean if Riverside signs.';
    const decision = decided(source, payrollMean);
    expect(outcome(decision)).toBe('needs Riverside');
    expect(decision.canSign).toEqual(['Node B', 'Node C', 'Riverside', 'St Mary']);
    expect(outcome(decided(source, payrollMean, facts('Node B', 'Node C')))).toBe('allow');
  });

  test('a job without inputs, or whose result nobody receives, is denied', () => {
    expect(decided('Allow anyone to compute.', { ...payrollMean, inputs: [] })).toMatchObject({ outcome: 'deny', summary: 'a request without inputs is denied' });
    expect(decided('Allow anyone to compute.', { ...payrollMean, receivers: [] })).toMatchObject({ outcome: 'deny' });
  });
});

describe('what a decision says', () => {
  test('cites the rules that decided, with place and sentence', () => {
    const source = '# Who may\nAllow Node A to\n   run Mean # monthly\n   only if Node B signs.\n\nNo one may run Row Export.';
    expect(decided(source, payrollMean).rules).toEqual([{ file: 'test.policy', line: 2, column: 1, sentence: 'Allow Node A to run Mean only if Node B signs.', why: 'allows this once it is signed' }]);
    expect(decided(source, payrollMean, facts('Node B')).rules).toMatchObject([{ line: 2, why: 'allows this' }]);
    expect(decided(source, run('Row Export')).rules).toEqual([{ file: 'test.policy', line: 6, column: 1, sentence: 'No one may run Row Export.', why: 'forbids this' }]);
  });

  test('says in one sentence what happens', () => {
    const source = 'Allow Node A to compute only if Node B signs and at least two people from Compliance sign. Only Node A may receive results.';
    expect(decided(source, payrollMean).summary).toBe('Node A may run Mean on Payroll once Node B signs and Ana and Ben sign');
    expect(decided(source, payrollMean, facts('Node B', 'Ana', 'Ben')).summary).toBe('Node A may run Mean on Payroll');
    expect(decided(source, { ...payrollMean, receivers: ['Node B'] }).summary).toBe('Node A may not run Mean on Payroll: Node B may not receive this result');
  });

  test('all that denies is cited, not the first alone', () => {
    const source = 'Allow anyone to compute. No one may run Row Export. Only Node A may receive results. Every computation must be for research.';
    expect(decided(source, run('Row Export', { ...payrollMean, receivers: ['Node B', 'Node C'] })).rules.map(({ why }) => why)).toEqual(['forbids this', 'Node B and Node C may not receive this result', 'the request names no purpose']);
  });

  test.each<[string, PolicyJob, string | undefined]>([
    ['Allow anyone to compute. Only Node A may receive the result of Mean.', { ...payrollMean, receivers: ['Node A', 'Node B'] }, 'the same, released to Node A'],
    ['Allow anyone to compute. Only Node A and Node B may receive results.', { ...payrollMean, receivers: ['Node A', 'Node B', 'Node C'] }, 'the same, released to Node A and Node B'],
    ['Allow anyone to compute. Only Node B may receive results.', { ...payrollMean, receivers: ['Node C'] }, 'the same, released to Node B'],
    ['Allow anyone to compute for research or treatment.', payrollMean, 'the same, for research'],
    ['Allow anyone to compute. Every computation must use a malicious-secure protocol.', payrollMean, 'the same with a malicious-secure protocol'],
    ['Allow anyone to compute. Every computation must use an LPN-free protocol.', payrollMean, 'the same with an LPN-free protocol'],
    ['Allow anyone to compute. Every computation must rest on Module-LWE only.', { ...payrollMean, security: { ...payrollMean.security, assumptions: 'no-lpn' } }, 'the same, resting on Module-LWE only'],
    ['Allow anyone to compute. Every computation must rest on Module-LWE only. Every computation must use an LPN-free protocol.', payrollMean, 'the same, resting on Module-LWE only'],
    ['Allow anyone to compute. Never allow anyone to compute on data tagged biometric.', { ...payrollMean, inputs: [...payrollMean.inputs, input('Node C', 'Faces')] }, 'the same without Faces'],
    ['Allow anyone to run Sum. Allow Node C to compute.', payrollMean, 'Sum instead of Mean'],
    ['Allow Node C to compute.', payrollMean, 'the same, asked by Node C'],
    ['Allow anyone to run Sum only if Node B signs.', payrollMean, 'Sum instead of Mean, with the signature of Node B'],
    ['Allow anyone to compute. No one may compute with Node C.', { ...payrollMean, parties: ['Node A', 'Node B', 'Node C'] }, 'the same without Node C'],
    ['No one may compute.', payrollMean, undefined],
  ])('%s suggests the nearest request that is allowed', (source, job, nearest) => {
    expect(decided(source, job)).toMatchObject({ outcome: 'deny' });
    expect(decided(source, job).nearest).toBe(nearest);
    expect(decide(policyOf(source), job, facts(), { nearest: false }).nearest).toBeUndefined();
  });
});

describe('a quorum', () => {
  const policy = 'Allow Node A to compute only if at least 2 of Node B, Node C and St Mary sign.';
  const known = (changes: Partial<PolicyFacts>): PolicyFacts => ({ ...facts(), ...changes });

  test('counts keys, not names', () => {
    const shared = signers.map((signer) => (signer.name === 'Node C' ? { ...signer, keyId: 'key-Node B' } : signer));
    const both = ['Node B', 'Node C'].map((signer) => ({ signer, keyId: 'key-Node B', roles: [] }));
    expect(outcome(decided(policy, payrollMean, known({ signers: shared, signatures: both })))).toBe('needs St Mary');
  });

  test('counts names, not keys', () => {
    const two = [...signers, { name: 'Node B', keyId: 'another key', roles: [] }];
    const both = ['key-Node B', 'another key'].map((keyId) => ({ signer: 'Node B', keyId, roles: [] }));
    expect(outcome(decided(policy, payrollMean, known({ signers: two, signatures: both })))).toBe('needs 1 of Node C, St Mary');
  });

  test('counts one statement once', () => {
    const [signature] = facts('Node B').signatures;
    expect(outcome(decided(policy, payrollMean, known({ signatures: [signature, signature, signature] })))).toBe('needs 1 of Node C, St Mary');
  });

  test('counts no signature of a key that is not registered for its signer', () => {
    const foreign = [{ signer: 'Node B', keyId: 'key-Node C', roles: [] }, { signer: 'Node B', keyId: 'stolen', roles: [] }, { signer: 'Node Z', keyId: 'key-Node B', roles: [] }];
    expect(outcome(decided(policy, payrollMean, known({ signatures: foreign })))).toBe('needs 2 of Node B, Node C, St Mary');
  });

  test('takes roles from the register, not from the signature', () => {
    const claimed = [{ signer: 'Cleo', keyId: 'key-cleo', roles: ['Compliance'] }];
    expect(outcome(decided('Allow anyone to compute only if Compliance signs.', payrollMean, known({ signatures: claimed })))).toBe('needs 1 of Ana, Ben');
  });

  test('that can no longer be reached is a denial now', () => {
    const without = signers.filter(({ name }) => name !== 'Node B' && name !== 'Node C');
    const decision = decided(policy, payrollMean, known({ signers: without }));
    expect(decision).toMatchObject({ outcome: 'deny', signaturesHelp: false, canSign: [], missing: [] });
    expect(decision.rules[0].why).toBe('the signatures that it needs can no longer be given');
  });

  test('without signers denies, even where everybody of nobody has signed', () => {
    const nobody = known({ signers: signers.filter(({ roles }) => !roles.includes('Compliance')) });
    for (const who of ['Compliance', 'every person from Compliance', 'a majority of people from Compliance']) expect(decided(`Allow anyone to compute only if ${who} signs.`, payrollMean, nobody).outcome).toBe('deny');
  });

  test('seats one signer once across the roles of a sentence', () => {
    const source = 'Allow Node A to compute only if the Chief Privacy Officer signs and Compliance signs.';
    expect(outcome(decided(source, payrollMean, facts('Ben')))).toBe('needs Ana');
    expect(outcome(decided(source, payrollMean, facts('Ana')))).toBe('needs Ben');
    expect(outcome(decided(source, payrollMean, facts('Ana', 'Ben')))).toBe('allow');
    expect(decided(source, payrollMean, known({ signers: signers.filter(({ name }) => name !== 'Ana') })).outcome).toBe('deny');
  });

  test('moves those who signed to the seats that leave room for others', () => {
    const source = 'Allow Node A to compute only if at least 2 of Node B, Node C and St Mary sign and Node B signs.'.replace('sign and Node B', 'sign and Node B');
    expect(outcome(decided(source, payrollMean, facts('Node B', 'Node C')))).toBe('needs St Mary');
    expect(outcome(decided(source, payrollMean, facts('St Mary', 'Node C')))).toBe('needs Node B');
    expect(outcome(decided(source, payrollMean, facts('St Mary', 'Node C', 'Node B')))).toBe('allow');
  });

  test('may be the requester, unless requesters must not sign their own jobs', () => {
    const source = 'Allow Node A to compute only if at least 2 of Node A, Node B and Node C sign.';
    expect(outcome(decided(source, payrollMean, facts('Node A')))).toBe('needs 1 of Node B, Node C');
    const strict = `${source} Requesters must not sign their own jobs.`;
    expect(outcome(decided(strict, payrollMean, facts('Node A')))).toBe('needs 2 of Node B, Node C');
    expect(outcome(decided(strict, by('Node C'), facts()))).toBe('deny');
    const other = known({ signers: [...signers, { name: 'Alias', keyId: 'key-Node A', roles: ['Compliance'] }] });
    expect(outcome(decided('Allow Node A to compute only if at least 3 people from Compliance sign. Requesters must not sign their own jobs.', payrollMean, other))).toBe('deny');
    expect(outcome(decided('Allow Node A to compute only if every data owner signs. Requesters must not sign their own jobs.', payrollMean, facts('Node A', 'Node B')))).toBe('deny');
  });
});
