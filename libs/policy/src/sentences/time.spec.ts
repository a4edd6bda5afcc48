import { payrollMean } from '../testing/consortium.js';
import { B_SIGNS, eachSentence, run } from '../testing/sentences.js';

eachSentence('when a computation may start', [
  {
    name: '20 … must start on weekdays between …',
    sentences: [
      'Every computation must start on weekdays between 08:00 and 18:00 Europe/London time.',
      'Every computation must start on Monday to Friday between 8:00 and 18:00 Europe/London.',
      'All computations must start on Mondays, Tuesdays, Wednesdays, Thursdays and Fridays between 08:00 and 18:00 Europe/London time.',
    ],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'require', scope: {}, must: [{ kind: 'window', days: [1, 2, 3, 4, 5], from: '08:00', until: '18:00', zone: 'Europe/London' }] },
    cases: [[payrollMean, 'allow']],
    withFacts: [
      // 5 October 2026 is a Monday; London is an hour ahead of UTC until 25 October.
      [payrollMean, { now: '2026-10-05T06:59:59.999Z' }, 'deny'],
      [payrollMean, { now: '2026-10-05T07:00:00.000Z' }, 'allow'],
      [payrollMean, { now: '2026-10-05T16:59:59.999Z' }, 'allow'],
      [payrollMean, { now: '2026-10-05T17:00:00.000Z' }, 'deny'],
      [payrollMean, { now: '2026-10-26T17:30:00.000Z' }, 'allow'],
      [payrollMean, { now: '2026-10-04T12:00:00.000Z' }, 'deny'],
      [payrollMean, { now: 'yesterday' }, 'deny'],
    ],
  },
  {
    name: '20 a window over midnight, and an hour that comes twice or not at all',
    sentences: ['Every computation must start on weekends between 22:00 and 02:30 Europe/London time.'],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'require', scope: {}, must: [{ kind: 'window', days: [6, 7], from: '22:00', until: '02:30', zone: 'Europe/London' }] },
    cases: [[payrollMean, 'deny']],
    withFacts: [
      [payrollMean, { now: '2026-10-03T21:00:00.000Z' }, 'allow'],
      [payrollMean, { now: '2026-10-05T00:00:00.000Z' }, 'allow'],
      [payrollMean, { now: '2026-10-03T00:00:00.000Z' }, 'deny'],
      // On 25 October 2026 the clock shows 01:30 twice.
      [payrollMean, { now: '2026-10-25T00:30:00.000Z' }, 'allow'],
      [payrollMean, { now: '2026-10-25T01:30:00.000Z' }, 'allow'],
      [payrollMean, { now: '2026-10-25T02:30:00.000Z' }, 'deny'],
      // On 29 March 2026 it goes from 00:59 to 02:00, so the window is an hour shorter.
      [payrollMean, { now: '2026-03-29T00:59:00.000Z' }, 'allow'],
      [payrollMean, { now: '2026-03-29T01:29:00.000Z' }, 'allow'],
      [payrollMean, { now: '2026-03-29T01:30:00.000Z' }, 'deny'],
    ],
  },
  {
    name: '21 … from … until …',
    sentences: [
      'Allow Node A to run Fraud Overlap from 1 October 2026 until 31 December 2026 only if Node B signs.',
      'Node A may run Fraud Overlap from 2026-10-01 until 2026-12-31 only with the approval of Node B.',
    ],
    rule: { kind: 'permit', scope: { who: ['Node A'], programs: ['Fraud Overlap'], during: { from: '2026-10-01', until: '2026-12-31' } }, when: B_SIGNS, binding: true },
    cases: [
      [run('Fraud Overlap'), 'needs Node B'],
      [run('Fraud Overlap'), 'allow', 'Node B'],
      [payrollMean, 'deny', 'Node B'],
    ],
    withFacts: [
      [run('Fraud Overlap'), { now: '2026-09-30T23:59:59.999Z' }, 'deny'],
      [run('Fraud Overlap'), { now: '2026-10-01T00:00:00.000Z' }, 'needs Node B'],
      [run('Fraud Overlap'), { now: '2026-12-31T23:59:59.999Z' }, 'needs Node B'],
      [run('Fraud Overlap'), { now: '2027-01-01T00:00:00.000Z' }, 'deny'],
      [run('Fraud Overlap'), { now: undefined }, 'deny'],
    ],
  },
  {
    name: '21 a dated prohibition, by the calendar of a zone',
    sentences: ['No one may compute until 5 October 2026 Pacific/Auckland time.'],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'forbid', scope: { during: { until: '2026-10-05', zone: 'Pacific/Auckland' } } },
    cases: [[payrollMean, 'allow']],
    withFacts: [
      [payrollMean, { now: '2026-10-05T10:59:00.000Z' }, 'deny'],
      [payrollMean, { now: '2026-10-05T11:00:00.000Z' }, 'allow'],
      [payrollMean, { now: undefined }, 'deny'],
    ],
  },
]);
