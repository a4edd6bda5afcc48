import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { decide } from '../decide/decide.js';
import { publication } from '../decide/publication.js';
import { without } from '../requests/requests.js';
import { signersSupposed, type Known } from '../requests/supposed.js';
import { type CompiledPolicy } from '../rules.js';
import { payrollMean, policyOf, registry, signers } from '../testing/consortium.js';
import { type Decision, type PolicyRegistry } from '../types.js';
import { analyse } from './analyse.js';
import { type Example, type Finding } from './finding.js';

const known: Known = { registry, signers, now: '2026-10-05T12:00:00.000Z' };
const found = (source: string, about = known): readonly Finding[] => analyse(policyOf(source), about).findings;
const short = ({ code, rules }: Finding): string => `${code} ${rules.map(({ line }) => line).join(',')}`;

const lines = (...sentences: readonly string[]): string => sentences.join('\n');
const ALLOWED = 'Node B may run Sum on Payroll.';

/** The decision on the example, with the rules of some lines taken out. */
function decided(policy: CompiledPolicy, { job = payrollMean, facts }: Example, ...left: readonly number[]): Decision {
  return decide(without(policy, ...policy.rules.filter(({ source }) => left.includes(source.line)).map(({ rule }) => rule)), job, facts, { nearest: false });
}
const told = ({ outcome, missing, obligations }: Decision) => JSON.stringify([outcome, missing.map(({ atLeast, of }) => [atLeast, of]), obligations]);
const isSignedByAll = ({ facts }: Example): boolean => facts.signatures.length === facts.signers.length;

/** What each finding claims of its example, put to the engine. */
const CLAIMS: Readonly<Record<string, (policy: CompiledPolicy, example: Example, finding: Finding) => void>> = {
  CS0260: (policy, example) => expect([decided(policy, example).outcome, isSignedByAll(example)]).toEqual(['deny', true]),
  CS0261: (policy, example, { rules: [, ...by] }) => {
    expect([decided(policy, example).outcome, isSignedByAll(example)]).toEqual(['deny', true]);
    expect(decided(policy, example, ...by.map(({ line }) => line)).outcome).toBe('allow');
  },
  CS0262: (policy, example, { rules: [{ line }] }) => expect(told(decided(policy, example))).toBe(told(decided(policy, example, line))),
  CS0263: (policy, example) => expect(decided(policy, example)).toMatchObject({ outcome: 'deny', rules: [], summary: expect.stringContaining('no sentence of the policy') }),
  CS0264: (policy, example, { rules: [{ line }] }) => expect(told(decided(policy, example))).toBe(told(decided(policy, example, line))),
  CS0266: (policy, example, { rules: [, { line }] }) => {
    expect([decided(policy, example).outcome, isSignedByAll(example)]).toEqual(['deny', true]);
    expect(decided(policy, example, line).outcome).toBe('allow');
  },
  CS0267: (policy, example, { rules: [{ line }] }) => expect([decided(policy, example).outcome, decided(policy, example, line).outcome]).toEqual(['deny', 'allow']),
  CS0268: (policy, example, { rules: [, ...between] }) => {
    expect(decided(policy, example).outcome).toBe('deny');
    expect(decided(policy, example, ...between.map(({ line }) => line)).outcome).toBe('allow');
  },
  CS0269: (policy, example, { rules: [{ line, column }] }) => {
    expect(decided(policy, example)).toMatchObject({ outcome: 'deny', rules: [{ line, column }] });
    expect(decided(policy, example, line).outcome).toBe('allow');
  },
  CS0271: (policy, { job, facts }) => {
    expect(job).toBeUndefined();
    expect([facts.signatures.length, publication(policy, facts).outcome]).toEqual([signers.length, 'deny']);
  },
  CS0270: (policy, example, { rules: [{ line }] }) => {
    expect(told(decided(policy, example))).toBe(told(decided(policy, example, line)));
    const earlier = { ...example, facts: { ...example.facts, now: '2026-01-01T12:00:00.000Z' } };
    expect(told(decided(policy, earlier))).not.toBe(told(decided(policy, earlier, line)));
  },
};

const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  ['a quorum of more people than there are', 'Node A may run Mean on Payroll if at least two different people from Data Protection sign.', ['CS0260 1']],
  ['a quorum of more owners than the data has', 'Node A may run Mean on Faces if at least 2 data owners sign.', ['CS0260 1']],
  ['a prohibition that nobody could lift', lines('Allow anyone to run Mean.', 'Never allow anyone to compute on Payroll unless at least two different people from Data Protection sign.'), ['CS0260 2']],
  ['a pause that nobody could end', lines('Allow anyone to run Mean.', 'Pause all computations on Payroll until at least two different people from Data Protection sign.'), ['CS0260 2']],
  ['a permission that is always forbidden', lines('Node A may run Mean on Payroll.', 'Never allow anyone to compute on data tagged hr.'), ['CS0261 1,2']],
  ['a permission that two sentences forbid', lines('Node A may run Mean on Payroll.', 'Never allow anyone to compute on data tagged hr.', 'Node A must not run Mean.'), ['CS0261 1,2,3']],
  ['a permission bound by a guard that can never be signed', lines('Node A may run Mean on Payroll.', 'Node A may run Mean only if at least two different people from Data Protection sign.'), ['CS0261 1,2', 'CS0260 2']],
  ['a permission whose result nobody may receive', lines('Node A may run Mean on Payroll.', 'Only Node B may receive results.', 'Only Node C may receive the result of Mean.'), ['CS0268 1,2,3']],
  ['two purposes that exclude each other', lines('Allow anyone to compute.', 'Every computation on Payroll must be for research.', 'Every computation on data tagged hr must be for treatment.'), ['CS0268 1,2,3']],
  ['two windows that are never open together', lines('Node A may run Mean on Payroll.', 'Every computation must start on weekdays Europe/London time.', 'Every computation must start on weekends Europe/London time.'), ['CS0268 1,2,3']],
  ['a permission that another one gives', lines('Node A may run Mean on Payroll.', 'Allow Node A to compute on Payroll and Faces.'), ['CS0262 1,2']],
  ['a sentence written twice', lines('Node A may run Mean on Payroll.', 'Allow Node A to run Mean on Payroll.'), ['CS0262 2,1']],
  ['a permission with more signatures than another one', lines('Node A may run Mean if Node B signs and Node C signs.', 'Allow Node A to compute if Node B signs.'), ['CS0262 1,2']],
  ['a guard on what is not allowed', lines(ALLOWED, 'Every result of Fraud Overlap must cover at least 25 records.'), ['CS0263 2']],
  ['a requirement on what is not allowed', lines(ALLOWED, 'Every computation on Faces must use a malicious-secure protocol.'), ['CS0263 2']],
  ['a group that is never named', lines('Define Clinics as St Mary and Riverside.', ALLOWED), ['CS0264 1']],
  ['a group whose members are listed elsewhere', lines('Define Clinics as St Mary and Riverside.', 'Riverside and St Mary may run Mean on Admissions.'), ['CS0264 1,2']],
  ['a requester who must sign and must not', lines('Node A may run Mean on Payroll if Node A signs.', 'Requesters must not sign their own jobs.'), ['CS0266 1,2']],
  ['one requester with too few others to sign', lines('Node A and Node B may run Mean on Payroll if at least 2 of Node A and Node C sign.', 'Requesters must not sign their own jobs.'), ['CS0266 1,2']],
  ['a window outside of the dates', lines('Node A may run Mean on Payroll from 10 October 2026 until 11 October 2026 Europe/London time.', 'Every computation must start on weekdays Europe/London time.'), ['CS0267 2,1']],
  ['a permission that is over', lines(ALLOWED, 'Node A may run Mean on Payroll until 1 October 2026.'), ['CS0270 2']],
  ['a limit below one computation', lines('Allow anyone to compute.', 'Every computation on Payroll must use differential privacy with epsilon at most 0.5.', 'Limit everyone to a total epsilon of 0.2 per quarter on Payroll.'), ['CS0269 3,2']],
  ['a policy that could never be changed', lines(ALLOWED, 'Policy changes need at least two different people from Data Protection to sign.'), ['CS0271 2']],
  ['a program that nobody could approve', lines(ALLOWED, 'Every computation must use a program approved by at least two different people from Data Protection.'), ['CS0261 1,2']],
  ['a limit on what is not allowed', lines(ALLOWED, 'Limit Node A to 10 computations per day on Card Transactions.'), ['CS0263 2']],
  ['a duty on what is not allowed', lines(ALLOWED, 'After every computation on Faces, notify Data Protection within 1 hour.'), ['CS0263 2']],
  ['a prohibition that is over', lines('Allow anyone to compute.', 'Never allow anyone to compute on Payroll until 1 October 2026.'), ['CS0270 2']],
];

describe('an analysis finds', () => {
  test.each(CASES)('%s, and its example shows it', (_, source, expected) => {
    const findings = found(source);
    expect(findings.map(short)).toEqual(expected);
    const policy = policyOf(source);
    for (const finding of findings) {
      expect(finding.example).toBeDefined();
      if (finding.example === undefined) continue;
      if (finding.example.job !== undefined) expect(decided(policy, finding.example).outcome).toBe(finding.example.outcome);
      CLAIMS[finding.code](policy, finding.example, finding);
    }
  });

  it('names that are registered no longer, and groups that are empty by it', () => {
    const policy = policyOf(lines('Define Clinics as St Mary and Riverside.', 'Clinics may run Mean on Admissions if Node B signs.', 'Only the requester may receive results.'));
    const fewer = { ...registry, nodes: registry.nodes.filter((name) => !['Node A', 'St Mary', 'Riverside', 'Node B'].includes(name)).concat('Riversides') };
    const { findings } = analyse(policy, { ...known, registry: fewer, signers: signers.filter(({ name }) => name !== 'Node B') });
    expect(findings.filter(({ code }) => code === 'CS0265').map(({ rules: [{ line }], message, help }) => [line, message, ...help])).toEqual([
      [1, 'nothing of this group is registered any more: `Riverside` and `St Mary`', 'renamed? there is `Riversides`'],
      [2, '`Riverside`, `St Mary` and `Node B` are not registered any more', 'renamed? there are `Riversides` and `Node C`'],
    ]);
    for (const { code, example } of findings) {
      if (code === 'CS0265') expect(fewer.nodes).not.toContain(example?.job?.requester.node);
      expect(example && decided(policy, example).outcome).toBe(example?.outcome);
    }
    // Nobody of the name can sign, so the request that the sentence is about is denied.
    expect(findings.find(({ rules: [{ line }], code }) => line === 2 && code === 'CS0265')?.example?.outcome).toBe('deny');
  });
});

describe('an analysis is silent about', () => {
  test.each<[string, string]>([
    ['a prohibition as a precaution', lines(ALLOWED, 'Never allow anyone to compute on data tagged biometric.')],
    ['one dataset taken out of a wide permission', lines('Allow anyone to compute.', 'Never allow anyone to compute on Faces.')],
    ['a permission with other signatures', lines('Node A may run Mean on Payroll if Node B signs.', 'Node A may compute on Payroll if Node C signs.')],
    ['a permission with more to it, and one that binds', lines('Node A may run Mean on Payroll.', 'Node A may run Mean only if Node B signs.')],
    ['a requester whose own signature is one of many', lines('Node A may run Mean on Payroll if at least 1 of Node A and Node B signs.', 'Requesters must not sign their own jobs.')],
    ['a requester among anyone who could not sign', lines('Allow anyone to run Mean on Payroll if Node A signs.', 'Requesters must not sign their own jobs.')],
    ['a group named in the singular', lines('Define Clinics as St Mary and Riverside.', 'Any clinic may run Mean on Admissions.')],
    ['regions, whatever they are', lines('Allow anyone to compute.', 'Every computation must run only on nodes in the EU.')],
    ['limits, privacy, links, programs, duties and policy changes that can be kept', lines('Node A may run Mean on Payroll if Node B signs.', 'Limit Node A to 10 computations per day on Payroll.', 'Limit everyone to a total epsilon of 4 per quarter on Payroll.', 'Every computation must use differential privacy with epsilon at most 0.5 and use links with a round trip of at most 80 ms.', 'Every computation must use a program approved by Compliance.', 'After every computation on Payroll, notify Data Protection within 1 hour.', 'Results of Mean must be deleted after 30 days.', 'Policy changes need Node A and Node B to sign.')],
    ['dates to come', 'Node A may run Mean on Payroll from 1 December 2026 until 2 December 2026.'],
    ['an empty policy', ''],
  ])('%s', (_, source) => expect(found(source).map(short)).toEqual([]));

  const folder = fileURLToPath(new URL('../../../../policies/', import.meta.url));
  const read = (name: string): string => readFileSync(folder + name, 'utf8');
  test.each(readdirSync(folder).filter((name) => name.endsWith('.policy')))('the example %s', (name) => {
    const names = parse(read(name.replace('.policy', '.registry.yaml'))) as PolicyRegistry;
    const policy = policyOf(read(name), names);
    expect(analyse(policy, { registry: names, signers: signersSupposed(names, policy), now: known.now }).findings).toEqual([]);
  });
});

test('a policy of a thousand sentences is analysed in bounded time', () => {
  const nodes = Array.from({ length: 50 }, (_, i) => `N${i}`);
  const names: PolicyRegistry = { nodes, datasets: nodes.map((node, i) => ({ name: `D${i}`, node, tags: ['all'] })), programs: ['Mean', 'Sum'], roles: [] };
  const source = Array.from({ length: 1_000 }, (_, i) => `N${i % 50} may run Mean on D${(i * 7) % 50} if at least 2 data owners sign and N${(i * 3) % 50} signs.`).join('\n');
  const policy = policyOf(source, names);
  const started = process.cpuUsage();
  const { note } = analyse(policy, { registry: names, signers: signersSupposed(names, policy), now: known.now });
  expect(process.cpuUsage(started).user / 1_000).toBeLessThan(60_000);
  expect(note).toBeUndefined();
});

test('an analysis says where there were too many requests to look at', () => {
  const nodes = Array.from({ length: 30 }, (_, i) => `N${i}`);
  const names: PolicyRegistry = { nodes, datasets: nodes.map((node, i) => ({ name: `D${i}`, node, tags: [] })), programs: ['Mean'], roles: [{ name: 'Legal', nodes: ['N0'] }] };
  const policy = policyOf('Allow anyone to compute if at least 2 people from Legal sign.', names);
  const one = signersSupposed(names, policy).filter(({ name }) => name !== 'Legal 2 of N0');
  expect(analyse(policy, { registry: names, signers: one, now: known.now })).toMatchObject({ findings: [], note: expect.stringContaining('not all of them') });
});
