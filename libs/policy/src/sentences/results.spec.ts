import { decide } from '../decide/decide.js';
import { by, facts, payrollMean, policyOf } from '../testing/consortium.js';
import { eachSentence, run } from '../testing/sentences.js';

eachSentence('who receives, how many records, and what is owed', [
  {
    name: '13 Only … may receive …',
    sentences: ['Only Node A may receive the result of Mean.', 'Only Node A may receive the results of Mean.', 'Only Node A can see results of Mean.'],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'receivers', scope: { programs: ['Mean'] }, receivers: ['Node A'] },
    cases: [
      [payrollMean, 'allow'],
      [{ ...payrollMean, receivers: ['Node A', 'Node B'] }, 'deny', 'Node A', 'Node B'],
      [{ ...payrollMean, receivers: ['Node B'] }, 'deny'],
      [run('Sum', { ...payrollMean, receivers: ['Node B'] }), 'allow'],
    ],
  },
  {
    name: '13 Only the requester may receive …',
    sentences: ['Only the requester may receive results.'],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'receivers', scope: {}, receivers: 'requester' },
    cases: [
      [by('Node B', { receivers: ['Node B'] }), 'allow'],
      [by('Node B', { receivers: ['Node A'] }), 'deny'],
    ],
  },
]);

test('14 Every result … must cover at least … records: the strictest wins', () => {
  const policy = policyOf('Allow anyone to compute. Every result must cover at least ten records. Every result of Mean must cover at least 25 records. Results of Mean on Payroll have to include at least 20 rows.');
  expect(policy.rules.slice(1).map(({ rule }) => rule)).toEqual([
    { kind: 'minimum-group', scope: {}, records: 10 },
    { kind: 'minimum-group', scope: { programs: ['Mean'] }, records: 25 },
    { kind: 'minimum-group', scope: { programs: ['Mean'], data: [{ dataset: 'Payroll' }] }, records: 20 },
  ]);
  expect(decide(policy, payrollMean, facts()).obligations).toEqual({ minimumGroup: 25 });
  expect(decide(policy, run('Sum'), facts()).obligations).toEqual({ minimumGroup: 10 });
  expect(decide(policyOf('Allow anyone to compute.'), payrollMean, facts()).obligations).toEqual({ minimumGroup: 0 });
});
