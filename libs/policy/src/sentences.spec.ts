import { decide } from './decide/decide.js';
import { type Rule } from './rules.js';
import { by, facts, input, outcome, payrollMean, policyOf } from './testing/consortium.js';
import { type PolicyJob } from './types.js';

const admissions = ['St Mary', 'Riverside', 'Lakeview'].map((node) => input(node, 'Admissions'));
const cards = [input('Northwind Bank', 'Card Transactions'), input('Southgate Bank', 'Card Transactions')];
const fraudOverlap = by('Northwind Bank', {
  program: { name: 'Fraud Overlap', digest: '00' }, inputs: cards, parties: ['Northwind Bank', 'Southgate Bank'], receivers: ['Northwind Bank'], purpose: 'fraud prevention',
});
const readmissions = by('St Mary', { program: { name: 'Readmission Count', digest: '00' }, inputs: admissions, parties: ['St Mary', 'Riverside', 'Lakeview'], receivers: ['St Mary'] });
const run = (name: string, job = payrollMean): PolicyJob => ({ ...job, program: { name, digest: '00' } });

/** Signed by none unless names are given. */
type Case = readonly [job: PolicyJob, outcome: string, ...signedBy: string[]];
interface Row {
  readonly name: string;
  /** All of them compile to `rule`. */
  readonly sentences: readonly string[];
  /** Sentences that the decisions need beside it. */
  readonly beside?: string;
  readonly rule: Rule;
  readonly cases: readonly Case[];
}
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
  for (const { name, sentences, beside = '', rule, cases } of TABLE) {
    test(`${name}: compiles to its rule`, () => {
      for (const sentence of sentences) expect({ sentence, rule: policyOf(`${sentence.replace(/\.?$/, '.')}\n${beside}`).rules[0].rule }).toEqual({ sentence, rule });
    });
    test(`${name}: decides`, () => {
      const policy = policyOf(`${beside}\n${sentences[0]}`);
      for (const [job, expected, ...signedBy] of cases) expect([job, signedBy, outcome(decide(policy, job, facts(...signedBy)))]).toEqual([job, signedBy, expected]);
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
