import { input, payrollMean } from '../testing/consortium.js';
import { eachSentence, run } from '../testing/sentences.js';

eachSentence('who must sign', [
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
]);
