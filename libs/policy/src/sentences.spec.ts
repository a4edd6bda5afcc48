import { decide } from './decide/decide.js';
import { type Rule } from './rules.js';
import { by, facts, input, outcome, payrollMean, policyOf } from './testing/consortium.js';
import { type PolicyFacts, type PolicyJob } from './types.js';

const admissions = ['St Mary', 'Riverside', 'Lakeview'].map((node) => input(node, 'Admissions'));
const cards = [input('Northwind Bank', 'Card Transactions'), input('Southgate Bank', 'Card Transactions')];
const fraudOverlap = by('Northwind Bank', {
  program: { name: 'Fraud Overlap', digest: '00' }, inputs: cards, parties: ['Northwind Bank', 'Southgate Bank'], receivers: ['Northwind Bank'], purpose: 'fraud prevention',
});
const readmissions = by('St Mary', { program: { name: 'Readmission Count', digest: '00' }, inputs: admissions, parties: ['St Mary', 'Riverside', 'Lakeview'], receivers: ['St Mary'] });
const run = (name: string, job = payrollMean): PolicyJob => ({ ...job, program: { name, digest: '00' } });

/** Signed by none unless names are given. */
type Case = readonly [job: PolicyJob, outcome: string, ...signedBy: string[]];
/** Decided with further facts, signed by none. */
type FactCase = readonly [job: PolicyJob, known: Partial<PolicyFacts>, outcome: string];
interface Row {
  readonly name: string;
  /** All of them compile to `rule`. */
  readonly sentences: readonly string[];
  /** Sentences that the decisions need beside it. */
  readonly beside?: string;
  readonly rule: Rule;
  readonly cases: readonly Case[];
  readonly withFacts?: readonly FactCase[];
}
const signedByB = (signedAt: string): PolicyFacts['signatures'] => [{ signer: 'Node B', keyId: 'key-Node B', roles: [], signedAt }];
const B_SIGNS = { quorum: { need: 1, of: [{ node: 'Node B' }] } };

const TABLE: readonly Row[] = [
  {
    name: '1 Allow … only if … signs',
    sentences: [
      'Allow Node A to compute only if Node B signs.',
      'allow Node A only if Node B signs',
      'Only allow Node A to compute if Node B provides a valid lattice signature.',
      'ALLOW NODE A TO COMPUTE ONLY IF NODE B SIGNS.',
      'Permit "Node A" to compute provided that Node B approves.',
      'Authorise Node A to compute as long as Node B agrees.',
      'authorize Node A to compute, so long as Node B consents.',
      'Let Node A compute only if Node B countersigns.',
      'Node A may compute only if Node B has signed.',
      'Node A can compute only with the approval of Node B.',
      'Node A is allowed to compute only if Node B provides a valid signature.',
      'Allow Node A\n  to compute # on whatever data\n  only if Node   B signs.',
    ],
    rule: { kind: 'permit', scope: { who: ['Node A'] }, when: B_SIGNS, binding: true },
    cases: [
      [payrollMean, 'needs Node B'],
      [payrollMean, 'allow', 'Node B'],
      [payrollMean, 'needs Node B', 'Node A', 'Node C'],
      [by('Node C'), 'deny', 'Node B'],
    ],
  },
  {
    name: '1 … if … signs, which does not bind others',
    sentences: ['Allow Node A to compute if Node B signs.', 'Node A may compute if Node B approves.', 'Node A may compute with the consent of Node B.'],
    beside: 'Allow anyone to run Sum.',
    rule: { kind: 'permit', scope: { who: ['Node A'] }, when: B_SIGNS },
    cases: [
      [payrollMean, 'needs Node B'],
      [run('Sum'), 'allow'],
    ],
  },
  {
    name: '2 … may run … on … with … for …',
    sentences: [
      'Northwind Bank may run Fraud Overlap on Card Transactions with Southgate Bank for fraud prevention.',
      'Allow Northwind Bank to run Fraud Overlap for Fraud Prevention with Southgate Bank on Card Transactions.',
      'Let Northwind Bank run "Fraud Overlap" on "Card Transactions" with "Southgate Bank" for "fraud prevention".',
    ],
    rule: {
      kind: 'permit',
      scope: { who: ['Northwind Bank'], programs: ['Fraud Overlap'], data: [{ dataset: 'Card Transactions' }], with: { match: 'all', nodes: ['Southgate Bank'] }, purposes: ['fraud prevention'] },
    },
    cases: [
      [fraudOverlap, 'allow'],
      [{ ...fraudOverlap, purpose: 'FRAUD  prevention' }, 'allow'],
      [{ ...fraudOverlap, purpose: undefined }, 'deny'],
      [{ ...fraudOverlap, purpose: 'marketing' }, 'deny'],
      [run('Mean', fraudOverlap), 'deny'],
      [{ ...fraudOverlap, parties: ['Northwind Bank', 'Node C'] }, 'deny'],
      [{ ...fraudOverlap, parties: ['Northwind Bank', 'Southgate Bank', 'Node C'] }, 'deny'],
      [{ ...fraudOverlap, inputs: [...cards, input('Node B', 'Payroll')] }, 'deny'],
      [{ ...fraudOverlap, requester: { node: 'Southgate Bank', keyId: 'key-Southgate Bank', agent: false } }, 'deny'],
    ],
  },
  {
    name: '3 at least 2 of …',
    sentences: [
      'Allow any Hospital to run Readmission Count on Admissions if at least 2 of St Mary, Riverside and Lakeview sign.',
      'Allow Hospitals to run Readmission Count on Admissions if two of St Mary, Riverside, and Lakeview approve.',
      'Every hospital may run Readmission Count on Admissions if at least two Hospitals sign.',
      'Each Hospital can run Readmission Count on Admissions if a majority of the Hospitals agree.',
    ],
    beside: 'Define Hospitals as St Mary, Riverside and Lakeview.',
    rule: {
      kind: 'permit',
      scope: { who: ['Lakeview', 'Riverside', 'St Mary'], programs: ['Readmission Count'], data: [{ dataset: 'Admissions' }] },
      when: { quorum: { need: 2, of: [{ node: 'Lakeview' }, { node: 'Riverside' }, { node: 'St Mary' }] } },
    },
    cases: [
      [readmissions, 'needs 2 of Lakeview, Riverside, St Mary'],
      [readmissions, 'needs 1 of Lakeview, St Mary', 'Riverside'],
      [readmissions, 'allow', 'Riverside', 'Lakeview'],
      [{ ...readmissions, requester: { node: 'Node A', keyId: 'key-Node A', agent: false } }, 'deny', 'Riverside', 'Lakeview'],
    ],
  },
  {
    name: '4 a majority of data owners',
    sentences: ['Allow Retailers to run Basket Overlap only if a majority of data owners sign.', 'Allow any Retailer to run Basket Overlap provided more than half of the data owners approve.'],
    beside: 'Define Retailers as Node A and Node B.',
    rule: { kind: 'permit', scope: { who: ['Node A', 'Node B'], programs: ['Basket Overlap'] }, when: { quorum: { need: 'majority', of: [{ owners: 'all' }] } }, binding: true },
    cases: [
      [run('Basket Overlap'), 'needs 2 of Node A, Node B'],
      [run('Basket Overlap'), 'allow', 'Node A', 'Node B'],
      [run('Basket Overlap', { ...payrollMean, inputs: [...payrollMean.inputs, input('Node C', 'Faces')] }), 'needs 1 of Node B, Node C', 'Node A'],
      [run('Basket Overlap', { ...payrollMean, inputs: [input('Node B', 'Payroll')] }), 'needs Node B', 'Node A'],
    ],
  },
  {
    name: '5 every data owner',
    sentences: ['Allow Node A to compute only if every data owner approves.', 'Node A may compute only if all data owners sign.', 'Let Node A compute only if all of the data owners consent.'],
    rule: { kind: 'permit', scope: { who: ['Node A'] }, when: { quorum: { need: 'every', of: [{ owners: 'all' }] } }, binding: true },
    cases: [
      [payrollMean, 'needs 2 of Node A, Node B'],
      [payrollMean, 'needs Node B', 'Node A', 'Node C'],
      [payrollMean, 'allow', 'Node A', 'Node B'],
    ],
  },
  {
    name: '5 every other data owner',
    sentences: ['Allow Node A to compute only if every other data owner approves.'],
    rule: { kind: 'permit', scope: { who: ['Node A'] }, when: { quorum: { need: 'every', of: [{ owners: 'other' }] } }, binding: true },
    cases: [
      [payrollMean, 'needs Node B'],
      [payrollMean, 'allow', 'Node B'],
      [{ ...payrollMean, inputs: [input('Node A', 'Payroll')] }, 'deny', 'Node A', 'Node B'],
    ],
  },
  {
    name: '6 … signs and at least two different people from … sign',
    sentences: [
      'Allow Node A to compute only if Node B signs and at least two different people from Compliance sign.',
      'Allow Node A to compute only if Node B and 2 people from Compliance sign.',
      'Allow Node A to compute only if both Node B signs and at least two members of Compliance sign.',
    ],
    rule: { kind: 'permit', scope: { who: ['Node A'] }, when: { all: [{ quorum: { need: 1, of: [{ node: 'Node B' }] } }, { quorum: { need: 2, of: [{ role: 'Compliance' }] } }] }, binding: true },
    cases: [
      [payrollMean, 'needs Node B and 2 of Ana, Ben'],
      [payrollMean, 'needs Node B and Ben', 'Ana'],
      [payrollMean, 'needs Node B', 'Ana', 'Ben'],
      [payrollMean, 'allow', 'Ana', 'Ben', 'Node B'],
      [payrollMean, 'needs Ana', 'Ben', 'Cleo', 'Node B'],
    ],
  },
  {
    name: '7 either … or … signs',
    sentences: ['Allow Node A to compute only if either Node B or Node C signs.', 'Allow Node A to compute only if Node C signs or Node B signs.', 'Allow Node A to compute only if at least one of Node B and Node C signs.', 'Allow Node A to compute only if any of Node B or Node C signs.'],
    rule: { kind: 'permit', scope: { who: ['Node A'] }, when: { quorum: { need: 1, of: [{ node: 'Node B' }, { node: 'Node C' }] } }, binding: true },
    cases: [
      [payrollMean, 'needs 1 of Node B, Node C'],
      [payrollMean, 'allow', 'Node C'],
      [payrollMean, 'allow', 'Node B'],
      [payrollMean, 'needs 1 of Node B, Node C', 'Node A'],
    ],
  },
  {
    name: '7 both … and either … or …',
    sentences: ['Allow Node A to compute only if both Node B signs and either Node C signs or at least 2 people from Compliance sign.'],
    rule: {
      kind: 'permit',
      scope: { who: ['Node A'] },
      when: { all: [{ any: [{ quorum: { need: 1, of: [{ node: 'Node C' }] } }, { quorum: { need: 2, of: [{ role: 'Compliance' }] } }] }, { quorum: { need: 1, of: [{ node: 'Node B' }] } }] },
      binding: true,
    },
    cases: [
      [payrollMean, 'needs Node C and Node B'],
      [payrollMean, 'needs Node B', 'Ana', 'Ben'],
      [payrollMean, 'allow', 'Ana', 'Ben', 'Node B'],
      [payrollMean, 'allow', 'Node C', 'Node B'],
    ],
  },
  {
    name: '8 only with the approval of …',
    sentences: [
      'Permit Node A to run Mean only with the approval of Chief Privacy Officer.',
      'Node A may run Mean only with the consent of the Chief Privacy Officer.',
      'Allow Node A to run Mean only if a person from Chief Privacy Officer signs.',
      'Allow Node A to run the Mean only if the chief privacy officer signs.',
    ],
    rule: { kind: 'permit', scope: { who: ['Node A'], programs: ['Mean'] }, when: { quorum: { need: 1, of: [{ role: 'Chief Privacy Officer' }] } }, binding: true },
    cases: [
      [payrollMean, 'needs Ben'],
      [payrollMean, 'needs Ben', 'Ana', 'Node B'],
      [payrollMean, 'allow', 'Ben'],
    ],
  },
  {
    name: '8 a role of a node',
    sentences: ['Node A may run Mean only if a data officer of Node A signs.', 'Node A may run Mean only if the data officer at Node A signs.'],
    rule: { kind: 'permit', scope: { who: ['Node A'], programs: ['Mean'] }, when: { quorum: { need: 1, of: [{ role: 'data officer', at: 'Node A' }] } }, binding: true },
    cases: [
      [payrollMean, 'needs Cleo'],
      [payrollMean, 'allow', 'Cleo'],
    ],
  },
  {
    name: '9 Never allow … on data tagged …',
    sentences: ['Never allow anyone to compute on data tagged biometric.', 'Forbid everyone from computing on data tagged "Biometric".', 'No one may compute on data tagged biometric.', 'Prohibit anybody from computing on any data tagged biometric.', 'Do not allow anyone to compute on data tagged biometric.', 'Nobody can compute on data tagged biometric.'],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'forbid', scope: { data: [{ tag: 'biometric' }] } },
    cases: [
      [payrollMean, 'allow'],
      [{ ...payrollMean, inputs: [input('Node C', 'Faces')] }, 'deny'],
      [{ ...payrollMean, inputs: [...payrollMean.inputs, input('Node C', 'Faces')] }, 'deny', 'Node A', 'Node B', 'Node C'],
      [{ ...payrollMean, inputs: [{ node: 'Node C', dataset: 'Faces', tags: ['BioMetric'] }] }, 'deny'],
    ],
  },
  {
    name: '10 Forbid … from … unless … signs',
    sentences: [
      'Forbid Node C from computing on Payroll unless the Chief Privacy Officer signs.',
      'Node C must not compute on Payroll unless the Chief Privacy Officer approves.',
      'Node C may not compute on Payroll without the approval of the Chief Privacy Officer.',
      'Deny Node C to compute on Payroll unless Chief Privacy Officer signs.',
      'Never let Node C compute on Payroll unless the Chief Privacy Officer agrees.',
      'Node C cannot compute on Payroll unless someone from Chief Privacy Officer signs.',
    ],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'forbid', scope: { who: ['Node C'], data: [{ dataset: 'Payroll' }] }, unless: { quorum: { need: 1, of: [{ role: 'Chief Privacy Officer' }] } } },
    cases: [
      [by('Node C'), 'needs Ben'],
      [by('Node C'), 'allow', 'Ben'],
      [by('Node C'), 'needs Ben', 'Node C', 'Ana'],
      [by('Node A'), 'allow'],
      [by('Node C', { inputs: [input('Node C', 'Faces')] }), 'allow'],
    ],
  },
  {
    name: '11 No one may run …',
    sentences: ['No one may run Row Export.', 'Never allow anyone to run Row Export.', 'Forbid anyone from running Row Export.', 'Nobody may ever run Row Export.'.replace(' ever', ''), 'No node may run Row Export.'],
    beside: 'Allow Node A to compute.',
    rule: { kind: 'forbid', scope: { programs: ['Row Export'] } },
    cases: [
      [run('Row Export'), 'deny', 'Node A', 'Node B'],
      [payrollMean, 'allow'],
    ],
  },
  {
    name: '12 … must not compute … for …',
    sentences: ['Node C must not compute on data tagged cardholder for marketing.', 'Forbid Node C from computing on data tagged cardholder for Marketing.'],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'forbid', scope: { who: ['Node C'], data: [{ tag: 'cardholder' }], purposes: ['marketing'] } },
    cases: [
      [by('Node C', { inputs: cards, purpose: 'marketing' }), 'deny'],
      [by('Node C', { inputs: cards }), 'deny'],
      [by('Node C', { inputs: cards, purpose: 'fraud prevention' }), 'allow'],
      [by('Node A', { inputs: cards, purpose: 'marketing' }), 'allow'],
      [by('Node C', { purpose: 'marketing' }), 'allow'],
    ],
  },
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
  {
    name: '18 … must use a malicious-secure protocol and be for …',
    sentences: [
      'Every computation on data tagged health must use a malicious-secure protocol and be for research or treatment.',
      'All computations on data tagged health must use maliciously secure protocols, and be for treatment or research.',
      'Every job on data tagged health must use malicious security and be for the purposes of research or treatment.',
    ],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'require', scope: { data: [{ tag: 'health' }] }, must: [{ kind: 'security', model: 'malicious' }, { kind: 'purpose', purposes: ['research', 'treatment'] }] },
    cases: [
      [{ ...readmissions, purpose: 'research', security: { model: 'malicious', majority: 'dishonest' } }, 'allow'],
      [{ ...readmissions, purpose: 'Treatment', security: { model: 'malicious', majority: 'honest' } }, 'allow'],
      [{ ...readmissions, purpose: 'research' }, 'deny', 'St Mary'],
      [{ ...readmissions, security: { model: 'malicious', majority: 'honest' } }, 'deny'],
      [{ ...readmissions, purpose: 'marketing', security: { model: 'malicious', majority: 'honest' } }, 'deny'],
      [payrollMean, 'allow'],
    ],
  },
  {
    name: '19 … must use at least 3 computing parties with an honest majority',
    sentences: ['Every computation with Node C must use at least 3 computing parties with an honest majority.', 'All jobs with Node C must use at least three parties and an honest majority.'],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'require', scope: { with: { match: 'all', nodes: ['Node C'] } }, must: [{ kind: 'parties', atLeast: 3, majority: 'honest' }] },
    cases: [
      [{ ...payrollMean, parties: ['Node A', 'Node B', 'Node C'], security: { model: 'semi-honest', majority: 'honest' } }, 'allow'],
      [{ ...payrollMean, parties: ['Node A', 'Node B', 'Node C'] }, 'deny', 'Node C'],
      [{ ...payrollMean, parties: ['Node A', 'Node C'], security: { model: 'semi-honest', majority: 'honest' } }, 'deny'],
      [{ ...payrollMean, parties: ['Node A', 'Node C', 'Node C'], security: { model: 'semi-honest', majority: 'honest' } }, 'deny'],
      [payrollMean, 'allow'],
    ],
  },
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
  {
    name: '22 Never allow AI agents …',
    sentences: [
      'Never allow AI agents to compute on data tagged hr unless a person from Data Protection signs.',
      'Forbid any AI agent from computing on data tagged hr unless someone from Data Protection signs.',
      'No AI agent may compute on data tagged hr unless Data Protection signs.',
      'AI agents must not compute on data tagged hr without the approval of Data Protection.',
    ],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'forbid', scope: { agents: true, data: [{ tag: 'hr' }] }, unless: { quorum: { need: 1, of: [{ role: 'Data Protection' }] } } },
    cases: [
      [payrollMean, 'allow'],
      [{ ...payrollMean, requester: { ...payrollMean.requester, agent: true } }, 'needs Cleo'],
      [{ ...payrollMean, requester: { ...payrollMean.requester, agent: true } }, 'allow', 'Cleo'],
      [{ ...payrollMean, requester: { node: 'Node A', keyId: '' } as never }, 'needs Cleo'],
      [{ ...payrollMean, requester: { ...payrollMean.requester, agent: true }, inputs: [input('Node C', 'Faces')] }, 'allow'],
    ],
  },
  {
    name: '22 Allow AI agents of …',
    sentences: ['Allow AI agents of Node A and Node B to run Mean.', 'AI agents of Node A or Node B may run Mean.'],
    rule: { kind: 'permit', scope: { agents: true, who: ['Node A', 'Node B'], programs: ['Mean'] } },
    cases: [
      [payrollMean, 'deny'],
      [{ ...payrollMean, requester: { ...payrollMean.requester, agent: true } }, 'allow'],
      [by('Node C', { requester: { node: 'Node C', keyId: 'key-Node C', agent: true } }), 'deny'],
    ],
  },
  {
    name: '23 Signatures … expire after …',
    sentences: ['Signatures for Payroll expire after 4 hours.', 'Approvals for computations on Payroll expire after 240 minutes.', 'Signatures on Payroll lapse after four hours.'],
    beside: 'Allow anyone to compute only if Node B signs.',
    rule: { kind: 'signature-validity', scope: { data: [{ dataset: 'Payroll' }] }, seconds: 14_400 },
    cases: [
      [payrollMean, 'needs Node B'],
      [payrollMean, 'needs Node B', 'Node B'],
      [{ ...payrollMean, inputs: cards }, 'allow', 'Node B'],
    ],
    withFacts: [
      [payrollMean, { signatures: signedByB('2026-10-05T08:00:00.000Z') }, 'allow'],
      [payrollMean, { signatures: signedByB('2026-10-05T12:00:00.000Z') }, 'allow'],
      [payrollMean, { signatures: signedByB('2026-10-05T07:59:59.999Z') }, 'needs Node B'],
      [payrollMean, { signatures: signedByB('2026-10-05T12:00:00.001Z') }, 'needs Node B'],
      [payrollMean, { signatures: signedByB('never') }, 'needs Node B'],
      [payrollMean, { signatures: [...signedByB('2026-10-05T01:00:00.000Z'), ...signedByB('2026-10-05T11:00:00.000Z')] }, 'allow'],
    ],
  },
  {
    name: '23 the shortest counts',
    sentences: ['Signatures for Mean expire after 90 seconds.'],
    beside: 'Signatures expire after 2 days. Allow anyone to compute only if Node B signs.',
    rule: { kind: 'signature-validity', scope: { programs: ['Mean'] }, seconds: 90 },
    cases: [],
    withFacts: [
      [payrollMean, { signatures: signedByB('2026-10-05T11:58:31.000Z') }, 'allow'],
      [payrollMean, { signatures: signedByB('2026-10-05T11:58:29.000Z') }, 'needs Node B'],
      [run('Sum'), { signatures: signedByB('2026-10-04T11:58:29.000Z') }, 'allow'],
      [run('Sum'), { signatures: signedByB('2026-10-02T11:58:29.000Z') }, 'needs Node B'],
    ],
  },
  {
    name: '24 Requesters must not sign their own jobs',
    sentences: ['Requesters must not sign their own jobs.', 'The requester may not approve its own requests.', 'No one may sign their own jobs.'],
    beside: 'Allow anyone to compute if at least 2 of Node A, Node B and Node C sign.',
    rule: { kind: 'no-self-signing' },
    cases: [
      [payrollMean, 'needs 2 of Node B, Node C', 'Node A'],
      [payrollMean, 'needs Node C', 'Node A', 'Node B'],
      [payrollMean, 'allow', 'Node C', 'Node B'],
      [by('St Mary'), 'allow', 'Node A', 'Node B'],
    ],
  },
  {
    name: '27 … must run only on nodes in …',
    sentences: ['Every computation on data tagged hr must run only on nodes in the EU or UK.', 'Every computation on data tagged hr must run on nodes in the UK and the EU.', 'Every job on data tagged hr must run only on nodes in "eu" or "uk".'],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'require', scope: { data: [{ tag: 'hr' }] }, must: [{ kind: 'regions', regions: ['eu', 'uk'] }] },
    cases: [
      [payrollMean, 'deny', 'Node A', 'Node B'],
      [{ ...payrollMean, inputs: cards }, 'allow'],
    ],
    withFacts: [
      [payrollMean, { regions: [{ node: 'Node A', region: 'EU' }, { node: 'Node B', region: 'uk' }] }, 'allow'],
      [payrollMean, { regions: [{ node: 'Node A', region: 'EU' }, { node: 'Node B', region: 'US' }] }, 'deny'],
      [payrollMean, { regions: [{ node: 'Node A', region: 'EU' }] }, 'deny'],
    ],
  },
  {
    name: '29 Any data owner may veto …',
    sentences: ['Any data owner may veto a computation on its data.', 'Data owners may veto computations on their data.', 'Every data owner can veto any computation.'],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'veto', scope: {}, by: [{ owners: 'all' }] },
    cases: [[payrollMean, 'deny', 'Node B']],
    withFacts: [
      [payrollMean, { vetoes: [] }, 'allow'],
      [payrollMean, { vetoes: [{ signer: 'Node B', keyId: 'key-Node B' }] }, 'deny'],
      [payrollMean, { vetoes: [{ signer: 'Node C', keyId: 'key-Node C' }] }, 'allow'],
      [payrollMean, { vetoes: [{ signer: 'Node B', keyId: 'stolen' }] }, 'allow'],
    ],
  },
  {
    name: '29 others who may veto',
    sentences: ['Node C and Compliance may veto computations on Payroll.'],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'veto', scope: { data: [{ dataset: 'Payroll' }] }, by: [{ node: 'Node C' }, { role: 'Compliance' }] },
    cases: [],
    withFacts: [
      [payrollMean, { vetoes: [{ signer: 'Ana', keyId: 'key-ana' }] }, 'deny'],
      [payrollMean, { vetoes: [{ signer: 'Node C', keyId: 'key-Node C' }] }, 'deny'],
      [payrollMean, { vetoes: [{ signer: 'Node B', keyId: 'key-Node B' }] }, 'allow'],
      [{ ...payrollMean, inputs: cards }, { vetoes: [{ signer: 'Ana', keyId: 'key-ana' }] }, 'allow'],
    ],
  },
  {
    name: '31 Pause all computations … until … signs',
    sentences: ['Pause all computations on Payroll until Data Protection signs.', 'Pause every computation on Payroll until a person from Data Protection approves.', 'Pause computations on Payroll until someone from Data Protection agrees.'],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'pause', scope: { data: [{ dataset: 'Payroll' }] }, until: { quorum: { need: 1, of: [{ role: 'Data Protection' }] } } },
    cases: [
      [payrollMean, 'needs Cleo'],
      [payrollMean, 'allow', 'Cleo'],
      [payrollMean, 'needs Cleo', 'Ana', 'Node B'],
      [{ ...payrollMean, inputs: cards }, 'allow'],
    ],
  },
  {
    name: '31 Pause without an end',
    sentences: ['Pause all computations by Node A.'],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'pause', scope: { who: ['Node A'] } },
    cases: [
      [payrollMean, 'deny', 'Node A', 'Node B'],
      [by('Node B'), 'allow'],
    ],
  },
  {
    name: '32 Define … as …',
    sentences: ['Define Clinics as St Mary and Riverside.', 'define Clinics as Riverside, and St Mary'],
    beside: 'Any Clinic may compute if every Clinic signs.',
    rule: { kind: 'group', name: 'Clinics', of: 'nodes', members: ['Riverside', 'St Mary'] },
    cases: [
      [by('St Mary'), 'needs 2 of Riverside, St Mary'],
      [by('St Mary'), 'allow', 'Riverside', 'St Mary'],
      [by('Lakeview'), 'deny', 'Riverside', 'St Mary'],
    ],
  },
  {
    name: '32 groups of programs and of data',
    sentences: ['Define Statistics as Mean and Sum.'],
    beside: 'Define Figures as Statistics and Fraud Overlap. Allow Node A to run Figures on Staff Data. Define Staff Data as Payroll.',
    rule: { kind: 'group', name: 'Statistics', of: 'programs', members: ['Mean', 'Sum'] },
    cases: [
      [payrollMean, 'allow'],
      [run('Fraud Overlap'), 'allow'],
      [run('Row Export'), 'deny'],
      [{ ...payrollMean, inputs: cards }, 'deny'],
    ],
  },
];

describe('each sentence of the language', () => {
  for (const { name, sentences, beside = '', rule, cases, withFacts = [] } of TABLE) {
    test(`${name}: compiles to its rule`, () => {
      for (const sentence of sentences) expect({ sentence, rule: policyOf(`${sentence.replace(/\.?$/, '.')}\n${beside}`).rules[0].rule }).toEqual({ sentence, rule });
    });
    test(`${name}: decides`, () => {
      const policy = policyOf(`${beside}\n${sentences[0]}`);
      for (const [job, expected, ...signedBy] of cases) expect([job, signedBy, outcome(decide(policy, job, facts(...signedBy)))]).toEqual([job, signedBy, expected]);
      for (const [job, known, expected] of withFacts) expect([job, known, outcome(decide(policy, job, { ...facts(), ...known }))]).toEqual([job, known, expected]);
    });
  }
});

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
