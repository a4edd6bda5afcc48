import { by, payrollMean } from '../testing/consortium.js';
import { cards, eachSentence, run, signedByB } from '../testing/sentences.js';

eachSentence('which signatures and vetoes count', [
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
]);
