import { compile } from '../compile.js';
import { decide } from '../decide/decide.js';
import { type CompiledPolicy } from '../rules.js';
import { type Decision, type PolicyFacts, type PolicyJob, type PolicyRegistry } from '../types.js';

/** The names that the sentences of the language's reference use. */
export const registry: PolicyRegistry = {
  nodes: ['Node A', 'Node B', 'Node C', 'Northwind Bank', 'Southgate Bank', 'St Mary', 'Riverside', 'Lakeview'],
  datasets: [
    { name: 'Payroll', node: 'Node A', tags: ['hr'] },
    { name: 'Payroll', node: 'Node B', tags: ['hr'] },
    { name: 'Card Transactions', node: 'Northwind Bank', tags: ['cardholder'] },
    { name: 'Card Transactions', node: 'Southgate Bank', tags: ['cardholder'] },
    { name: 'Admissions', node: 'St Mary', tags: ['health'] },
    { name: 'Admissions', node: 'Riverside', tags: ['health'] },
    { name: 'Admissions', node: 'Lakeview', tags: ['health'] },
    { name: 'Faces', node: 'Node C', tags: ['biometric'] },
  ],
  programs: ['Fraud Overlap', 'Readmission Count', 'Basket Overlap', 'Row Export', 'Mean', 'Sum'],
  roles: [
    { name: 'Compliance', nodes: ['Node A', 'Node B'] },
    { name: 'Chief Privacy Officer', nodes: ['Node B'] },
    { name: 'Data Protection', nodes: ['Node A'] },
    { name: 'data officer', nodes: ['Node A'] },
    { name: 'Model Risk', nodes: ['Node C'] },
  ],
};

type Person = PolicyFacts['signers'][number];
const PEOPLE: readonly Person[] = [
  { name: 'Ana', keyId: 'key-ana', roles: ['Compliance'], node: 'Node A' },
  { name: 'Ben', keyId: 'key-ben', roles: ['Compliance', 'Chief Privacy Officer'], node: 'Node B' },
  { name: 'Cleo', keyId: 'key-cleo', roles: ['data officer', 'Data Protection'], node: 'Node A' },
  { name: 'Dora', keyId: 'key-dora', roles: ['Model Risk'], node: 'Node C' },
  { name: 'Eli', keyId: 'key-eli', roles: ['Model Risk'], node: 'Node C' },
];
export const signers: readonly Person[] = [...registry.nodes.map((name) => ({ name, keyId: `key-${name}`, roles: [] })), ...PEOPLE];

/** Node A asks for the mean of both payrolls, for itself. */
export const payrollMean: PolicyJob = {
  requester: { node: 'Node A', keyId: 'key-Node A', agent: false },
  program: { name: 'Mean', digest: '00' },
  inputs: [
    { node: 'Node A', dataset: 'Payroll', tags: ['hr'] },
    { node: 'Node B', dataset: 'Payroll', tags: ['hr'] },
  ],
  parties: ['Node A', 'Node B'],
  receivers: ['Node A'],
  security: { model: 'semi-honest', majority: 'dishonest' },
};

/** `payrollMean` asked by somebody else. */
export const by = (node: string, changed: Partial<PolicyJob> = {}): PolicyJob => ({ ...payrollMean, requester: { node, keyId: `key-${node}`, agent: false }, ...changed });
export const input = (node: string, dataset: string): PolicyJob['inputs'][number] => ({
  node,
  dataset,
  tags: registry.datasets.find((known) => known.name === dataset && known.node === node)?.tags ?? [],
});

/** What is known when these have signed, by name. */
export function facts(...names: readonly string[]): PolicyFacts {
  const signatures = names.map((name) => {
    const person = signers.find((signer) => signer.name === name);
    if (person === undefined) throw new Error(`nobody is called ${name}`);
    return { signer: name, keyId: person.keyId, roles: person.roles };
  });
  return { now: '2026-10-05T12:00:00.000Z', signatures, signers };
}

/** The compiled policy; throws with its diagnostics when it is refused. */
export function policyOf(source: string, names = registry): CompiledPolicy {
  const compiled = compile(source, names, 'test.policy');
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ code, message, span }) => `${span.start.line}:${span.start.column} ${code} ${message}`).join('\n'));
  return compiled.policy;
}

export const decided = (source: string, job: PolicyJob, known = facts()): Decision => decide(policyOf(source), job, known);

/** Outcome and, where signatures are missing, how many of whom: "needs 2 of Ana, Ben". */
export function outcome({ outcome: is, missing }: Decision): string {
  return is === 'needs_signatures' ? `needs ${missing.map(({ atLeast, of }) => (of.length === 1 ? of[0] : `${atLeast} of ${of.join(', ')}`)).join(' and ')}` : is;
}
