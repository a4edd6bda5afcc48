import { decide } from '../decide/decide.js';
import { decided, facts, payrollMean, policyOf } from '../testing/consortium.js';
import { eachSentence, readmissions } from '../testing/sentences.js';
import { type PolicyJob } from '../types.js';

const pure = (epsilon: string, job = readmissions): PolicyJob => ({ ...job, privacy: { epsilon } });
const approximate = (epsilon: string, delta: string): PolicyJob => ({ ...readmissions, privacy: { epsilon, delta } });

eachSentence('differential privacy', [
  {
    name: '15 … must use differential privacy with epsilon at most …',
    sentences: [
      'Every computation on Admissions must use differential privacy with epsilon at most 0.5.',
      'All jobs on Admissions must use differential privacy with an epsilon of at most 0.50.',
      'Every query on Admissions must use pure differential privacy with epsilon no more than 00.5',
      'Each computation on Admissions has to use differential privacy with epsilon up to 0.5.',
    ],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'require', scope: { data: [{ dataset: 'Admissions' }] }, must: [{ kind: 'privacy', epsilon: '0.5' }] },
    cases: [
      [readmissions, 'deny', 'St Mary', 'Riverside'],
      [pure('0.5'), 'allow'],
      [pure('0.500'), 'allow'],
      [pure('0.1'), 'allow'],
      [pure('0.5000000000000000000000000000000000001'), 'deny'],
      [pure('1'), 'deny'],
      [pure('10'), 'deny'],
      [pure('-1'), 'deny'],
      [pure('a little'), 'deny'],
      [pure('1e-9'), 'deny'],
      [approximate('0.1', '0.000000001'), 'deny'],
      [payrollMean, 'allow'],
    ],
  },
  {
    name: '15 … and delta at most …',
    sentences: [
      'Every computation on Admissions must use differential privacy with epsilon at most 1 and delta at most 0.000001.',
      'Every computation on Admissions must use differential privacy with epsilon at most one, and a delta of at most 0.0000010.',
    ],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'require', scope: { data: [{ dataset: 'Admissions' }] }, must: [{ kind: 'privacy', epsilon: '1', delta: '0.000001' }] },
    cases: [
      [pure('1'), 'allow'],
      [approximate('1', '0.000001'), 'allow'],
      [approximate('1', '0.0000010000000001'), 'deny'],
      [approximate('1.1', '0.000001'), 'deny'],
      [approximate('1', '0'), 'allow'],
      [readmissions, 'deny'],
    ],
  },
  {
    name: '15 beside another requirement, in one sentence',
    sentences: ['Every computation must use differential privacy with epsilon at most 2 and be for research.', 'Every computation must use differential privacy with epsilon at most 2, and be for the purpose of research.'],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'require', scope: {}, must: [{ kind: 'privacy', epsilon: '2' }, { kind: 'purpose', purposes: ['research'] }] },
    cases: [
      [{ ...pure('2'), purpose: 'research' }, 'allow'],
      [pure('2'), 'deny'],
      [{ ...readmissions, purpose: 'research' }, 'deny'],
    ],
  },
]);

describe('a request with too little privacy', () => {
  const policy = 'Allow anyone to compute. Every computation on Admissions must use differential privacy with epsilon at most 0.5. Every computation must use differential privacy with epsilon at most 2 and delta at most 0.001.';

  test('is told what the strictest sentence asks for', () => {
    const decision = decided(policy, pure('1'));
    expect(decision.rules.map(({ why }) => why)).toEqual(['the request asks for an epsilon of 1, and 0.5 is the most']);
    expect(decided(policy, approximate('0.1', '0.0001')).rules.map(({ why }) => why)).toEqual(['the request asks for a delta, and only pure differential privacy will do']);
    expect(decided(policy, readmissions).rules.map(({ why }) => why)).toEqual(Array.from({ length: 2 }, () => 'the request does not ask for differential privacy'));
  });

  test.each<[PolicyJob, string]>([
    [readmissions, 'the same with differential privacy, epsilon 0.5'],
    [pure('1'), 'the same with differential privacy, epsilon 0.5'],
    [approximate('0.1', '0.0001'), 'the same with differential privacy, epsilon 0.1'],
    [{ ...payrollMean, privacy: { epsilon: '3', delta: '0.01' } }, 'the same with differential privacy, epsilon 2, delta 0.001'],
  ])('learns the nearest one that is allowed', (job, nearest) => {
    expect(decide(policyOf(policy), job, facts())).toMatchObject({ outcome: 'deny', signaturesHelp: false, nearest });
  });
});
