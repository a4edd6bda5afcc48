import type { JobSpec } from '#contract';
import { planJob, SUITES, trafficOf, type SuiteName } from '#program';
import { Consortium } from '#testing';
import { securityOf } from './security.js';
import { verifyBundle } from './bundle.js';

const parties = ['Bank A', 'Bank B', 'Bank C'];
type Security = JobSpec['security'];
const asked = (more: Partial<Security> = {}): Security => ({ model: 'semi-honest', majority: 'honest', ...more });

describe('what policies see of the security of a job', () => {
  it.each<[JobSpec['suite'], Security, number, Security['assumptions']]>([
    ['replicated-z64', asked(), 3, 'module-lwe-only'], ['shamir-p61', asked(), 5, 'module-lwe-only'], ['auto', asked(), 3, 'module-lwe-only'], ['auto', asked(), 4, 'module-lwe-only'], ['replicated-z64', asked({ assumptions: 'no-lpn' }), 3, 'module-lwe-only'],
    ['additive-z64', asked({ majority: 'dishonest' }), 3, undefined], ['additive-z64', asked(), 3, undefined], ['auto', asked({ majority: 'dishonest' }), 3, undefined], ['auto', asked({ majority: 'dishonest', assumptions: 'no-lpn' }), 3, 'no-lpn'],
    // No suite fits these, so that nothing is known of them but their word.
    ['replicated-z64', asked(), 4, undefined], ['replicated-z64', asked({ majority: 'dishonest' }), 3, undefined], ['shamir-p61', asked({ assumptions: 'no-lpn' }), 2, 'no-lpn'],
  ])('%s with %j of %i parties: %s', (suite, security, count, assumptions) => {
    const seen = securityOf({ suite, security, parties: Array.from({ length: count }, (_, i) => `Bank ${i}`) });
    expect(seen).toEqual({ ...security, ...(assumptions && { assumptions }) });
  });
  it('is Module-LWE alone in suites that need no triples, and in no other', () => {
    const rows = parties.map((node) => ({ node, name: 'Loans', tags: [], maxRows: 64, columns: { income: { type: 'number' as const, min: 0, max: 1000 }, age: { type: 'integer' as const, min: 0, max: 100 } } }));
    for (const [program, parameters] of [['Correlation', { columns: 'income,age' }], ['Median', { column: 'income' }]] as const) {
      for (const [suite, { usesTriples }] of Object.entries(SUITES)) {
        const plan = planJob({ program, parameters, parties, receivers: ['Bank A'], inputs: parties.map((node) => ({ node, dataset: 'Loans', role: 'rows' })), suite: suite as SuiteName, datasets: rows, minimumGroup: 1 });
        const { name, restsOn } = trafficOf(plan).correlations;
        expect({ suite, program, made: name !== 'none', bare: usesTriples || restsOn.every((problem) => problem === 'module-lwe') }).toEqual({ suite, program, made: usesTriples, bare: true });
      }
    }
    expect(Object.entries(SUITES).map(([name, { usesTriples }]) => [name, usesTriples])).toEqual([['additive-z64', true], ['replicated-z64', false], ['shamir-p61', false]]);
  });
});

describe('a policy that wants a job to rest on Module-LWE only', () => {
  const now = new Date('2026-11-22T10:00:00.000Z');
  const world = new Consortium({ nodes: parties, policy: 'Allow anyone to compute.\nEvery computation must rest on Module-LWE only.\nEvery computation must use an LPN-free protocol.', now });
  const outcome = (fields: Partial<JobSpec>) =>
    verifyBundle(world.bundle(world.job('Bank A', { parties, inputs: parties.map((node) => ({ node, dataset: 'Loans', role: 'rows' })), ...fields })), { pins: world.pins, acceptedPolicies: new Set([world.policy.digest]), now }).decision.outcome;
  it('allows one whose suite makes no correlations without a word, and holds others to theirs', () => {
    expect(outcome({ suite: 'auto', security: asked() })).toBe('allow');
    expect(outcome({ suite: 'replicated-z64', security: asked() })).toBe('allow');
    expect(outcome({ suite: 'auto', security: asked({ majority: 'dishonest' }) })).toBe('deny');
    expect(outcome({ suite: 'additive-z64', security: asked({ assumptions: 'no-lpn' }) })).toBe('deny');
    expect(outcome({ suite: 'additive-z64', security: asked({ assumptions: 'module-lwe-only' }) })).toBe('allow');
  });
});
