import type { Approval, JobSpec, Veto } from '#contract';
import { compile, type PolicyRegistry } from '#policy';
import { decideJob, type DecisionInputs } from './decision.js';

const registry: PolicyRegistry = {
  nodes: ['North', 'South', 'East'],
  datasets: ['North', 'South', 'East'].map((node) => ({ name: 'Rows', node, tags: ['health'] })),
  programs: ['Mean'],
  roles: [],
};
const source = `Allow North to run Mean on Rows only if South signs.
Signatures for Rows expire after 4 hours.
Every computation on Rows must run only on nodes in the EU or UK.
Every computation on Rows must use an LPN-free protocol.
Never allow AI agents to compute on data tagged health.
Any data owner may veto a computation on its data.
`;
const signers = [['North', 'EU'], ['South', 'UK'], ['East', 'US']].map(([name, region]) => ({ name, keyId: `key of ${name}`, roles: [], region }));
const now = new Date('2026-10-01T12:00:00.000Z');
const by = (issuer: string, issuedAt = '2026-10-01T11:00:00.000Z') => ({ issuer, kid: `key of ${issuer}`, issuedAt });
const spec = (fields: Partial<JobSpec> = {}): JobSpec => ({
  ...by('North'), program: { name: 'Mean', digest: '0'.repeat(64) }, inputs: ['North', 'South'].map((node) => ({ node, dataset: 'Rows', role: 'rows' })),
  parties: ['North', 'South'], receivers: ['North'], security: { model: 'semi-honest', majority: 'dishonest', assumptions: 'no-lpn' }, suite: 'auto', agent: false, ...fields,
}) as JobSpec;

/** What signed statements say reaches the rules that speak of it: of each sentence one job that it decides. */
describe('the facts of a decision come from signed statements', () => {
  const compiled = compile(source, registry, 'facts.policy');
  if (!compiled.ok) throw new Error(compiled.diagnostics[0].message);
  const outcome = (inputs: Partial<DecisionInputs>): string =>
    decideJob(compiled.policy, {
      spec: spec(), datasets: registry.datasets, approvals: [by('South') as Approval], withdrawals: [], vetoes: [], programApprovals: [], signers, now, uses: [], ...inputs,
    }).outcome;

  it.each<[string, Partial<DecisionInputs>, string]>([
    ['a person with a fresh signature is allowed', {}, 'allow'],
    ['a signature that lapsed is asked for again', { approvals: [by('South', '2026-10-01T07:59:59.000Z') as Approval] }, 'needs_signatures'],
    ['a party elsewhere is denied', { spec: spec({ parties: ['North', 'South', 'East'] }) }, 'deny'],
    ['a party whose region is not known is denied', { signers: signers.slice(0, 1) }, 'deny'],
    ['an AI agent is denied', { spec: spec({ agent: true }) }, 'deny'],
    ['a request that does not say who asks is taken for an agent’s', { spec: spec({ agent: undefined }) }, 'deny'],
    ['a request that may rest on LPN is denied', { spec: spec({ security: { model: 'semi-honest', majority: 'dishonest' } }) }, 'deny'],
    ['a request that rests on less still is allowed', { spec: spec({ security: { model: 'semi-honest', majority: 'dishonest', assumptions: 'module-lwe-only' } }) }, 'allow'],
    ['a veto denies', { vetoes: [by('South') as Veto] }, 'deny'],
  ])('%s', (_, inputs, expected) => expect(outcome(inputs)).toBe(expected));
});
