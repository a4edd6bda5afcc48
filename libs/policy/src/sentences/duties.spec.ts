import { decide } from '../decide/decide.js';
import { by, facts, payrollMean, policyOf, signers } from '../testing/consortium.js';
import { admissions, cards, eachSentence, readmissions, run } from '../testing/sentences.js';
import { type Duty, type PolicyJob } from '../types.js';

const ALLOW = 'Allow anyone to compute.';

eachSentence('duties', [
  {
    name: '25 After every computation …, notify … within …',
    sentences: [
      'After every computation on Admissions, notify Data Protection within 1 hour.',
      'After any job on Admissions, tell someone from Data Protection within 60 minutes.',
      'Notify Data Protection within one hour of every computation on Admissions.',
      'Inform Data Protection of every computation on Admissions within 3600 seconds.',
      'Data Protection must be notified within 1 hour after every computation on Admissions.',
      'After all computations on Admissions notify a person from Data Protection no later than 1 hour.',
    ],
    beside: ALLOW,
    rule: { kind: 'notice', scope: { data: [{ dataset: 'Admissions' }] }, notify: [{ role: 'Data Protection' }], seconds: 3_600 },
    cases: [[readmissions, 'allow'], [payrollMean, 'allow']],
    withFacts: [
      [readmissions, { signers: signers.filter(({ name }) => name !== 'Cleo') }, 'deny'],
      [payrollMean, { signers: signers.filter(({ name }) => name !== 'Cleo') }, 'allow'],
      [readmissions, { signers: undefined as never }, 'deny'],
    ],
  },
  {
    name: '25 several, each by itself',
    sentences: ['After every computation of Mean by Node A for research, notify Node C, every other data owner and a data officer of Node A within 2 days.', 'Notify a data officer of Node A, each other data owner and Node C within 48 hours of every computation of Mean by Node A for research.'],
    beside: ALLOW,
    rule: { kind: 'notice', scope: { who: ['Node A'], programs: ['Mean'], purposes: ['research'] }, notify: [{ node: 'Node C' }, { owners: 'other' }, { role: 'data officer', at: 'Node A' }], seconds: 172_800 },
    cases: [[{ ...payrollMean, purpose: 'research' }, 'allow']],
    withFacts: [
      [{ ...payrollMean, purpose: 'research' }, { signers: signers.filter(({ name }) => name !== 'Node C') }, 'deny'],
      [{ ...payrollMean, purpose: 'research' }, { signers: signers.filter(({ name }) => name !== 'Node B') }, 'deny'],
      [{ ...payrollMean, purpose: 'research', inputs: payrollMean.inputs.slice(0, 1) }, {}, 'deny'],
    ],
  },
  {
    name: '26 Results … must be deleted after …',
    sentences: [
      'Results of Readmission Count must be deleted after 30 days.',
      'Every result of Readmission Count must be erased within 30 days.',
      'The results of Readmission Count have to be destroyed no later than 720 hours.',
      'Every receiver must delete its results of Readmission Count after 30 days.',
      'Receivers must delete the result of Readmission Count within thirty days.'.replace('thirty', '30'),
    ],
    beside: ALLOW,
    rule: { kind: 'deletion', scope: { programs: ['Readmission Count'] }, seconds: 2_592_000 },
    cases: [[readmissions, 'allow'], [payrollMean, 'allow']],
  },
]);

const dutiesOf = (source: string, job: PolicyJob): readonly Duty[] | undefined => decide(policyOf(source), job, facts()).obligations.duties;

describe('what a decision makes somebody owe', () => {
  test('one who holds the role, by when, and by which sentence', () => {
    const sentence = 'After every computation on Admissions, notify Compliance within 1 hour.';
    expect(dutiesOf(`${ALLOW}\n${sentence}`, readmissions)).toEqual([
      { kind: 'notify', by: ['Ana', 'Ben'], seconds: 3_600, rule: { file: 'test.policy', line: 2, column: 1, sentence, why: 'Ana or Ben is to be notified within 1 hour' } },
    ]);
    expect(dutiesOf(`${ALLOW} ${sentence}`, payrollMean)).toBeUndefined();
  });

  test('every data owner owes by itself', () => {
    const owed = dutiesOf(`${ALLOW} After every computation, notify every data owner within 1 day.`, by('Node C', { inputs: admissions }));
    expect(owed?.map((duty) => duty.by)).toEqual([['Lakeview'], ['Riverside'], ['St Mary']]);
  });

  test('every receiver deletes, of several sentences each by its own time', () => {
    const owed = dutiesOf(`${ALLOW} Results must be deleted after 90 days. Results on Payroll must be deleted after 4 weeks.`, { ...payrollMean, receivers: ['Node B', 'Node A'] });
    expect(owed?.map(({ kind, by: whom, seconds }) => [kind, whom, seconds])).toEqual([['delete', ['Node A', 'Node B'], 7_776_000], ['delete', ['Node A', 'Node B'], 2_419_200]]);
  });

  test('known while signatures are missing, and nothing where the request is denied', () => {
    const source = 'Allow anyone to compute only if Node B signs. Results must be deleted after 1 day. No one may run Sum.';
    expect(dutiesOf(source, payrollMean)).toHaveLength(1);
    expect(decide(policyOf(source), run('Sum'), facts()).obligations).toEqual({ minimumGroup: 0 });
    expect(dutiesOf(source, { ...payrollMean, inputs: cards })).toHaveLength(1);
  });
});
