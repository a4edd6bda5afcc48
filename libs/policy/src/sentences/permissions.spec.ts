import { by, input, payrollMean } from '../testing/consortium.js';
import { B_SIGNS, cards, eachSentence, fraudOverlap, readmissions, run } from '../testing/sentences.js';

eachSentence('who may compute, and groups', [
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
]);
