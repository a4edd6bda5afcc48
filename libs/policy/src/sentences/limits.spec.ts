import { decide } from '../decide/decide.js';
import { drawnOn, type Limit } from '../decide/limit.js';
import { limitsOn } from '../decide/limits-on.js';
import { by, facts, payrollMean, policyOf } from '../testing/consortium.js';
import { admissions, cards, eachSentence, readmissions, run } from '../testing/sentences.js';
import { type Decision, type PolicyJob } from '../types.js';

const ALLOW = 'Allow anyone to compute.';
const onCards = by('Node A', { inputs: cards });
const withEpsilon = (epsilon: string, job: PolicyJob = readmissions): PolicyJob => ({ ...job, privacy: { epsilon } });

eachSentence('limits, whose use is not known', [
  {
    name: '16 Limit … to … computations per …',
    sentences: [
      'Limit Node A to 10 computations per day on Card Transactions.',
      'Limit Node A to ten queries a day on Card Transactions.',
      'Limit Node A to at most 10 jobs on Card Transactions per calendar day.',
      'limit Node A on Card Transactions to no more than 10 computations each day',
      'Limit Node A to up to 10 computations every day on Card Transactions.',
      'Limit the number of computations on Card Transactions by Node A to 10 per day.',
      'Limit computations by Node A on Card Transactions to a total of 10 in any day.',
    ],
    beside: ALLOW,
    rule: { kind: 'budget', scope: { who: ['Node A'], data: [{ dataset: 'Card Transactions' }] }, of: 'computations', most: '10', per: 'day' },
    cases: [
      [onCards, 'deny', 'Node A', 'Node B'],
      [payrollMean, 'allow'],
      [by('Node B', { inputs: cards }), 'allow'],
    ],
  },
  {
    name: '16 each has its own',
    sentences: [
      'Limit each of Node A and Node B to 5 computations of Mean per week Europe/London time for research.',
      'Limit Node A and Node B to 5 computations of Mean each per week in Europe/London time for research.',
      'Limit every Bank to five queries of Mean a week Europe/London for research.',
      'Limit any Bank to 5 jobs of Mean per week Europe/London time for research.',
    ],
    beside: `${ALLOW} Define Banks as Node A and Node B.`,
    rule: { kind: 'budget', scope: { who: ['Node A', 'Node B'], programs: ['Mean'], purposes: ['research'] }, of: 'computations', most: '5', per: 'week', zone: 'Europe/London', each: true },
    cases: [[payrollMean, 'deny'], [run('Sum'), 'allow'], [by('Node C'), 'allow']],
  },
  {
    name: '16 every requester has its own',
    sentences: ['Limit each node to 3 computations per month.', 'Limit every requester to three computations a month.', 'Limit any node to 3 computations per month.', 'Limit computations by each node to 3 per month.'],
    beside: ALLOW,
    rule: { kind: 'budget', scope: {}, of: 'computations', most: '3', per: 'month', each: true },
    cases: [[payrollMean, 'deny']],
  },
  {
    name: '16 several share one',
    sentences: ['Limit Node A and Node B together to 100 computations per year.', 'Limit all of the Banks together to 100 computations per year.', 'Limit Node A and Node B in total to 100 computations per year.'],
    beside: `${ALLOW} Define Banks as Node A and Node B.`,
    rule: { kind: 'budget', scope: { who: ['Node A', 'Node B'] }, of: 'computations', most: '100', per: 'year' },
    cases: [[payrollMean, 'deny'], [by('Node C'), 'allow']],
  },
  {
    name: '16 AI agents',
    sentences: ['Limit AI agents of Node A to 1 computation per day.', 'Limit AI agents of Node A together to one computation per day.'],
    beside: ALLOW,
    rule: { kind: 'budget', scope: { agents: true, who: ['Node A'] }, of: 'computations', most: '1', per: 'day' },
    cases: [[payrollMean, 'allow'], [by('Node A', { requester: { node: 'Node A', keyId: '', agent: true } }), 'deny']],
  },
  {
    name: '17 Limit everyone to a total epsilon of … per …',
    sentences: [
      'Limit everyone to a total epsilon of 4 per quarter on Admissions.',
      'Limit everybody together to an epsilon of at most 4.0 each quarter on Admissions.',
      'Limit the total epsilon on Admissions to 4 per quarter.',
      'Limit all nodes together to epsilon four a quarter on Admissions.',
    ],
    beside: ALLOW,
    rule: { kind: 'budget', scope: { data: [{ dataset: 'Admissions' }] }, of: 'epsilon', most: '4', per: 'quarter' },
    cases: [[withEpsilon('1'), 'deny'], [readmissions, 'deny'], [payrollMean, 'allow']],
  },
  {
    name: '17 of programs, for each',
    sentences: ['Limit each node to a total epsilon of 0.25 per day in computations of Mean.'],
    beside: ALLOW,
    rule: { kind: 'budget', scope: { programs: ['Mean'] }, of: 'epsilon', most: '0.25', per: 'day', each: true },
    cases: [[withEpsilon('0.1', payrollMean), 'deny'], [run('Sum'), 'allow']],
  },
]);

const soleLimit = (source: string, job: PolicyJob, now = facts().now): Limit => {
  const [limit, ...others] = limitsOn(policyOf(`${ALLOW} ${source}`), job, { now });
  expect(others).toEqual([]);
  return limit;
};
/** The decision when others have used so much of the only limit. */
function whenUsed(source: string, job: PolicyJob, used: string): Decision {
  return decide(policyOf(`${ALLOW} ${source}`), job, { ...facts(), uses: [{ key: soleLimit(source, job).key, used }] });
}

describe('limits, whose use is known', () => {
  const COUNT = 'Limit Node A to 10 computations per day on Card Transactions.';
  const EPSILON = 'Limit everyone to a total epsilon of 4 per quarter on Admissions.';

  test.each<[string, PolicyJob, string, string]>([
    [COUNT, onCards, '0', 'allow'],
    [COUNT, onCards, '9', 'allow'],
    [COUNT, onCards, '10', 'deny'],
    [COUNT, onCards, '11', 'deny'],
    [COUNT, onCards, 'many', 'deny'],
    [EPSILON, withEpsilon('0.1'), '3.9', 'allow'],
    [EPSILON, withEpsilon('0.1'), '3.90', 'allow'],
    [EPSILON, withEpsilon('0.1'), '3.9000000000000000000001', 'deny'],
    [EPSILON, withEpsilon('4'), '0', 'allow'],
    [EPSILON, withEpsilon('4.1'), '0', 'deny'],
  ])('%s %j after a use of %s', (source, job, used, outcome) => {
    expect(whenUsed(source, job, used).outcome).toBe(outcome);
  });

  test('say what is used, until when, and what would still fit', () => {
    expect(whenUsed(COUNT, onCards, '10').summary).toBe('Node A may not run Mean on Card Transactions: 10 of 10 computations are used until 2026-10-06T00:00:00.000Z');
    expect(whenUsed(EPSILON, withEpsilon('1'), '3.75')).toMatchObject({
      rules: [{ why: 'an epsilon of 3.75 of 4 is used until 2027-01-01T00:00:00.000Z, and this request asks for 1' }], nearest: 'the same with differential privacy, epsilon 0.25', signaturesHelp: false,
    });
    expect(whenUsed(EPSILON, withEpsilon('1'), '3.75').facts).toMatchObject({ limits: [{ used: '3.75', amount: '1', most: '4', from: '2026-10-01T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z' }] });
  });

  test('of several the strictest counts', () => {
    const policy = policyOf(`${ALLOW} Limit everyone to 5 computations per day. Limit Node A to 3 computations per week.`);
    const [day, week] = limitsOn(policy, payrollMean, facts());
    const after = (ofDay: string, ofWeek: string) => decide(policy, payrollMean, { ...facts(), uses: [{ key: day.key, used: ofDay }, { key: week.key, used: ofWeek }] }).outcome;
    expect([after('2', '2'), after('2', '3'), after('5', '2')]).toEqual(['allow', 'deny', 'deny']);
    expect(decide(policy, payrollMean, { ...facts(), uses: [{ key: day.key, used: '0' }] }).outcome).toBe('deny');
  });

  test('a request without differential privacy draws on no limit of epsilon, and is denied', () => {
    expect(limitsOn(policyOf(`${ALLOW} ${EPSILON}`), readmissions, facts())).toEqual([]);
    expect(decide(policyOf(`${ALLOW} ${EPSILON}`), readmissions, { ...facts(), uses: [] }).rules[0].why).toBe('the request does not ask for differential privacy, so nothing bounds its epsilon');
  });

  test('have a key for scope, kind, period and asker, but not for the amount', () => {
    const key = (source: string, job: PolicyJob, now?: string) => soleLimit(source, job, now).key;
    const plain = key('Limit each node to 10 computations per day.', payrollMean);
    expect(key('Limit each node to 20 computations per day.', payrollMean)).toBe(plain);
    const others = [
      key('Limit each node to 10 computations per day.', by('Node B')),
      key('Limit everyone to 10 computations per day.', payrollMean),
      key('Limit each node to 10 computations per week.', payrollMean),
      key('Limit each node to 10 computations per day Europe/London time.', payrollMean),
      key('Limit each node to 10 computations per day on Payroll.', payrollMean),
      key('Limit each node to a total epsilon of 10 per day.', withEpsilon('1', payrollMean)),
      key('Limit each node to 10 computations per day.', payrollMean, '2026-10-06T00:00:00.000Z'),
    ];
    expect(new Set([plain, ...others]).size).toBe(others.length + 1);
    expect(key('Limit each node to 10 computations per day.', payrollMean, '2026-10-05T23:59:59.999Z')).toBe(plain);
  });

  test('are drawn on by what falls under them, in their period, by the same asker', () => {
    const each = soleLimit('Limit each node to 10 computations per day on Payroll.', payrollMean);
    expect(each).toMatchObject({ of: 'computations', most: '10', amount: '1', from: '2026-10-05T00:00:00.000Z', until: '2026-10-06T00:00:00.000Z', node: 'Node A', rule: { line: 1, why: 'allows 10 computations per day' } });
    const at = (instant: string, job: PolicyJob = payrollMean) => drawnOn(each, job, instant);
    expect([at('2026-10-05T00:00:00.000Z'), at('2026-10-05T23:59:59.999Z'), at('2026-10-04T23:59:59.999Z'), at('2026-10-06T00:00:00.000Z')]).toEqual(['1', '1', undefined, undefined]);
    expect([at(each.from, by('Node B')), at(each.from, by('Node A', { inputs: cards })), at('some day')]).toEqual([undefined, undefined, undefined]);
    const shared = soleLimit(EPSILON, withEpsilon('0.5'));
    expect([drawnOn(shared, withEpsilon('0.25', by('Lakeview', { inputs: admissions })), shared.from), drawnOn(shared, readmissions, shared.from)]).toEqual(['0.25', undefined]);
  });
});
